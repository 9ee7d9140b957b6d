import Foundation

/// A reproducible source of random numbers (SplitMix64); the seed is printed, so that a failure can be replayed.
public struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  /// The seed it started from.
  public let seed: UInt64

  /// A generator with this seed, or with the one in the environment variable NEEDLETAIL_SEED.
  public init(seed fallback: UInt64) {
    seed = ProcessInfo.processInfo.environment["NEEDLETAIL_SEED"].flatMap { UInt64($0) } ?? fallback
    state = seed
  }

  /// A generator whose numbers are part of a test's meaning: the environment does not change them.
  public init(fixed seed: UInt64) {
    self.seed = seed
    state = seed
  }

  /// The next number.
  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed &>> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed &>> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed &>> 31)
  }

  /// A number below `bound`.
  public mutating func below(_ bound: Int) -> Int {
    Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
  }
}
