// Two blocks of four rows in 256-bit vectors.
extension SIMD8<UInt32> {
  @inline(__always)
  init(repeating row: SIMD4<UInt32>) { self = SIMD8(lowHalf: row, highHalf: row) }

  @inline(__always)
  static var partNumbers: Self { SIMD8(0, 0, 0, 0, 1, 0, 0, 0) }

  @inline(__always)
  static func turned1(_ x: Self) -> Self { SIMD8(x[1], x[2], x[3], x[0], x[5], x[6], x[7], x[4]) }
  @inline(__always)
  static func turned2(_ x: Self) -> Self { SIMD8(x[2], x[3], x[0], x[1], x[6], x[7], x[4], x[5]) }
  @inline(__always)
  static func turned3(_ x: Self) -> Self { SIMD8(x[3], x[0], x[1], x[2], x[7], x[4], x[5], x[6]) }

  @inline(__always)
  static func store(_ blocks: borrowing CipherRows<Self>, to target: UnsafeMutableRawPointer) {
    // SAFETY: the target has 64 bytes for each of the two blocks.
    unsafe target.storeBytes(of: SIMD8(lowHalf: blocks.a.lowHalf, highHalf: blocks.b.lowHalf), as: Self.self)
    unsafe target.storeBytes(
      of: SIMD8(lowHalf: blocks.c.lowHalf, highHalf: blocks.d.lowHalf), toByteOffset: 32, as: Self.self)
    unsafe target.storeBytes(
      of: SIMD8(lowHalf: blocks.a.highHalf, highHalf: blocks.b.highHalf), toByteOffset: 64, as: Self.self)
    unsafe target.storeBytes(
      of: SIMD8(lowHalf: blocks.c.highHalf, highHalf: blocks.d.highHalf), toByteOffset: 96, as: Self.self)
  }
}
