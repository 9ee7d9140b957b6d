public import Octets
public import Timeline

/// What a peer's accepted initiations leave behind, against replays and floods (WG §5.1, §5.4.2; protocol §8).
///
/// It outlives handshakes, sessions, down and up, and changes of the private key: only removing the peer ends it.
public struct InitiationHistory: BitwiseCopyable, Sendable {
  /// Two accepted initiations of one peer are at least this far apart: 50 a second (protocol §8).
  public static var minimumSpacing: Interval { .milliseconds(20) }

  private var latest = Timestamp()
  private var accepted: Instant?

  /// The history of a peer that has never sent one.
  public init() {}

  /// Whether an initiation with this timestamp may be accepted: strictly newer than the latest, and not too soon.
  public func admits(_ timestamp: Timestamp, at now: Instant) -> Bool {
    guard latest.precedes(timestamp) else { return false }
    guard let accepted else { return true }
    return now >= accepted + Self.minimumSpacing
  }

  /// Accepts an initiation with this timestamp and remembers it; false, and nothing changed, when it is not admitted.
  public mutating func accept(_ timestamp: Timestamp, at now: Instant) -> Bool {
    guard admits(timestamp, at: now) else { return false }
    latest = timestamp
    accepted = now
    return true
  }
}
