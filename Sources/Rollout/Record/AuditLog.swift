public import Octets
public import RolloutMetadata

/// A log that shows when somebody has changed it: each line has the hash of the one before.
///
/// One canonical JSON object a line. The last hash is kept elsewhere as well, so that a cut end shows. Never put keys into
/// it, and endpoints only as hashes.
public struct AuditLog: Equatable, Sendable {
  /// One line.
  public struct Entry: Equatable, Sendable {
    /// Its number, from 1.
    public let sequence: UInt64
    /// When, by the clock of the wall.
    public let at: UTCTime
    /// When, in seconds since the machine started.
    public let boot: UInt64
    /// What happened, as `decided`.
    public let event: [UInt8]
    /// To what, as `driver 57`.
    public let subject: [UInt8]
    /// More of it, for people.
    public let detail: [UInt8]
  }

  /// The number of the last line; 0 before the first.
  public private(set) var sequence: UInt64
  /// The hash of the last line; zeros before the first.
  public private(set) var head: Octets32

  /// No line is longer.
  public static let lineLimit = 4096
  private static let domain: StaticString = "nt-audit-v1"

  /// A log that goes on after a line with this number and hash: an empty one, or one whose file was rotated.
  public init(sequence: UInt64 = 0, head: Octets32 = Octets32(repeating: 0)) {
    self.sequence = sequence
    self.head = head
  }

  /// The next line, with its newline; texts are cut, and characters that the form does not have are replaced.
  public mutating func append(
    event: [UInt8], subject: [UInt8], detail: [UInt8], at time: UTCTime, boot: UInt64
  ) -> [UInt8] {
    sequence += 1
    let members: [JSON.Member] = [
      .init("seq", .natural(sequence)), .init("at", .text(time.text)), .init("mono", .natural(boot)),
      .init("event", .text(Self.plain(event, 64))), .init("subject", .text(Self.plain(subject, 256))),
      .init("detail", .text(Self.plain(detail, 1024))), .init("prev", .text(head.hexadecimal)),
    ]
    head = Self.hash(members, after: head)
    return JSON.sorted(members + [.init("hash", .text(head.hexadecimal))]).canonical + [UInt8(ascii: "\n")]
  }

  private static func hash(_ members: [JSON.Member], after head: Octets32) -> Octets32 {
    blake2b256(domain.octets + head.array + JSON.sorted(members).canonical)
  }

  /// At most so many bytes of visible ASCII.
  private static func plain(_ text: [UInt8], _ limit: Int) -> [UInt8] {
    var plain: [UInt8] = []
    for byte in text.prefix(limit) { plain.append(byte >= 0x20 && byte < 0x7f ? byte : UInt8(ascii: "?")) }
    return plain
  }

  /// What is wrong with a log.
  public enum Fault: Error, Equatable, Sendable {
    /// This line, from 1, is not what was written, or not after the one before.
    case line(Int)
    /// Every line is good, but the last is not the one that was written last: the end is missing, or replaced.
    case end
  }

  /// Checks a whole log: `start` is where its file began, `anchor` the hash of the last line as it is kept elsewhere.
  ///
  /// - Returns: the entries.
  public static func verify(
    _ bytes: [UInt8], from start: AuditLog = AuditLog(), anchor: Octets32
  ) throws(Fault) -> [Entry] {
    var log = start
    var entries: [Entry] = []
    var place = 0
    while place < bytes.count {
      var end = place
      while end < bytes.count && bytes[end] != UInt8(ascii: "\n") { end += 1 }
      guard end < bytes.count, end - place <= lineLimit, let entry = log.take(Array(bytes[place..<end])) else {
        throw .line(entries.count + 1)
      }
      entries.append(entry)
      place = end + 1
    }
    guard log.head == anchor else { throw .end }
    return entries
  }

  /// Takes a line as the next one; nil when it is not.
  private mutating func take(_ line: [UInt8]) -> Entry? {
    guard let json = try? JSON(canonical: line), case .object(let members) = json, members.count == 8 else {
      return nil
    }
    let body = members.filter { !($0.name == ("hash" as StaticString)) }
    guard case .text(let hash)? = Self.value("hash", members), case .text(let previous)? = Self.value("prev", members),
      case .natural(let number)? = Self.value("seq", members), case .text(let at)? = Self.value("at", members),
      case .natural(let boot)? = Self.value("mono", members), case .text(let event)? = Self.value("event", members),
      case .text(let subject)? = Self.value("subject", members),
      case .text(let detail)? = Self.value("detail", members),
      let time = UTCTime(at), number == sequence &+ 1, previous == head.hexadecimal
    else { return nil }
    let expected = Self.hash(body, after: head)
    guard hash == expected.hexadecimal else { return nil }
    sequence = number
    head = expected
    return Entry(sequence: number, at: time, boot: boot, event: event, subject: subject, detail: detail)
  }

  private static func value(_ name: StaticString, _ members: [JSON.Member]) -> JSON? {
    for member in members where member.name == name { return member.value }
    return nil
  }
}
