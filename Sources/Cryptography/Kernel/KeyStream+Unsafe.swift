/// Key stream on its way into a text.
enum KeyStream {
  /// Exclusive-ors `count` bytes of key stream into the text.
  @inline(__always)
  static func apply(_ stream: UnsafeRawPointer, to text: UnsafeMutableRawPointer, count: Int) {
    var offset = 0
    // SAFETY: each access lies below `count`.
    while count &- offset >= 64 {
      unsafe exclusiveOr(text, stream, at: offset, SIMD8<UInt64>.self)
      offset &+= 64
    }
    while count &- offset >= 16 {
      unsafe exclusiveOr(text, stream, at: offset, SIMD2<UInt64>.self)
      offset &+= 16
    }
    if count &- offset >= 8 {
      unsafe exclusiveOr(text, stream, at: offset, UInt64.self)
      offset &+= 8
    }
    if count &- offset >= 4 {
      unsafe exclusiveOr(text, stream, at: offset, UInt32.self)
      offset &+= 4
    }
    while offset < count {
      unsafe exclusiveOr(text, stream, at: offset, UInt8.self)
      offset &+= 1
    }
  }

  /// Exclusive-ors one word, whatever its size; it is read whole before it is written.
  @inline(__always)
  private static func exclusiveOr<Word: FixedWidthInteger & BitwiseCopyable>(
    _ text: UnsafeMutableRawPointer, _ stream: UnsafeRawPointer, at offset: Int, _: Word.Type
  ) {
    // SAFETY: the caller keeps `offset` and the word's bytes inside both.
    let left = unsafe text.loadUnaligned(fromByteOffset: offset, as: Word.self)
    let right = unsafe stream.loadUnaligned(fromByteOffset: offset, as: Word.self)
    unsafe text.storeBytes(of: left ^ right, toByteOffset: offset, as: Word.self)
  }

  @inline(__always)
  private static func exclusiveOr(
    _ text: UnsafeMutableRawPointer, _ stream: UnsafeRawPointer, at offset: Int, _: SIMD8<UInt64>.Type
  ) {
    // SAFETY: as above.
    let left = unsafe text.loadUnaligned(fromByteOffset: offset, as: SIMD8<UInt64>.self)
    let right = unsafe stream.loadUnaligned(fromByteOffset: offset, as: SIMD8<UInt64>.self)
    unsafe text.storeBytes(of: left ^ right, toByteOffset: offset, as: SIMD8<UInt64>.self)
  }

  @inline(__always)
  private static func exclusiveOr(
    _ text: UnsafeMutableRawPointer, _ stream: UnsafeRawPointer, at offset: Int, _: SIMD2<UInt64>.Type
  ) {
    // SAFETY: as above.
    let left = unsafe text.loadUnaligned(fromByteOffset: offset, as: SIMD2<UInt64>.self)
    let right = unsafe stream.loadUnaligned(fromByteOffset: offset, as: SIMD2<UInt64>.self)
    unsafe text.storeBytes(of: left ^ right, toByteOffset: offset, as: SIMD2<UInt64>.self)
  }
}
