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
  public func text(at time: UTCTime, architecture: String, kernel: String) -> String {
    var lines = [
      "A draft of a report to the publisher. Nothing has been sent: read it, complete it, and send it or remove it.",
      "",
      "when: \(String(decoding: time.text, as: UTF8.self))", "component: \(component.words)", "serial: \(serial)",
      "architecture: \(architecture)", "kernel: \(kernel)", "what: \(event)",
    ]
    lines += details.map { "\($0.name): \(Self.line($0.text))" }
    lines += [
      "",
      "The publisher takes it in with: needletail release report new ID --component \(component.words) --serial "
        + "\(serial) --source NAME --text THIS-FILE",
    ]
    return lines.reduce("") { $0 + $1 + "\n" }
  }

  private static func line(_ text: String) -> String {
    String(decoding: text.utf8.map { $0 == 10 || $0 == 13 ? 32 : $0 }, as: UTF8.self)
  }
}

extension MachineFolder {
  /// Puts a draft into the folder `reports`, and returns where it lies. One for an event of a second.
  public func file(
    _ draft: ReportDraft, at time: UTCTime, architecture: String, kernel: String
  ) throws(ClientError) -> String {
    let place = file("reports")
    try files.makeFolder(place)
    let stamp = String(decoding: time.text.filter { $0 != UInt8(ascii: ":") }, as: UTF8.self)
    let path = "\(place)\(files.separator)\(stamp)-\(draft.component.words)-\(draft.serial).txt"
    let text = draft.text(at: time, architecture: architecture, kernel: kernel)
    try files.replace(path, with: Array(text.utf8))
    return path
  }
}
