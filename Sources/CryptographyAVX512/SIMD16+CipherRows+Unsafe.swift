// Four blocks of four rows in 512-bit vectors.
extension SIMD16<UInt32> {
  @inline(__always)
  init(repeating row: SIMD4<UInt32>) {
    let half = SIMD8(lowHalf: row, highHalf: row)
    self = SIMD16(lowHalf: half, highHalf: half)
  }

  @inline(__always)
  static var partNumbers: Self { SIMD16(0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0) }

  @inline(__always)
  static func turned1(_ x: Self) -> Self {
    SIMD16(x[1], x[2], x[3], x[0], x[5], x[6], x[7], x[4], x[9], x[10], x[11], x[8], x[13], x[14], x[15], x[12])
  }
  @inline(__always)
  static func turned2(_ x: Self) -> Self {
    SIMD16(x[2], x[3], x[0], x[1], x[6], x[7], x[4], x[5], x[10], x[11], x[8], x[9], x[14], x[15], x[12], x[13])
  }
  @inline(__always)
  static func turned3(_ x: Self) -> Self {
    SIMD16(x[3], x[0], x[1], x[2], x[7], x[4], x[5], x[6], x[11], x[8], x[9], x[10], x[15], x[12], x[13], x[14])
  }

  @inline(__always)
  static func store(_ blocks: borrowing CipherRows<Self>, to target: UnsafeMutableRawPointer) {
    unsafe storeBlocks(
      pairs(blocks.a), pairs(blocks.b), pairs(blocks.c), pairs(blocks.d), to: target, stride: 64)
  }

  @inline(__always)
  private static func pairs(_ x: Self) -> SIMD8<UInt64> {
    // SAFETY: the same 64 bytes.
    unsafe unsafeBitCast(x, to: SIMD8<UInt64>.self)
  }
}
