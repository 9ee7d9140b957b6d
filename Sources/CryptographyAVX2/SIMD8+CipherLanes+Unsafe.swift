internal import COctets

// Eight blocks side by side in 256-bit vectors.
extension SIMD8<UInt32>: CipherLanes {
  static var laneCount: Int { 8 }

  @inline(__always)
  init(countingFrom word: UInt32) {
    self = SIMD8(repeating: word) &+ SIMD8(0, 1, 2, 3, 4, 5, 6, 7)
  }

  @inline(__always)
  static func sum(_ x: Self, _ y: Self) -> Self { x &+ y }
  @inline(__always)
  static func exclusiveOr(_ x: Self, _ y: Self) -> Self { x ^ y }
  @inline(__always)
  static func rotated16(_ x: Self) -> Self { octets_lanes8_rotate16(x) }
  @inline(__always)
  static func rotated12(_ x: Self) -> Self { octets_lanes8_rotate12(x) }
  @inline(__always)
  static func rotated8(_ x: Self) -> Self { octets_lanes8_rotate8(x) }
  @inline(__always)
  static func rotated7(_ x: Self) -> Self { octets_lanes8_rotate7(x) }

  @inline(__always)
  static func store(_ batch: borrowing CipherBatch<Self>, to target: UnsafeMutableRawPointer) {
    unsafe storeHalf(
      batch.a0, batch.a1, batch.a2, batch.a3, batch.b0, batch.b1, batch.b2, batch.b3, to: target)
    unsafe storeHalf(
      batch.c0, batch.c1, batch.c2, batch.c3, batch.d0, batch.d1, batch.d2, batch.d3, to: target + 32)
  }

  /// Transposes eight words of eight blocks and writes each block's 32 bytes, 64 bytes apart.
  ///
  /// The element type changes from level to level: shuffles of one type over three levels would be merged by the
  /// optimiser into far more of them.
  @inline(__always)
  private static func storeHalf(
    _ w0: Self, _ w1: Self, _ w2: Self, _ w3: Self, _ w4: Self, _ w5: Self, _ w6: Self, _ w7: Self,
    to target: UnsafeMutableRawPointer
  ) {
    // Level 1, in 128-bit halves: words 0 … 3 of blocks 0 … 3 beside words 4 … 7 of them, then blocks 4 … 7.
    let (p0, q0) = halves(w0, w4)
    let (p1, q1) = halves(w1, w5)
    let (p2, q2) = halves(w2, w6)
    let (p3, q3) = halves(w3, w7)
    unsafe storeQuarter(p0, p1, p2, p3, to: target)
    unsafe storeQuarter(q0, q1, q2, q3, to: target + 256)
  }

  /// The low halves of both, and the high halves.
  @inline(__always)
  private static func halves(_ x: Self, _ y: Self) -> (Self, Self) {
    let a = quads(x)
    let b = quads(y)
    return (
      words(SIMD4(lowHalf: a.lowHalf, highHalf: b.lowHalf)), words(SIMD4(lowHalf: a.highHalf, highHalf: b.highHalf))
    )
  }

  /// Transposes within the two 128-bit halves: four blocks, of which each vector holds two words.
  @inline(__always)
  private static func storeQuarter(
    _ p0: Self, _ p1: Self, _ p2: Self, _ p3: Self, to target: UnsafeMutableRawPointer
  ) {
    // Level 2, words: pairs of words 0, 1 and 2, 3 for blocks 0, 1 and blocks 2, 3.
    let x0 = quads(lowWords(p0, p1))
    let x1 = quads(highWords(p0, p1))
    let y0 = quads(lowWords(p2, p3))
    let y1 = quads(highWords(p2, p3))
    // Level 3, pairs of words.
    // SAFETY: the target has 64 bytes for each of the four blocks, of which 32 are written.
    unsafe target.storeBytes(of: SIMD4(x0[0], y0[0], x0[2], y0[2]), as: SIMD4<UInt64>.self)
    unsafe target.storeBytes(of: SIMD4(x0[1], y0[1], x0[3], y0[3]), toByteOffset: 64, as: SIMD4<UInt64>.self)
    unsafe target.storeBytes(of: SIMD4(x1[0], y1[0], x1[2], y1[2]), toByteOffset: 128, as: SIMD4<UInt64>.self)
    unsafe target.storeBytes(of: SIMD4(x1[1], y1[1], x1[3], y1[3]), toByteOffset: 192, as: SIMD4<UInt64>.self)
  }

  @inline(__always)
  private static func lowWords(_ x: Self, _ y: Self) -> Self {
    SIMD8(x[0], y[0], x[1], y[1], x[4], y[4], x[5], y[5])
  }

  @inline(__always)
  private static func highWords(_ x: Self, _ y: Self) -> Self {
    SIMD8(x[2], y[2], x[3], y[3], x[6], y[6], x[7], y[7])
  }

  @inline(__always)
  private static func quads(_ x: Self) -> SIMD4<UInt64> {
    // SAFETY: the same 32 bytes.
    unsafe unsafeBitCast(x, to: SIMD4<UInt64>.self)
  }

  @inline(__always)
  private static func words(_ x: SIMD4<UInt64>) -> Self {
    // SAFETY: the same 32 bytes.
    unsafe unsafeBitCast(x, to: Self.self)
  }
}
