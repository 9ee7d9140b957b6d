public import Tunnel

/// A generator that a seed determines wholly (SplitMix64). For tests only: anybody can predict it.
public struct SeededRandom: RandomNumberGenerator, Sendable {
  var state: UInt64

  /// The generator of `seed`.
  public init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    return Self.mixed(state)
  }

  /// Whether an event of `probability` happens.
  public mutating func happens(_ probability: Double) -> Bool {
    Double(next() >> 11) * 0x1p-53 < probability
  }

  /// A number below `bound ≥ 1`.
  mutating func below(_ bound: Int) -> Int {
    Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// One of `choices`, of which there is at least one.
  mutating func pick<Choice>(_ choices: [Choice]) -> Choice { choices[below(choices.count)] }

  /// An interval up to `longest`, evenly.
  mutating func interval(upTo longest: Interval) -> Interval {
    .nanoseconds(UInt64(below(Int(longest.nanoseconds) + 1)))
  }

  /// An interval of any size up to `longest`: each order of magnitude is about as likely as the next.
  mutating func anyInterval(upTo longest: Interval) -> Interval {
    interval(upTo: .nanoseconds(max(1, longest.nanoseconds >> UInt64(below(24)))))
  }

  /// 32 bytes.
  mutating func octets() -> Octets32 {
    var octets = Octets32()
    for i in 0..<32 { octets[i] = UInt8(truncatingIfNeeded: next()) }
    return octets
  }

  static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

/// Randomness for one machine: an independent stream for every purpose and subject, so that drawing for one thing never
/// shifts another, and two hosts with the same seed draw the same.
public final class RandomStreams {
  private let seed: UInt64
  private var streams: [UInt64: SeededRandom] = [:]
  /// Which bits of a receiver index are drawn: few make indices collide.
  private let indexMask: UInt32

  private let keying: Keying

  /// What tells one stream from another.
  public enum Keying: Sendable {
    /// What the bytes are for, and whom.
    case purpose
    /// How many bytes are drawn at once: all that the system's generator is told.
    case length
  }

  /// The streams of `seed`.
  public init(seed: UInt64, indexMask: UInt32 = .max, keying: Keying = .purpose) {
    self.seed = seed
    self.indexMask = indexMask
    self.keying = keying
  }

  func fill(purpose: UInt8, subject: UInt64, _ bytes: UnsafeMutableRawBufferPointer) {
    let key = keying == .purpose ? subject ^ (UInt64(purpose) << 56) : UInt64(bytes.count)
    let name = SeededRandom.mixed(seed ^ SeededRandom.mixed(key))
    var stream = streams[name] ?? SeededRandom(seed: name)
    for i in bytes.indices { unsafe bytes[i] = UInt8(truncatingIfNeeded: stream.next()) }
    streams[name] = stream
    guard purpose == RandomPurpose.index.rawValue else { return }
    for i in bytes.indices { unsafe bytes[i] &= UInt8(truncatingIfNeeded: indexMask >> UInt32(8 * (i & 3))) }
  }

  /// The streams as a machine draws from them. Valid while this object lives; one thread at a time.
  public var randomness: Randomness {
    // SAFETY: the context is this object, which the device that owns the machine keeps alive.
    unsafe Randomness(context: Unmanaged.passUnretained(self).toOpaque()) { context, purpose, subject, place, count in
      guard let context = unsafe context else { return }
      let streams = unsafe Unmanaged<RandomStreams>.fromOpaque(context).takeUnretainedValue()
      unsafe streams.fill(
        purpose: purpose, subject: subject, UnsafeMutableRawBufferPointer(start: place, count: count))
    }
  }
}
