public import Timeline

/// Whether the interface is under load, by the length of its handshake queue (protocol §7.4).
public struct LoadGauge: BitwiseCopyable, Sendable {
  /// The handshake messages an interface queues at most; beyond, the newest is dropped.
  public static var queueCapacity: Int { 4096 }
  /// The queue length from which the interface is under load: an eighth of the capacity.
  public static var threshold: Int { queueCapacity / 8 }
  /// How long it stays so after the queue was last that long.
  public static var stickiness: Interval { .seconds(1) }

  private var lastLoaded: Instant?

  /// Not under load.
  public init() {}

  /// Whether the interface is under load with `queued` messages waiting.
  public mutating func isUnderLoad(queued: Int, at now: Instant) -> Bool {
    if queued >= Self.threshold {
      lastLoaded = now
      return true
    }
    guard let last = lastLoaded else { return false }
    if now < last + Self.stickiness { return true }
    lastLoaded = nil
    return false
  }
}
