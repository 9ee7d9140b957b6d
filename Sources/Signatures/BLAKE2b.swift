public import Octets

/// BLAKE2b (RFC 7693): a hash, and with a key a MAC, of 1 … 64 bytes. A value is the state of one message in progress.
public struct BLAKE2b: BitwiseCopyable, Sendable {
  private var chain: InlineArray<8, UInt64>
  private var block = FixedOctets<128>()
  private var filled = 0
  /// Bytes in compressed blocks; messages of 2^64 bytes and more do not occur.
  private var absorbed: UInt64 = 0
  private let digestLength: Int

  /// A hash of `digestLength` bytes; `1 ≤ digestLength ≤ 64`.
  public init(digestLength: Int) {
    precondition(digestLength >= 1 && digestLength <= 64)
    self.digestLength = digestLength
    chain = initialChain
    chain[0] ^= 0x0101_0000 ^ UInt64(truncatingIfNeeded: digestLength)
  }

  /// A MAC of `digestLength` bytes under a key of 1 … 64 bytes; `1 ≤ digestLength ≤ 64`.
  public init(key: RawSpan, digestLength: Int) {
    precondition(key.byteCount >= 1 && key.byteCount <= 64)
    self.init(digestLength: digestLength)
    chain[0] ^= UInt64(truncatingIfNeeded: key.byteCount) &<< 8
    block.withMutableBytes { $0.store(key, at: 0) }
    filled = 128
  }

  /// The 32-byte digest of `bytes`. One pass over them.
  public static func hash32(_ bytes: RawSpan) -> Octets32 {
    var state = BLAKE2b(digestLength: 32)
    state.update(bytes)
    return Octets32(state.finish().bytes)
  }

  /// Absorbs `bytes`.
  public mutating func update(_ bytes: RawSpan) {
    var offset = 0
    // The last block is compressed by `finish`, so a full one waits until a further byte arrives.
    while offset < bytes.byteCount {
      if filled == 128 { compress(last: false) }
      let piece = min(128 - filled, bytes.byteCount - offset)
      block.withMutableBytes { $0.store(bytes.extracting(offset..<offset + piece), at: filled) }
      filled += piece
      offset += piece
    }
  }

  /// The digest, in the first `digestLength` bytes; the rest is zero. The state is of no use afterwards.
  public mutating func finish() -> FixedOctets<64> {
    for i in filled..<128 { block[i] = 0 }
    compress(last: true)
    var digest = FixedOctets<64>()
    digest.withMutableBytes { bytes in
      for i in 0..<8 { bytes.store(littleEndian64: chain[i], at: 8 &* i) }
    }
    for i in digestLength..<64 { digest[i] = 0 }
    return digest
  }

  private mutating func compress(last: Bool) {
    absorbed &+= UInt64(truncatingIfNeeded: filled)
    filled = 0
    let words = InlineArray<16, UInt64> { block.bytes.littleEndian64(at: 8 &* $0) }
    var v = InlineArray<16, UInt64> { $0 < 8 ? chain[$0] : initialChain[$0 &- 8] }
    v[12] ^= absorbed
    if last { v[14] = ~v[14] }
    for round in 0..<12 {
      // Sixteen indices of four bits, the first in the lowest.
      let schedule = schedules[round % 10]
      for step in 0..<8 {
        let column = step & 3
        // The second four steps work on the diagonals.
        let turn = step &>> 2
        let a = column
        let b = 4 &+ (column &+ turn) & 3
        let c = 8 &+ (column &+ 2 &* turn) & 3
        let d = 12 &+ (column &+ 3 &* turn) & 3
        let x = words[Int(truncatingIfNeeded: schedule &>> UInt64(truncatingIfNeeded: 8 &* step)) & 15]
        let y = words[Int(truncatingIfNeeded: schedule &>> UInt64(truncatingIfNeeded: 8 &* step &+ 4)) & 15]
        v[a] = v[a] &+ v[b] &+ x
        v[d] = rotated(v[d] ^ v[a], 32)
        v[c] = v[c] &+ v[d]
        v[b] = rotated(v[b] ^ v[c], 24)
        v[a] = v[a] &+ v[b] &+ y
        v[d] = rotated(v[d] ^ v[a], 16)
        v[c] = v[c] &+ v[d]
        v[b] = rotated(v[b] ^ v[c], 63)
      }
    }
    for i in 0..<8 { chain[i] ^= v[i] ^ v[i &+ 8] }
  }
}

/// The word turned right by `count` bits; `0 < count < 64`.
@inline(__always)
private func rotated(_ word: UInt64, _ count: UInt64) -> UInt64 {
  word &>> count | word &<< (64 &- count)
}

/// Fractional parts of the square roots of the first eight primes (RFC 7693 §2.6).
private let initialChain: InlineArray<8, UInt64> = [
  0x6a09_e667_f3bc_c908, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b, 0xa54f_f53a_5f1d_36f1,
  0x510e_527f_ade6_82d1, 0x9b05_688c_2b3e_6c1f, 0x1f83_d9ab_fb41_bd6b, 0x5be0_cd19_137e_2179,
]

/// The order of the message's words in each round (RFC 7693 §2.7), four bits to an index.
private let schedules: InlineArray<10, UInt64> = [
  0xfedc_ba98_7654_3210, 0x357b_20c1_6df9_84ae,
  0x4917_63ea_df25_0c8b, 0x8f04_a562_ebcd_1397,
  0xd386_cb1e_fa42_7509, 0x91ef_57d4_38b0_a6c2,
  0xb829_3670_a4de_f15c, 0xa268_4f05_931c_e7bd,
  0x5a41_7d2c_803b_9ef6, 0x0dc3_e9bf_5167_482a,
]
