internal import COctets

// Sixteen blocks side by side in 512-bit vectors.
extension SIMD16<UInt32>: CipherLanes {
  static var laneCount: Int { 16 }

  @inline(__always)
  init(countingFrom word: UInt32) {
    self = SIMD16(repeating: word) &+ SIMD16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
  }

  @inline(__always)
  static func sum(_ x: Self, _ y: Self) -> Self { x &+ y }
  @inline(__always)
  static func exclusiveOr(_ x: Self, _ y: Self) -> Self { x ^ y }
  @inline(__always)
  static func rotated16(_ x: Self) -> Self { octets_lanes16_rotate16(x) }
  @inline(__always)
  static func rotated12(_ x: Self) -> Self { octets_lanes16_rotate12(x) }
  @inline(__always)
  static func rotated8(_ x: Self) -> Self { octets_lanes16_rotate8(x) }
  @inline(__always)
  static func rotated7(_ x: Self) -> Self { octets_lanes16_rotate7(x) }

  @inline(__always)
  static func store(_ batch: borrowing CipherBatch<Self>, to target: UnsafeMutableRawPointer) {
    let a = Quarter(batch.a0, batch.a1, batch.a2, batch.a3)
    let b = Quarter(batch.b0, batch.b1, batch.b2, batch.b3)
    let c = Quarter(batch.c0, batch.c1, batch.c2, batch.c3)
    let d = Quarter(batch.d0, batch.d1, batch.d2, batch.d3)
    unsafe storeBlocks(a.q0, b.q0, c.q0, d.q0, to: target, stride: 256)
    unsafe storeBlocks(a.q1, b.q1, c.q1, d.q1, to: target + 64, stride: 256)
    unsafe storeBlocks(a.q2, b.q2, c.q2, d.q2, to: target + 128, stride: 256)
    unsafe storeBlocks(a.q3, b.q3, c.q3, d.q3, to: target + 192, stride: 256)
  }

  /// Exchanges 128-bit parts of four vectors, one for each four words of a block, and writes four whole blocks that are
  /// `stride` bytes apart.
  @inline(__always)
  static func storeBlocks(
    _ a: SIMD8<UInt64>, _ b: SIMD8<UInt64>, _ c: SIMD8<UInt64>, _ d: SIMD8<UInt64>,
    to target: UnsafeMutableRawPointer, stride: Int
  ) {
    let ab = (SIMD8(lowHalf: a.lowHalf, highHalf: b.lowHalf), SIMD8(lowHalf: a.highHalf, highHalf: b.highHalf))
    let cd = (SIMD8(lowHalf: c.lowHalf, highHalf: d.lowHalf), SIMD8(lowHalf: c.highHalf, highHalf: d.highHalf))
    // SAFETY: the caller gives room for four blocks.
    unsafe target.storeBytes(of: evenParts(ab.0, cd.0), as: SIMD8<UInt64>.self)
    unsafe target.storeBytes(of: oddParts(ab.0, cd.0), toByteOffset: stride, as: SIMD8<UInt64>.self)
    unsafe target.storeBytes(of: evenParts(ab.1, cd.1), toByteOffset: 2 &* stride, as: SIMD8<UInt64>.self)
    unsafe target.storeBytes(of: oddParts(ab.1, cd.1), toByteOffset: 3 &* stride, as: SIMD8<UInt64>.self)
  }

  @inline(__always)
  private static func evenParts(_ x: SIMD8<UInt64>, _ y: SIMD8<UInt64>) -> SIMD8<UInt64> {
    SIMD8(x[0], x[1], x[4], x[5], y[0], y[1], y[4], y[5])
  }

  @inline(__always)
  private static func oddParts(_ x: SIMD8<UInt64>, _ y: SIMD8<UInt64>) -> SIMD8<UInt64> {
    SIMD8(x[2], x[3], x[6], x[7], y[2], y[3], y[6], y[7])
  }
}

/// Four words of sixteen blocks, transposed within each 128-bit part: `qI` has them for blocks I, I + 4, I + 8, I + 12.
private struct Quarter {
  let q0: SIMD8<UInt64>
  let q1: SIMD8<UInt64>
  let q2: SIMD8<UInt64>
  let q3: SIMD8<UInt64>

  @inline(__always)
  init(_ w0: SIMD16<UInt32>, _ w1: SIMD16<UInt32>, _ w2: SIMD16<UInt32>, _ w3: SIMD16<UInt32>) {
    let x = (Quarter.lowWords(w0, w1), Quarter.highWords(w0, w1))
    let y = (Quarter.lowWords(w2, w3), Quarter.highWords(w2, w3))
    q0 = Quarter.evenPairs(x.0, y.0)
    q1 = Quarter.oddPairs(x.0, y.0)
    q2 = Quarter.evenPairs(x.1, y.1)
    q3 = Quarter.oddPairs(x.1, y.1)
  }

  @inline(__always)
  private static func lowWords(_ x: SIMD16<UInt32>, _ y: SIMD16<UInt32>) -> SIMD8<UInt64> {
    pairs(
      SIMD16(
        x[0], y[0], x[1], y[1], x[4], y[4], x[5], y[5], x[8], y[8], x[9], y[9], x[12], y[12], x[13], y[13]))
  }

  @inline(__always)
  private static func highWords(_ x: SIMD16<UInt32>, _ y: SIMD16<UInt32>) -> SIMD8<UInt64> {
    pairs(
      SIMD16(
        x[2], y[2], x[3], y[3], x[6], y[6], x[7], y[7], x[10], y[10], x[11], y[11], x[14], y[14], x[15], y[15]))
  }

  @inline(__always)
  private static func evenPairs(_ x: SIMD8<UInt64>, _ y: SIMD8<UInt64>) -> SIMD8<UInt64> {
    SIMD8(x[0], y[0], x[2], y[2], x[4], y[4], x[6], y[6])
  }

  @inline(__always)
  private static func oddPairs(_ x: SIMD8<UInt64>, _ y: SIMD8<UInt64>) -> SIMD8<UInt64> {
    SIMD8(x[1], y[1], x[3], y[3], x[5], y[5], x[7], y[7])
  }

  @inline(__always)
  private static func pairs(_ x: SIMD16<UInt32>) -> SIMD8<UInt64> {
    // SAFETY: the same 64 bytes.
    unsafe unsafeBitCast(x, to: SIMD8<UInt64>.self)
  }
}
