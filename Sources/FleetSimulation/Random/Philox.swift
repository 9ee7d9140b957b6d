/// The counter-based generator Philox4x32-10 (Salmon, Moraes, Dror, Shaw, *Parallel random numbers: as easy as 1, 2, 3*,
/// 2011): the number at any place of any stream is a function of the seed, the stream and the place.
struct Philox {
  /// One block of the function: four words of 32 bits from a counter and a key.
  static func block(_ counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var x = counter
    var key = key
    for _ in 0..<10 {
      let a = UInt64(x[0]) * 0xd251_1f53
      let b = UInt64(x[2]) * 0xcd9e_8d57
      x = SIMD4(
        UInt32(truncatingIfNeeded: b >> 32) ^ x[1] ^ key[0], UInt32(truncatingIfNeeded: b),
        UInt32(truncatingIfNeeded: a >> 32) ^ x[3] ^ key[1], UInt32(truncatingIfNeeded: a))
      key = SIMD2(key[0] &+ 0x9e37_79b9, key[1] &+ 0xbb67_ae85)
    }
    return x
  }
}

/// One stream of random numbers.
struct RandomStream {
  private let key: SIMD2<UInt32>
  private let stream: UInt64
  private var place: UInt64 = 0
  private var spare: UInt64?

  /// The stream of a number under a seed.
  init(seed: UInt64, stream: UInt64) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    self.stream = stream
  }

  /// 64 random bits.
  mutating func bits() -> UInt64 {
    if let bits = spare {
      spare = nil
      return bits
    }
    let counter = SIMD4(
      UInt32(truncatingIfNeeded: place), UInt32(truncatingIfNeeded: place >> 32),
      UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32))
    place += 1
    let block = Philox.block(counter, key: key)
    spare = UInt64(block[3]) << 32 | UInt64(block[2])
    return UInt64(block[1]) << 32 | UInt64(block[0])
  }

  /// A number in (0, 1), one of 2^53.
  mutating func uniform() -> Double { (Double(bits() >> 11) + 0.5) * 0x1p-53 }
}
