internal import ArgumentParser
internal import DriverPackage
internal import Foundation

/// Checks a driver package, and makes the catalog that is signed for it.
@main
struct DriverPackageTool: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "driver-package", abstract: "Checks driver packages and makes their catalogs.",
    subcommands: [Lint.self, MakeCatalog.self])
}

private struct Lint: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Says what of an INF Windows would refuse, or ought to.")

  @Option(help: "The platforms that the package is for: amd64, arm64, x86.") var platform: [String]
  @Option(help: "The product's version, as 1.2.3.") var version: String
  @Option(help: "DriverVer of the release before, which this one's has to exceed.") var previous: String?
  @Argument(help: "The INF.") var path: String

  func run() throws {
    let findings = try read(path).findings(platforms: platform, version: version, previous: previous)
    for finding in findings { print("\(path): \(finding)") }
    if !findings.isEmpty { throw ExitCode.failure }
  }
}

private struct MakeCatalog: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "catalog", abstract: "Makes the unsigned catalog of an INF and the files beside it that it brings.")

  @Option(help: "The time in the catalog, in seconds since 1970.") var time: Int
  @Option(help: "Where the catalog goes.") var output: String
  @Argument(help: "The INF.") var path: String

  func run() throws {
    let inf = try read(path)
    let file = URL(fileURLWithPath: path)
    let names = [file.lastPathComponent] + inf.files
    let members = try names.map { name in
      let place = file.deletingLastPathComponent().appendingPathComponent(name)
      return try CatalogMember(name: name, bytes: Array(Data(contentsOf: place)))
    }
    let systems = ["amd64": "_v100_X64", "arm64": "_v100_ARM64", "x86": "_v100"]
    let catalog = try Catalog(
      members: members, systems: inf.platforms.compactMap { systems[$0] },
      hardwareIDs: Array(Set(inf.platforms.flatMap(inf.hardwareIDs))).sorted(), time: time)
    try Data(catalog.unsigned()).write(to: URL(fileURLWithPath: output))
  }
}

private func read(_ path: String) throws -> INF {
  let text = try String(contentsOfFile: path, encoding: .utf8)
  do throws(PackageError) {
    return try INF(text)
  } catch {
    throw ValidationError("\(path): \(error)")
  }
}
