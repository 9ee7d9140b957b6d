package import Octets

extension X25519 {
  /// The multiple of the base point, in a third of the time of `multiply`: the same operations and addresses for every
  /// scalar.
  ///
  /// A signed comb (Hamburg: *Fast and compact elliptic-curve cryptography*, §3.3) of 8 × 4 teeth, 8 bits apart, on the
  /// Edwards curve. 64 additions, 7 doublings.
  @inline(never)
  package static func multiplyBase(_ privateKey: RawSpan) -> Octets32 {
    precondition(privateKey.byteCount == 32)
    var clamped = Octets32(privateKey)
    clamp(&clamped)
    var digits = SignedDigits(clamped.bytes)
    clamped.wipe()
    var sum = EdwardsPoint.neutral
    for position in (0..<8).reversed() {
      if position < 7 { sum.double() }
      for comb in 0..<8 {
        sum.add(.basePoint(comb: comb, teeth: digits.teeth(of: comb, at: position)))
      }
    }
    let result = sum.montgomery().canonical()
    secureWipe(&sum)
    secureWipe(&digits)
    return result
  }
}

/// A scalar as 256 digits that are 1 or −1, which is a bit 1 or 0: then no digit is zero, and none a special case.
private struct SignedDigits: BitwiseCopyable {
  private var words: InlineArray<4, UInt64>

  /// The digits of a clamped scalar plus the order of the base point. That sum is odd, as a sum of such digits must be,
  /// and below 2^256.
  init(_ scalar: RawSpan) {
    let order: InlineArray<4, UInt64> = [0x5812_631a_5cf5_d3ed, 0x14de_f9de_a2f7_9cd6, 0, 0x1000_0000_0000_0000]
    words = InlineArray(repeating: 0)
    var carry: UInt64 = 0
    for i in 0..<4 {
      let sum = wide(scalar.littleEndian64(at: 8 &* i)) &+ wide(order[i]) &+ wide(carry)
      words[i] = sum._low
      carry = sum._high
    }
    // With bits b, the digits 2b − 1 make twice the number of the bits minus (2^256 − 1).
    for i in 0..<3 { words[i] = words[i] &>> 1 | words[i &+ 1] &<< 63 }
    words[3] = words[3] &>> 1 | 1 &<< 63
  }

  /// The digits of the four teeth of `comb` at `position`, as bits 0, 8, 16 and 24.
  @inline(__always)
  func teeth(of comb: Int, at position: Int) -> UInt64 {
    words[comb &>> 1] &>> UInt64(truncatingIfNeeded: 32 &* (comb & 1) &+ position) & 0x0101_0101
  }
}

extension AffineEdwardsPoint {
  /// The multiple of the base point that the digits `teeth` of a comb stand for; see `basePointTable`.
  @inline(__always)
  fileprivate static func basePoint(comb: Int, teeth: UInt64) -> AffineEdwardsPoint {
    // The highest tooth is the sign of the whole, the others are taken relative to it.
    let isPositive = teeth &>> 24
    let same = teeth ^ isPositive &* 0x01_0101 ^ 0x01_0101
    let pattern = same & 1 | same &>> 7 & 2 | same &>> 14 & 4
    var sum = SIMD4<UInt64>()
    var difference = SIMD4<UInt64>()
    var product = SIMD4<UInt64>()
    // All eight are read, whichever it is.
    for entry in 0..<8 {
      let isEntry = (pattern ^ UInt64(truncatingIfNeeded: entry)) &- 1
      let mask = SIMD4<UInt64>(repeating: allOnes(if: isEntry &>> 63))
      let place = 24 &* comb &+ 3 &* entry
      sum |= basePointTable[place].words & mask
      difference |= basePointTable[place &+ 1].words & mask
      product |= basePointTable[place &+ 2].words & mask
    }
    let negative = allOnes(if: isPositive ^ 1)
    var point = AffineEdwardsPoint(
      sum: FieldElement(sum), difference: FieldElement(difference), product: FieldElement(product))
    FieldElement.exchange(&point.sum, &point.difference, mask: negative)
    var opposite = .zero - point.product
    FieldElement.exchange(&point.product, &opposite, mask: negative)
    return point
  }
}
