internal import Foundation
public import RolloutMetadata

/// A report to the publisher that a machine has drafted: a file that its administrator reads, completes, and sends or
/// not. It has no key, no address and no name of the machine's in it, and nothing sends it.
public struct ReportDraft {
  /// What it is about.
  public let component: Component
  /// The release.
  public let serial: UInt64
  /// What happened, in a line.
  public let event: String
  /// More of it: names and what stands behind them.
  public let details: [(name: String, text: String)]

  /// A draft.
  public init(component: Component, serial: UInt64, event: String, details: [(name: String, text: String)]) {
    self.component = component
    self.serial = serial
    self.event = event
    self.details = details
  }

  /// The draft's text. Ends of lines in details become blanks.
  public func text(at time: UTCTime) -> String {
    var lines = [
      "A draft of a report to the publisher. Nothing has been sent: read it, complete it, and send it or remove it.",
      "",
      "when: \(String(decoding: time.text, as: UTF8.self))", "component: \(component.name)", "serial: \(serial)",
      "architecture: \(Client.architecture)", "kernel: \(Self.kernel)", "what: \(event)",
    ]
    lines += details.map { detail in
      "\(detail.name): " + detail.text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
    lines += [
      "",
      "The publisher takes it in with: needletail release report new ID --component \(component.name) --serial "
        + "\(serial) --source NAME --text THIS-FILE",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private static var kernel: String {
    let version = try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)
    return version?.trimmingCharacters(in: .newlines) ?? "unknown"
  }
}

extension ClientFolder {
  /// Puts a draft into the folder `reports`, and returns where it lies. One for an event of a second.
  public func file(_ draft: ReportDraft, at time: UTCTime) throws(ClientError) -> String {
    let place = file("reports")
    do {
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    } catch {
      throw ClientError(.failure, "cannot make \(place): \((error as NSError).localizedDescription)")
    }
    let stamp = String(decoding: time.text, as: UTF8.self).replacingOccurrences(of: ":", with: "")
    let path = "\(place)/\(stamp)-\(draft.component.name)-\(draft.serial).txt"
    try DurableFiles.replace(path, with: Array(draft.text(at: time).utf8))
    return path
  }
}
