public import RolloutMetadata

/// A moment of a machine, by two clocks.
public struct Reading: Equatable, Sendable {
  /// Seconds since the machine started; runs during suspend.
  public let boot: UInt64
  /// Seconds since 1970.
  public let wall: Int64

  /// A moment.
  public init(boot: UInt64, wall: Int64) {
    self.boot = boot
    self.wall = wall
  }
}

/// The time in which a serial that has taken over is watched.
public struct Probation: Equatable, Sendable {
  /// What comes of asking the probes.
  public enum Verdict: Equatable, Sendable {
    /// It is too early to say.
    case goOn
    /// It stays.
    case pass(CommitNote)
    /// It goes.
    case fail
  }

  /// Starts that are left before it counts as a crash loop.
  public var startsLeft: UInt8
  /// Seconds it has been watched, in all starts together.
  public var watched: UInt64 = 0
  /// When it was watched last, in the present start; nil before.
  public var last: Reading?
  /// How often the machine has started since.
  public var machineStarts: UInt8 = 0
  /// Whether the time was extended because probes could not tell.
  public var isExtended = false
  /// What the probes have said so far.
  public var note = CommitNote.proven

  /// How long a serial is watched when nobody has said otherwise, and as long again when probes could not tell.
  public static let seconds: UInt64 = 900

  /// A serial that has just taken over.
  public init(startsLeft: UInt8) { self.startsLeft = startsLeft }

  /// Takes in what the probes say. One that fails ends it at once. At the end of the time all have passed, or could not
  /// tell: then the time is extended once, and after that it ends with a note, never with a failure.
  ///
  /// Only the machine's own clock counts: time that the wall clock jumps over is not time watched.
  public mutating func judge(
    _ results: [ProbeResult], _ reading: Reading, component: Component, seconds: UInt64 = Self.seconds
  ) -> Verdict {
    if let last, reading.boot >= last.boot { watched += min(reading.boot - last.boot, Self.longestGap) }
    last = reading
    if results.contains(where: { $0.outcome == .fail }) { return .fail }
    let end = isExtended ? 2 * seconds : seconds
    guard watched >= end, !awaitsMachineStart(component: component, seconds: seconds) else { return .goOn }
    let unproven = results.filter { $0.outcome == .inconclusive }
    note = unproven.isEmpty ? .proven : unproven.allSatisfy({ $0.isForLackOfTraffic }) ? .idle : .inconclusive
    if note == .proven && !results.isEmpty { return .pass(.proven) }
    if !isExtended {
      isExtended = true
      return .goOn
    }
    return .pass(results.isEmpty ? .inconclusive : note)
  }

  /// Whether it was watched for long enough, and has not come up with the machine, which a driver has to once.
  public func awaitsMachineStart(component: Component, seconds: UInt64 = Self.seconds) -> Bool {
    component == .driver && machineStarts == 0 && watched >= (isExtended ? 2 * seconds : seconds)
  }

  /// The most that counts from one look at the probes to the next: a machine that nobody watched has proven nothing.
  public static let longestGap: UInt64 = 120
}
