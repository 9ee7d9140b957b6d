// One block of four rows in 128-bit vectors.
extension SIMD4<UInt32> {
  @inline(__always)
  init(repeating row: Self) { self = row }

  @inline(__always)
  static var partNumbers: Self { SIMD4(0, 0, 0, 0) }

  @inline(__always)
  static func turned1(_ x: Self) -> Self { SIMD4(x[1], x[2], x[3], x[0]) }
  @inline(__always)
  static func turned2(_ x: Self) -> Self { SIMD4(x[2], x[3], x[0], x[1]) }
  @inline(__always)
  static func turned3(_ x: Self) -> Self { SIMD4(x[3], x[0], x[1], x[2]) }

  @inline(__always)
  static func store(_ blocks: borrowing CipherRows<Self>, to target: UnsafeMutableRawPointer) {
    // SAFETY: the target has 64 bytes.
    unsafe target.storeBytes(of: blocks.a, as: Self.self)
    unsafe target.storeBytes(of: blocks.b, toByteOffset: 16, as: Self.self)
    unsafe target.storeBytes(of: blocks.c, toByteOffset: 32, as: Self.self)
    unsafe target.storeBytes(of: blocks.d, toByteOffset: 48, as: Self.self)
  }
}
