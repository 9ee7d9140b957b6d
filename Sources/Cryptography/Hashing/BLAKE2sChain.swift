internal import Octets

/// The eight chaining words of BLAKE2s and its compression function (RFC 7693 §3.2).
struct BLAKE2sChain: BitwiseCopyable, Sendable {
  private var words: InlineArray<8, UInt32>

  /// The initialisation vector with the parameter block of sequential mode mixed in.
  init(digestLength: Int, keyLength: Int) {
    words = blake2sInitialisation
    words[0] ^= 0x0101_0000 ^ UInt32(truncatingIfNeeded: keyLength) &<< 8 ^ UInt32(truncatingIfNeeded: digestLength)
  }

  /// Mixes in the 64 bytes of `block`, up to which `absorbed` bytes count.
  mutating func compress(_ block: RawSpan, absorbed: UInt64, last: Bool) {
    var message = InlineArray<16, UInt32> { block.littleEndian32(at: $0 &* 4) }
    var work = BLAKE2sWork(chain: words, absorbed: absorbed, last: last)
    // Word schedule of RFC 7693 §2.7, written out so that every message word has a fixed place.
    work.round(message, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    work.round(message, 14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3)
    work.round(message, 11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4)
    work.round(message, 7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8)
    work.round(message, 9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13)
    work.round(message, 2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9)
    work.round(message, 12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11)
    work.round(message, 13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10)
    work.round(message, 6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5)
    work.round(message, 10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0)
    words = work.folded(into: words)
    secureWipe(&message)
  }

  /// Writes the words as 32 bytes at the start of `bytes`.
  func store(into bytes: inout MutableRawSpan) {
    for i in 0..<8 { bytes.store(littleEndian32: words[i], at: i &* 4) }
  }
}

/// Fractional parts of the square roots of the first eight primes (RFC 7693 §2.6).
@inline(__always)
private var blake2sInitialisation: InlineArray<8, UInt32> {
  [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19]
}

/// The sixteen working words of one compression, a row of four to a group: locals that live in registers.
private struct BLAKE2sWork {
  var a0, a1, a2, a3: UInt32
  var b0, b1, b2, b3: UInt32
  var c0, c1, c2, c3: UInt32
  var d0, d1, d2, d3: UInt32

  @inline(__always)
  init(chain: InlineArray<8, UInt32>, absorbed: UInt64, last: Bool) {
    let iv = blake2sInitialisation
    (a0, a1, a2, a3) = (chain[0], chain[1], chain[2], chain[3])
    (b0, b1, b2, b3) = (chain[4], chain[5], chain[6], chain[7])
    (c0, c1, c2, c3) = (iv[0], iv[1], iv[2], iv[3])
    d0 = iv[4] ^ UInt32(truncatingIfNeeded: absorbed)
    d1 = iv[5] ^ UInt32(truncatingIfNeeded: absorbed &>> 32)
    d2 = last ? ~iv[6] : iv[6]
    d3 = iv[7]
  }

  @inline(__always)
  func folded(into chain: InlineArray<8, UInt32>) -> InlineArray<8, UInt32> {
    [
      chain[0] ^ a0 ^ c0, chain[1] ^ a1 ^ c1, chain[2] ^ a2 ^ c2, chain[3] ^ a3 ^ c3,
      chain[4] ^ b0 ^ d0, chain[5] ^ b1 ^ d1, chain[6] ^ b2 ^ d2, chain[7] ^ b3 ^ d3,
    ]
  }

  /// One round: four columns, then four diagonals.
  @inline(__always)
  mutating func round(
    _ m: borrowing InlineArray<16, UInt32>,
    _ s0: Int, _ s1: Int, _ s2: Int, _ s3: Int, _ s4: Int, _ s5: Int, _ s6: Int, _ s7: Int,
    _ s8: Int, _ s9: Int, _ s10: Int, _ s11: Int, _ s12: Int, _ s13: Int, _ s14: Int, _ s15: Int
  ) {
    mix(&a0, &b0, &c0, &d0, m[s0], m[s1])
    mix(&a1, &b1, &c1, &d1, m[s2], m[s3])
    mix(&a2, &b2, &c2, &d2, m[s4], m[s5])
    mix(&a3, &b3, &c3, &d3, m[s6], m[s7])
    mix(&a0, &b1, &c2, &d3, m[s8], m[s9])
    mix(&a1, &b2, &c3, &d0, m[s10], m[s11])
    mix(&a2, &b3, &c0, &d1, m[s12], m[s13])
    mix(&a3, &b0, &c1, &d2, m[s14], m[s15])
  }
}

/// The mixing function G (RFC 7693 §3.1).
@inline(__always)
private func mix(
  _ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32, _ d: inout UInt32, _ x: UInt32, _ y: UInt32
) {
  a = a &+ b &+ x
  d = rotatedRight(d ^ a, 16)
  c = c &+ d
  b = rotatedRight(b ^ c, 12)
  a = a &+ b &+ y
  d = rotatedRight(d ^ a, 8)
  c = c &+ d
  b = rotatedRight(b ^ c, 7)
}

@inline(__always)
private func rotatedRight(_ word: UInt32, _ count: UInt32) -> UInt32 {
  word &>> count | word &<< (32 &- count)
}
