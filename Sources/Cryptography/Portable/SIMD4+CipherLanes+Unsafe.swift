internal import COctets

// Four blocks side by side: NEON, SSE2, or ordinary words where there is neither.
extension SIMD4<UInt32>: CipherLanes {
  static var laneCount: Int { 4 }

  @inline(__always)
  init(countingFrom word: UInt32) {
    self = SIMD4(repeating: word) &+ SIMD4(0, 1, 2, 3)
  }

  @inline(__always)
  static func sum(_ x: Self, _ y: Self) -> Self { x &+ y }
  @inline(__always)
  static func exclusiveOr(_ x: Self, _ y: Self) -> Self { x ^ y }
  @inline(__always)
  static func rotated16(_ x: Self) -> Self { octets_lanes4_rotate16(x) }
  @inline(__always)
  static func rotated12(_ x: Self) -> Self { octets_lanes4_rotate12(x) }
  @inline(__always)
  static func rotated8(_ x: Self) -> Self { octets_lanes4_rotate8(x) }
  @inline(__always)
  static func rotated7(_ x: Self) -> Self { octets_lanes4_rotate7(x) }

  @inline(__always)
  static func store(_ batch: borrowing CipherBatch<Self>, to target: UnsafeMutableRawPointer) {
    unsafe storeColumn(batch.a0, batch.a1, batch.a2, batch.a3, to: target)
    unsafe storeColumn(batch.b0, batch.b1, batch.b2, batch.b3, to: target + 16)
    unsafe storeColumn(batch.c0, batch.c1, batch.c2, batch.c3, to: target + 32)
    unsafe storeColumn(batch.d0, batch.d1, batch.d2, batch.d3, to: target + 48)
  }

  /// Transposes four words of four blocks and writes each block's 16 bytes, 64 bytes apart.
  @inline(__always)
  private static func storeColumn(_ x: Self, _ y: Self, _ z: Self, _ w: Self, to target: UnsafeMutableRawPointer) {
    let xy = (SIMD4(x[0], y[0], x[1], y[1]), SIMD4(x[2], y[2], x[3], y[3]))
    let zw = (SIMD4(z[0], w[0], z[1], w[1]), SIMD4(z[2], w[2], z[3], w[3]))
    // SAFETY: the target has 64 bytes for each of the four blocks.
    unsafe target.storeBytes(of: SIMD4(lowHalf: xy.0.lowHalf, highHalf: zw.0.lowHalf), as: Self.self)
    unsafe target.storeBytes(
      of: SIMD4(lowHalf: xy.0.highHalf, highHalf: zw.0.highHalf), toByteOffset: 64, as: Self.self)
    unsafe target.storeBytes(of: SIMD4(lowHalf: xy.1.lowHalf, highHalf: zw.1.lowHalf), toByteOffset: 128, as: Self.self)
    unsafe target.storeBytes(
      of: SIMD4(lowHalf: xy.1.highHalf, highHalf: zw.1.highHalf), toByteOffset: 192, as: Self.self)
  }
}
