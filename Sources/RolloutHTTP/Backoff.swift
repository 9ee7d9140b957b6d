/// How long to wait before the next try: full jitter, so that a fleet that was cut off together does not come back
/// together.
public struct Backoff: Equatable, Sendable {
  /// The longest first wait, in milliseconds; each further one may be twice as long.
  public var base: UInt64
  /// No wait is longer, in milliseconds.
  public var cap: UInt64
  /// How often something is tried, the first time included; at least once.
  public var tries: Int

  /// Waits of up to half a second, a second, two … half a minute; six tries.
  public init(base: UInt64 = 500, cap: UInt64 = 30_000, tries: Int = 6) {
    self.base = base
    self.cap = cap
    self.tries = tries
  }

  /// The longest wait after so many failures, in milliseconds; `failures ≥ 1`.
  public func limit(after failures: Int) -> UInt64 {
    let doublings = max(0, failures - 1)
    guard doublings <= base.leadingZeroBitCount else { return cap }
    return min(cap, base << UInt64(doublings))
  }

  /// The wait after so many failures, in milliseconds: equally probable from nothing to the limit.
  public func wait(after failures: Int, using generator: inout some RandomNumberGenerator) -> UInt64 {
    UInt64.random(in: 0...limit(after: failures), using: &generator)
  }
}
