internal import Octets

/// The eight chaining words of BLAKE2s and its compression function (RFC 7693 §3.2).
struct BLAKE2sChain: BitwiseCopyable, Sendable {
  private var low: SIMD4<UInt32>
  private var high: SIMD4<UInt32>

  /// The initialisation vector with the parameter block of sequential mode mixed in.
  init(digestLength: Int, keyLength: Int) {
    low = BLAKE2sRows.initialLow
    high = BLAKE2sRows.initialHigh
    low[0] ^= 0x0101_0000 ^ UInt32(truncatingIfNeeded: keyLength) &<< 8 ^ UInt32(truncatingIfNeeded: digestLength)
  }

  /// Mixes in the first 64 bytes of `block`, up to which `absorbed` bytes count.
  @inline(never)
  mutating func compress(_ block: RawSpan, absorbed: UInt64, last: Bool) {
    precondition(block.byteCount >= 64)
    var rows = BLAKE2sRows(low, high, absorbed: absorbed, last: last)
    // Word schedule of RFC 7693 §2.7, written out so that every message word has a fixed place.
    rows.round(block, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    rows.round(block, 14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3)
    rows.round(block, 11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4)
    rows.round(block, 7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8)
    rows.round(block, 9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13)
    rows.round(block, 2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9)
    rows.round(block, 12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11)
    rows.round(block, 13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10)
    rows.round(block, 6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5)
    rows.round(block, 10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0)
    low ^= rows.a ^ rows.c
    high ^= rows.b ^ rows.d
  }

  /// Writes the words as 32 bytes at the start of `bytes`.
  func store(into bytes: inout MutableRawSpan) {
    for i in 0..<4 {
      bytes.store(littleEndian32: low[i], at: i &* 4)
      bytes.store(littleEndian32: high[i], at: 16 &+ i &* 4)
    }
  }
}
