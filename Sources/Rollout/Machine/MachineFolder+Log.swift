internal import Octets
public import RolloutMetadata

extension MachineFolder {
  private var logPath: String { file("audit.jsonl") }
  /// The number and the hash of the last line, kept apart from the log so that a cut end shows.
  private var anchorPath: String { file("audit.head") }

  /// No log is longer.
  static var logLimit: Int { 8 << 20 }

  /// Adds a line. The anchor follows it: after a loss of power between the two the log is one line ahead, which is
  /// accepted once, when the line fits.
  public func log(
    _ event: String, _ subject: String, _ detail: String, at time: UTCTime, boot: UInt64
  ) throws(ClientError) {
    var log = try anchor()
    var bytes = try files.read(logPath, limit: Self.logLimit + AuditLog.lineLimit) ?? []
    // A line that was not written to its end is no line: the anchor has never followed it.
    if let last = bytes.last, last != 10 {
      bytes = bytes.lastIndex(of: 10).map { Array(bytes[...$0]) } ?? []
      try files.replace(logPath, with: bytes)
    }
    // The line may be there already whose anchor was lost.
    if let line = lastLine(bytes), let newer = Self.successor(of: log, line: line) { log = newer }
    let entry = log.append(
      event: Array(event.utf8), subject: Array(subject.utf8), detail: Array(detail.utf8), at: time, boot: boot)
    guard bytes.count + entry.count <= Self.logLimit else {
      throw ClientError(.failure, "\(logPath): full; keep a copy of it and of \(anchorPath), and remove both")
    }
    try add(entry, log)
  }

  private func add(_ line: [UInt8], _ log: AuditLog) throws(ClientError) {
    try files.append(line, to: logPath)
    try files.replace(anchorPath, with: Array("\(log.sequence) ".utf8) + log.head.hexadecimal + [10])
  }

  private func lastLine(_ bytes: [UInt8]) -> [UInt8]? {
    bytes.split(separator: 10).last.map { Array($0) + [10] }
  }

  /// The log after one more line, when that line is the next.
  private static func successor(of log: AuditLog, line: [UInt8]) -> AuditLog? {
    guard let json = try? JSON(canonical: Array(line.dropLast())), case .object(let members) = json,
      let member = members.first(where: { $0.name == ("hash" as StaticString) }), case .text(let hash) = member.value,
      let head = Octets32(hexadecimal: hash), (try? AuditLog.verify(line, from: log, anchor: head)) != nil
    else { return nil }
    return AuditLog(sequence: log.sequence + 1, head: head)
  }

  private func anchor() throws(ClientError) -> AuditLog {
    guard let text = try files.read(anchorPath, limit: 128) else { return AuditLog() }
    let words = text.split(separator: 32)
    guard words.count == 2, let sequence = natural(Array(words[0])),
      let head = Octets32(hexadecimal: Array(words[1].prefix(64)))
    else { throw ClientError(.malformed, "\(anchorPath): damaged") }
    return AuditLog(sequence: sequence, head: head)
  }

  /// The whole log, verified. It may be a line ahead of its anchor: the power has failed between the two, or somebody is
  /// writing.
  public func verifiedLog() throws(ClientError) -> [AuditLog.Entry] {
    let anchor = try? anchor()
    let bytes = try files.read(logPath, limit: Self.logLimit + AuditLog.lineLimit) ?? []
    do throws(AuditLog.Fault) {
      guard let anchor else { throw .end }
      let ahead = lastLine(bytes).flatMap { Self.successor(of: anchor, line: $0) }
      return try AuditLog.verify(bytes, anchor: (ahead ?? anchor).head)
    } catch {
      switch error {
      case .line(let number):
        throw ClientError(.failure, "\(logPath): line \(number) is not what was written, or not after the one before")
      case .end:
        throw ClientError(.failure, "\(logPath): its end is missing or was replaced; \(anchorPath) is of another line")
      }
    }
  }
}
