/// The 16 bytes behind a packet's ciphertext.
enum CipherTag {
  /// Writes `tag` to the 16 bytes at `place`.
  @inline(__always)
  static func store(_ tag: (low: UInt64, high: UInt64), to place: UnsafeMutableRawPointer) {
    // SAFETY: the caller gives 16 bytes.
    unsafe place.storeBytes(of: tag.low, as: UInt64.self)
    unsafe place.storeBytes(of: tag.high, toByteOffset: 8, as: UInt64.self)
  }

  /// Zero exactly when the 16 bytes at `place` are `tag`.
  @inline(__always)
  static func difference(_ tag: (low: UInt64, high: UInt64), _ place: UnsafeMutableRawPointer) -> UInt64 {
    // SAFETY: the caller gives 16 bytes.
    let low = unsafe place.loadUnaligned(as: UInt64.self)
    let high = unsafe place.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
    return (tag.low ^ low) | (tag.high ^ high)
  }
}
