public import Timeline

/// Bounds of one interface (protocol.md §28; architecture §7). Every queue has one.
public struct MachineLimits: Sendable {
  /// Peers: 2^20, as the Linux kernel has it.
  public var peers = 1 << 20
  /// Packets staged for one peer while it has no session: 128; one more drops the oldest.
  public var stagedPerPeer = 128
  /// Packets staged for all peers together: bounds the host's memory.
  public var staged = 8192
  /// Handshake messages that wait for a worker: 4096.
  public var queuedHandshakes = 4096
  /// Bursts under way, both directions together.
  public var bursts = 2048
  /// Small messages (handshakes, cookie replies) that wait to be sent.
  public var messages = 256
  /// Reports that wait to be read; more are dropped.
  public var reports = 256

  /// The defaults.
  public init() {}
}

/// The protocol's times (WG §6.1; protocol.md §28). Relations between them are asserted by a test.
public enum ProtocolTime {
  /// Between two handshake messages to one peer, and before a retry.
  public static let rekeyTimeout = Interval.seconds(5)
  /// Data received and nothing sent: a keepalive is due.
  public static let keepalive = Interval.seconds(10)
  /// Data sent and nothing heard: keepalive + rekey timeout.
  public static let stoppedHearing = Interval.seconds(15)
  /// After the last session was derived, everything is wiped: 3 × 180 s.
  public static let zeroKeys = Interval.seconds(540)
  /// The most jitter: uniform in 0 … 333 ms on retries and on "stopped hearing".
  public static let jitter = Interval.milliseconds(333)
  /// Between two accepted initiations of one peer: 1/50 s.
  public static let initiationInterval = Interval.milliseconds(20)
  /// One initiation per millisecond and interface, after a burst of `initiationBurst`: spreads a resume.
  public static let initiationSpacing = Interval.milliseconds(1)
  /// Initiations that may leave at once.
  public static let initiationBurst = 50
  /// Initiations of one attempt, the first included, before giving up: REKEY_ATTEMPT_TIME / REKEY_TIMEOUT = 90 / 5.
  /// The kernel and Go implementations send 20 (protocol.md §13.4); this is the number the constants mean.
  public static let initiationsPerAttempt = 18
}
