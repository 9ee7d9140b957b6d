/// The one-time authenticator Poly1305 (RFC 8439 §2.5), a block at a time.
///
/// The accumulator is a number modulo 2^130 − 5 in two words of 64 bits and a small top word. Between blocks it is below
/// 2^130 + 2^66, so the top word is at most 4.
struct Poly1305: BitwiseCopyable, Sendable {
  private let r0: UInt64
  private let r1: UInt64
  /// 5/4 of `r1`, exact because the key's clamping clears its two low bits: what `r1` is worth beyond 2^130.
  private let s1: UInt64
  private var h0: UInt64 = 0
  private var h1: UInt64 = 0
  private var h2: UInt64 = 0

  /// An authenticator under the multiplier `r` (16 bytes, little-endian), which is clamped here.
  @inline(__always)
  init(low: UInt64, high: UInt64) {
    r0 = low & 0x0fff_fffc_0fff_ffff
    r1 = high & 0x0fff_fffc_0fff_fffc
    s1 = r1 &+ r1 &>> 2
  }

  /// Puts another authenticator's accumulated number here: `low`, `middle`, and above 2^128 `top`, below 2^60.
  @inline(__always)
  mutating func take(low: UInt64, middle: UInt64, top: UInt64) {
    let e0 = wide(low) &+ wide((top &>> 2) &* 5)
    let e1 = wide(middle) &+ wide(e0._high)
    h0 = e0._low
    h1 = e1._low
    h2 = (top & 3) &+ e1._high
  }

  /// Absorbs the 16-byte block `low`, `high`; `top` is 1 for a whole block, 0 when its end mark lies inside it.
  @inline(__always)
  mutating func absorb(_ low: UInt64, _ high: UInt64, top: UInt64 = 1) {
    let a0 = wide(h0) &+ wide(low)
    let a1 = wide(h1) &+ wide(high) &+ wide(a0._high)
    let a2 = h2 &+ top &+ a1._high

    let d0 = product(a0._low, r0) &+ product(a1._low, s1)
    let d1 = product(a0._low, r1) &+ product(a1._low, r0) &+ wide(a2 &* s1) &+ wide(d0._high)
    let d2 = a2 &* r0 &+ d1._high

    // What lies at 2^130 and above comes back times five: d2's upper part is a multiple of four, plus a quarter of it.
    let e0 = wide(d0._low) &+ wide(d2 & ~3 &+ d2 &>> 2)
    let e1 = wide(d1._low) &+ wide(e0._high)
    h0 = e0._low
    h1 = e1._low
    h2 = (d2 & 3) &+ e1._high
  }

  /// The tag under the pad `s` (16 bytes, little-endian), as two little-endian words.
  @inline(__always)
  func tag(padLow: UInt64, padHigh: UInt64) -> (low: UInt64, high: UInt64) {
    // h − (2^130 − 5) is taken when h + 5 reaches 2^130.
    let g0 = wide(h0) &+ 5
    let g1 = wide(h1) &+ wide(g0._high)
    let mask = allOnes(if: (h2 &+ g1._high) &>> 2)
    let f0 = h0 ^ (h0 ^ g0._low) & mask
    let f1 = h1 ^ (h1 ^ g1._low) & mask
    let t0 = wide(f0) &+ wide(padLow)
    return (t0._low, f1 &+ padHigh &+ t0._high)
  }
}
