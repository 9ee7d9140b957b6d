internal import COctets

/// A number modulo 2^130 − 5 in each of eight lanes, as limbs of 44, 44 and 42 bits, each below 2^46 between steps.
struct LaneNumbers: BitwiseCopyable {
  let l0: SIMD8<UInt64>
  let l1: SIMD8<UInt64>
  let l2: SIMD8<UInt64>

  /// Zero in all lanes.
  static var zero: LaneNumbers {
    LaneNumbers(l0: SIMD8(repeating: 0), l1: SIMD8(repeating: 0), l2: SIMD8(repeating: 0))
  }

  @inline(__always)
  private init(l0: SIMD8<UInt64>, l1: SIMD8<UInt64>, l2: SIMD8<UInt64>) {
    self.l0 = l0
    self.l1 = l1
    self.l2 = l2
  }

  /// The eight blocks of 16 bytes in `first` and `second`, lane by lane in the order 0, 4, 1, 5, 2, 6, 3, 7, each with
  /// its bit 2^128.
  @inline(__always)
  init(blocks first: SIMD8<UInt64>, _ second: SIMD8<UInt64>) {
    let low = SIMD8(first[0], second[0], first[2], second[2], first[4], second[4], first[6], second[6])
    let high = SIMD8(first[1], second[1], first[3], second[3], first[5], second[5], first[7], second[7])
    let mask = SIMD8<UInt64>(repeating: Limbs.mask44)
    l0 = low & mask
    l1 = (octets_quads8_shift_right(low, 44) | octets_quads8_shift_left(high, 20)) & mask
    l2 = octets_quads8_shift_right(high, 24) | SIMD8(repeating: 1 &<< 40)
  }

  /// The sum.
  @inline(__always)
  static func + (x: LaneNumbers, y: LaneNumbers) -> LaneNumbers {
    LaneNumbers(l0: x.l0 &+ y.l0, l1: x.l1 &+ y.l1, l2: x.l2 &+ y.l2)
  }

  /// Multiplies each lane by its factor. A limb product has 52 low bits that stay and the rest that belongs 52 bits up:
  /// 8 bits into the next limb.
  @inline(__always)
  func multiplied(by factor: LaneFactors) -> LaneNumbers {
    let zero = SIMD8<UInt64>(repeating: 0)
    var low0 = octets_quads8_add_low_product(zero, l0, factor.r0)
    var high0 = octets_quads8_add_high_product(zero, l0, factor.r0)
    var low1 = octets_quads8_add_low_product(zero, l0, factor.r1)
    var high1 = octets_quads8_add_high_product(zero, l0, factor.r1)
    var low2 = octets_quads8_add_low_product(zero, l0, factor.r2)
    var high2 = octets_quads8_add_high_product(zero, l0, factor.r2)
    low0 = octets_quads8_add_low_product(low0, l2, factor.s1)
    high0 = octets_quads8_add_high_product(high0, l2, factor.s1)
    low1 = octets_quads8_add_low_product(low1, l2, factor.s2)
    high1 = octets_quads8_add_high_product(high1, l2, factor.s2)
    low2 = octets_quads8_add_low_product(low2, l2, factor.r0)
    high2 = octets_quads8_add_high_product(high2, l2, factor.r0)
    low0 = octets_quads8_add_low_product(low0, l1, factor.s2)
    high0 = octets_quads8_add_high_product(high0, l1, factor.s2)
    low1 = octets_quads8_add_low_product(low1, l1, factor.r0)
    high1 = octets_quads8_add_high_product(high1, l1, factor.r0)
    low2 = octets_quads8_add_low_product(low2, l1, factor.r1)
    high2 = octets_quads8_add_high_product(high2, l1, factor.r1)

    let mask44 = SIMD8<UInt64>(repeating: Limbs.mask44)
    let mask42 = SIMD8<UInt64>(repeating: Limbs.mask42)
    let d1 = low1 &+ octets_quads8_shift_left(high0, 8) &+ octets_quads8_shift_right(low0, 44)
    let d2 = low2 &+ octets_quads8_shift_left(high1, 8) &+ octets_quads8_shift_right(d1, 44)
    // Beyond 2^130 comes back times five.
    let over = octets_quads8_shift_left(high2, 10) &+ octets_quads8_shift_right(d2, 42)
    let d0 = (low0 & mask44) &+ over &+ octets_quads8_shift_left(over, 2)
    return LaneNumbers(
      l0: d0 & mask44, l1: (d1 & mask44) &+ octets_quads8_shift_right(d0, 44), l2: d2 & mask42)
  }

  /// The sum of the eight lanes.
  @inline(__always)
  func sum() -> Limbs {
    Limbs(l0.wrappedSum(), l1.wrappedSum(), l2.wrappedSum())
  }
}

/// A factor for each lane, with the multiples its upper limbs are worth beyond 2^132: twenty times.
struct LaneFactors: BitwiseCopyable {
  let r0: SIMD8<UInt64>
  let r1: SIMD8<UInt64>
  let r2: SIMD8<UInt64>
  let s1: SIMD8<UInt64>
  let s2: SIMD8<UInt64>

  @inline(__always)
  init(_ r0: SIMD8<UInt64>, _ r1: SIMD8<UInt64>, _ r2: SIMD8<UInt64>) {
    self.r0 = r0
    self.r1 = r1
    self.r2 = r2
    s1 = octets_quads8_shift_left(r1, 4) &+ octets_quads8_shift_left(r1, 2)
    s2 = octets_quads8_shift_left(r2, 4) &+ octets_quads8_shift_left(r2, 2)
  }

  /// The same factor for all lanes.
  @inline(__always)
  init(_ factor: Limbs) {
    self.init(SIMD8(repeating: factor.l0), SIMD8(repeating: factor.l1), SIMD8(repeating: factor.l2))
  }
}

/// A number modulo 2^130 − 5 as limbs of 44, 44 and 42 bits; what is multiplied has them below 2^45.
struct Limbs: BitwiseCopyable {
  static var mask44: UInt64 { 0xfff_ffff_ffff }
  static var mask42: UInt64 { 0x3ff_ffff_ffff }

  let l0: UInt64
  let l1: UInt64
  let l2: UInt64

  @inline(__always)
  init(_ l0: UInt64, _ l1: UInt64, _ l2: UInt64) {
    self.l0 = l0
    self.l1 = l1
    self.l2 = l2
  }

  /// The 128-bit number of two words.
  @inline(__always)
  init(low: UInt64, high: UInt64) {
    self.init(low & Limbs.mask44, (low &>> 44 | high &<< 20) & Limbs.mask44, high &>> 24)
  }

  /// The product.
  @inline(__always)
  static func * (x: Limbs, y: Limbs) -> Limbs {
    let s1 = y.l1 &* 20
    let s2 = y.l2 &* 20
    let d0 = product(x.l0, y.l0) &+ product(x.l1, s2) &+ product(x.l2, s1)
    let d1 = product(x.l0, y.l1) &+ product(x.l1, y.l0) &+ product(x.l2, s2) &+ wide(excess(d0))
    let d2 = product(x.l0, y.l2) &+ product(x.l1, y.l1) &+ product(x.l2, y.l0) &+ wide(excess(d1))
    let over = d2._high &<< 22 | d2._low &>> 42
    let e0 = d0._low & mask44 &+ over &* 5
    return Limbs(e0 & mask44, d1._low & mask44 &+ e0 &>> 44, d2._low & mask42)
  }

  /// What a column has beyond its 44 bits.
  @inline(__always)
  private static func excess(_ column: UInt128) -> UInt64 {
    column._high &<< 20 | column._low &>> 44
  }
}
