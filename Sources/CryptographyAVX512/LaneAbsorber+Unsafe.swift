/// Poly1305 over a long stretch of ciphertext, eight blocks at a time.
///
/// Each of eight lanes takes every eighth block and multiplies by the eighth power of the key; at the end a lane is
/// multiplied by the power that its last block has still to be, and the lanes are added.
struct LaneAbsorber {
  private var sum: LaneNumbers
  private var isEmpty: Bool
  private let step: LaneFactors
  private let closing: LaneFactors

  /// An authenticator under the clamped key of these two words.
  @inline(__always)
  init(low: UInt64, high: UInt64) {
    let r1 = Limbs(low: low & 0x0fff_fffc_0fff_ffff, high: high & 0x0fff_fffc_0fff_fffc)
    let r2 = r1 * r1
    let r3 = r2 * r1
    let r4 = r2 * r2
    let r5 = r4 * r1
    let r6 = r4 * r2
    let r7 = r4 * r3
    let r8 = r4 * r4
    step = LaneFactors(r8)
    // The order of the blocks in the lanes is 0, 4, 1, 5, 2, 6, 3, 7.
    closing = LaneFactors(
      SIMD8(r8.l0, r4.l0, r7.l0, r3.l0, r6.l0, r2.l0, r5.l0, r1.l0),
      SIMD8(r8.l1, r4.l1, r7.l1, r3.l1, r6.l1, r2.l1, r5.l1, r1.l1),
      SIMD8(r8.l2, r4.l2, r7.l2, r3.l2, r6.l2, r2.l2, r5.l2, r1.l2))
    sum = .zero
    isEmpty = true
  }

  /// Absorbs `groupCount` groups of 128 bytes at `text`.
  @unsafe @inline(__always)
  mutating func absorb(_ text: UnsafeRawPointer, groupCount: Int) {
    var next = unsafe text
    for _ in 0..<groupCount {
      let group = unsafe LaneAbsorber.load(next)
      sum = isEmpty ? group : sum.multiplied(by: step) + group
      isEmpty = false
      unsafe next += 128
    }
  }

  /// Hands what was absorbed to `poly`, which goes on from there.
  @inline(__always)
  func collect(into poly: inout Poly1305) {
    let limbs = sum.multiplied(by: closing).sum()
    let low = UInt128(_low: limbs.l1 &<< 44, _high: limbs.l1 &>> 20) &+ wide(limbs.l0)
    let middle = wide(low._high) &+ wide(limbs.l2 &<< 24)
    poly.take(low: low._low, middle: middle._low, top: middle._high &+ limbs.l2 &>> 40)
  }

  @inline(__always)
  private static func load(_ text: UnsafeRawPointer) -> LaneNumbers {
    // SAFETY: 128 bytes wait at `text`.
    unsafe LaneNumbers(
      blocks: text.loadUnaligned(as: SIMD8<UInt64>.self),
      text.loadUnaligned(fromByteOffset: 64, as: SIMD8<UInt64>.self))
  }
}
