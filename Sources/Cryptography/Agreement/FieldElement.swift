internal import Octets

/// A number modulo 2^255 − 19, as five limbs of 51 bits, least significant first.
///
/// Limbs are not kept below 2^51. Written `L < b` for "every limb is less than b":
/// products and squares take operands with L < 2^54 and return L < 2^52; a sum of two such results has L < 2^53, a
/// difference L < 2^53.6. So one addition or subtraction may stand between multiplications, and two may not.
struct FieldElement: BitwiseCopyable, Sendable {
  var l0, l1, l2, l3, l4: UInt64

  static var zero: FieldElement { FieldElement(l0: 0, l1: 0, l2: 0, l3: 0, l4: 0) }
  static var one: FieldElement { FieldElement(l0: 1, l1: 0, l2: 0, l3: 0, l4: 0) }

  init(l0: UInt64, l1: UInt64, l2: UInt64, l3: UInt64, l4: UInt64) {
    self.l0 = l0
    self.l1 = l1
    self.l2 = l2
    self.l3 = l3
    self.l4 = l4
  }

  /// The little-endian number in 32 bytes, its top bit ignored; L < 2^51.
  init(_ bytes: RawSpan) {
    self.init(
      SIMD4(
        bytes.littleEndian64(at: 0), bytes.littleEndian64(at: 8), bytes.littleEndian64(at: 16),
        bytes.littleEndian64(at: 24)))
  }

  /// The number of four words, least significant first, its top bit ignored; L < 2^51.
  @inline(__always)
  init(_ words: SIMD4<UInt64>) {
    l0 = words[0] & limbMask
    l1 = (words[0] &>> 51 | words[1] &<< 13) & limbMask
    l2 = (words[1] &>> 38 | words[2] &<< 26) & limbMask
    l3 = (words[2] &>> 25 | words[3] &<< 39) & limbMask
    l4 = words[3] &>> 12 & limbMask
  }

  /// The number below 2^255 − 19, little-endian.
  func canonical() -> Octets32 {
    var (a, b, c, d, e) = (l0, l1, l2, l3, l4)
    // Two carry rounds bring every limb to at most 51 bits, the first to at most a little more.
    for _ in 0..<2 {
      b = b &+ a &>> 51
      a &= limbMask
      c = c &+ b &>> 51
      b &= limbMask
      d = d &+ c &>> 51
      c &= limbMask
      e = e &+ d &>> 51
      d &= limbMask
      a = a &+ (e &>> 51) &* 19
      e &= limbMask
    }
    // The number is now below 2^255 + 19. It is at least the prime exactly when adding 19 carries out of bit 255;
    // then 19 is added for good and that carry dropped.
    var over = (a &+ 19) &>> 51
    over = (b &+ over) &>> 51
    over = (c &+ over) &>> 51
    over = (d &+ over) &>> 51
    over = (e &+ over) &>> 51
    a = a &+ over &* 19
    b = b &+ a &>> 51
    a &= limbMask
    c = c &+ b &>> 51
    b &= limbMask
    d = d &+ c &>> 51
    c &= limbMask
    e = e &+ d &>> 51
    d &= limbMask
    e &= limbMask
    var result = Octets32()
    result.withMutableBytes { bytes in
      bytes.store(littleEndian64: a | b &<< 51, at: 0)
      bytes.store(littleEndian64: b &>> 13 | c &<< 38, at: 8)
      bytes.store(littleEndian64: c &>> 26 | d &<< 25, at: 16)
      bytes.store(littleEndian64: d &>> 39 | e &<< 12, at: 24)
    }
    return result
  }

  /// Exchanges the two when every bit of `mask` is set, leaves them when none is.
  @inline(__always)
  static func exchange(_ x: inout FieldElement, _ y: inout FieldElement, mask: UInt64) {
    exchange(&x.l0, &y.l0, mask)
    exchange(&x.l1, &y.l1, mask)
    exchange(&x.l2, &y.l2, mask)
    exchange(&x.l3, &y.l3, mask)
    exchange(&x.l4, &y.l4, mask)
  }

  @inline(__always)
  private static func exchange(_ x: inout UInt64, _ y: inout UInt64, _ mask: UInt64) {
    let difference = (x ^ y) & mask
    x ^= difference
    y ^= difference
  }
}

/// A number below 2^255 as four words, least significant first: for constants, which a vector cannot be in an image.
struct PackedFieldElement: BitwiseCopyable, Sendable {
  private let w0, w1, w2, w3: UInt64

  init(_ w0: UInt64, _ w1: UInt64, _ w2: UInt64, _ w3: UInt64) {
    (self.w0, self.w1, self.w2, self.w3) = (w0, w1, w2, w3)
  }

  /// The words.
  @inline(__always)
  var words: SIMD4<UInt64> { SIMD4(w0, w1, w2, w3) }
}

/// The low 51 bits.
@inline(__always)
var limbMask: UInt64 { 0x7_ffff_ffff_ffff }
