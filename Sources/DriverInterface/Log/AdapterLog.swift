public import Containers
public import Octets
public import Timeline
public import Tunnel

/// The log of one adapter: its last 64 lines, each for one reader. The host guards it with a lock of its own.
public struct AdapterLog: ~Copyable {
  private var lines: Ring<FixedOctets<128>>
  private var limiter = LineLimiter()

  /// Lines that are kept; one more drops the oldest.
  public static var capacity: Int { 64 }

  /// An empty log, 8 KB of `storage`.
  public init(storage: Storage) throws(StorageError) {
    lines = try Ring(capacity: Self.capacity, storage: storage)
  }

  /// Lines that wait for a reader.
  public var count: Int { lines.count }

  /// The oldest line as an entry of 128 bytes; nil when none waits.
  public mutating func removeFirst() -> FixedOctets<128>? { lines.removeFirst() }

  /// Adds `line`, and shows `trace` its entry; the oldest goes when there is no room.
  public mutating func append(
    _ line: LogLine, at time: WallTime, _ trace: (FixedOctets<128>) -> Void = { _ in }
  ) {
    let entry = line.entry(at: time)
    trace(entry)
    if lines.count == Self.capacity { _ = lines.removeFirst() }
    _ = lines.append(entry)
  }

  /// Adds what `report` says, and shows `trace` each new entry. Events that packets cause are limited: true when a line
  /// was added.
  public mutating func note(
    _ report: Report, _ now: Now, _ trace: (FixedOctets<128>) -> Void = { _ in }
  ) -> Bool {
    if report.event.isCausedByPackets {
      switch limiter.admit(at: now.instant) {
      case .refused: return false
      case .admitted(let suppressed):
        if suppressed > 0 { append(LogLine(suppressed: suppressed), at: now.wall, trace) }
      }
    }
    append(LogLine(report), at: now.wall, trace)
    return true
  }
}

/// At most ten lines in five seconds; the first of a later window says how many were left out.
struct LineLimiter: BitwiseCopyable {
  enum Verdict: Equatable {
    case refused
    /// The line may go, after one that reports so many suppressed ones, if there are any.
    case admitted(suppressed: UInt64)
  }

  static var window: Interval { .seconds(5) }
  static var burst: Int { 10 }

  private var opened: Instant?
  private var count = 0
  private var suppressed: UInt64 = 0

  mutating func admit(at now: Instant) -> Verdict {
    if let opened, now < opened + Self.window {
      guard count < Self.burst else {
        suppressed += 1
        return .refused
      }
      count += 1
      return .admitted(suppressed: 0)
    }
    defer { suppressed = 0 }
    opened = now
    count = 1
    return .admitted(suppressed: suppressed)
  }
}
