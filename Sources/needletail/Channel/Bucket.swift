internal import ArgumentParser
internal import Rollout
internal import RolloutMetadata

/// Prints the bucket of an installation.
struct Bucket: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the bucket, 0 to 999999, that an installation is in for one release.")

  @Option(help: "The release's salt: 32 hexadecimal digits.") var salt: String
  @Option(help: "The component, as driver.") var component: String
  @Option(help: "The release's version, as 1.4.0.") var release: String
  @Option(help: "The installation's identifier: 32 hexadecimal digits; left out when there is none.")
  var installID: String?
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    guard Component(named: Array(component.utf8)) != nil else {
      let names = Component.allCases.map { "\($0.name)" }.joined(separator: ", ")
      throw Failure(.usage, "--component: \(component) is none; there are \(names)")
    }
    let bucket = Cohort.bucket(
      salt: try octets(salt, "--salt"), component: Array(component.utf8), release: Array(release.utf8),
      installID: try installID.map { try octets($0, "--install-id") })
    print(json ? "{\"bucket\":\(bucket)}" : "\(bucket)")
  }

  private func octets(_ text: String, _ option: String) throws -> [UInt8] {
    let digits = Array(text.utf8)
    let values = digits.compactMap { digit -> UInt8? in
      switch digit {
      case 0x30...0x39: digit - 0x30
      case 0x61...0x66: digit - 0x61 + 10
      case 0x41...0x46: digit - 0x41 + 10
      default: nil
      }
    }
    guard digits.count == 32, values.count == 32 else {
      throw Failure(.usage, "\(option): 32 hexadecimal digits are needed, not \"\(text)\"")
    }
    return (0..<16).map { values[2 * $0] << 4 | values[2 * $0 + 1] }
  }
}
