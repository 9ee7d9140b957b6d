internal import COctets
internal import Octets

/// The sixteen working words of one compression of BLAKE2s, a row of four to a vector: G does four columns at once.
struct BLAKE2sRows: BitwiseCopyable {
  var a, b, c, d: SIMD4<UInt32>

  /// Fractional parts of the square roots of the first eight primes (RFC 7693 §2.6).
  static var initialLow: SIMD4<UInt32> { SIMD4(0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a) }
  static var initialHigh: SIMD4<UInt32> { SIMD4(0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19) }

  @inline(__always)
  init(_ low: SIMD4<UInt32>, _ high: SIMD4<UInt32>, absorbed: UInt64, last: Bool) {
    a = low
    b = high
    c = Self.initialLow
    d =
      Self.initialHigh
      ^ SIMD4(
        UInt32(truncatingIfNeeded: absorbed), UInt32(truncatingIfNeeded: absorbed &>> 32), last ? 0xffff_ffff : 0, 0)
  }

  /// One round: four columns, then four diagonals. A word `s` of the message is at byte 4·s of `block`.
  ///
  /// The diagonals are made columns by turning every row but `b`, which is the last that G computes and the first it
  /// needs: the turns and the message are ready before it.
  @inline(__always)
  mutating func round(
    _ block: RawSpan,
    _ s0: Int, _ s1: Int, _ s2: Int, _ s3: Int, _ s4: Int, _ s5: Int, _ s6: Int, _ s7: Int,
    _ s8: Int, _ s9: Int, _ s10: Int, _ s11: Int, _ s12: Int, _ s13: Int, _ s14: Int, _ s15: Int
  ) {
    mix(words(block, s0, s2, s4, s6), words(block, s1, s3, s5, s7))
    a = SIMD4(a.w, a.x, a.y, a.z)
    c = SIMD4(c.y, c.z, c.w, c.x)
    d = SIMD4(d.z, d.w, d.x, d.y)
    mix(words(block, s14, s8, s10, s12), words(block, s15, s9, s11, s13))
    a = SIMD4(a.y, a.z, a.w, a.x)
    c = SIMD4(c.w, c.x, c.y, c.z)
    d = SIMD4(d.z, d.w, d.x, d.y)
  }

  /// The mixing function G (RFC 7693 §3.1) of four columns.
  @inline(__always)
  private mutating func mix(_ x: SIMD4<UInt32>, _ y: SIMD4<UInt32>) {
    a = a &+ x &+ b
    d = octets_lanes4_rotate16(d ^ a)
    c = c &+ d
    b = octets_lanes4_rotate20(b ^ c)
    a = a &+ y &+ b
    d = octets_lanes4_rotate24(d ^ a)
    c = c &+ d
    b = octets_lanes4_rotate25(b ^ c)
  }

  @inline(__always)
  private func words(_ block: RawSpan, _ x: Int, _ y: Int, _ z: Int, _ w: Int) -> SIMD4<UInt32> {
    SIMD4(
      block.littleEndian32(at: 4 &* x), block.littleEndian32(at: 4 &* y), block.littleEndian32(at: 4 &* z),
      block.littleEndian32(at: 4 &* w))
  }
}
