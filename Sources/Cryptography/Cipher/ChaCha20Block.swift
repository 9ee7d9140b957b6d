internal import Octets

/// One block of ChaCha20 (RFC 8439 §2.3) in sixteen ordinary words.
///
/// For the few short messages of a handshake; transport data goes through a `CipherKernel`.
struct ChaCha20Block: BitwiseCopyable {
  private var a0, a1, a2, a3: UInt32
  private var b0, b1, b2, b3: UInt32
  private var c0, c1, c2, c3: UInt32
  private var d0, d1, d2, d3: UInt32

  /// The input block of a 32-byte key and its last four words: block counter and nonce.
  init(key: RawSpan, _ w12: UInt32, _ w13: UInt32, _ w14: UInt32, _ w15: UInt32) {
    (a0, a1, a2, a3) = (0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574)
    b0 = key.littleEndian32(at: 0)
    b1 = key.littleEndian32(at: 4)
    b2 = key.littleEndian32(at: 8)
    b3 = key.littleEndian32(at: 12)
    c0 = key.littleEndian32(at: 16)
    c1 = key.littleEndian32(at: 20)
    c2 = key.littleEndian32(at: 24)
    c3 = key.littleEndian32(at: 28)
    (d0, d1, d2, d3) = (w12, w13, w14, w15)
  }

  /// The 64 bytes of key stream of an input block.
  static func keyStream(of input: ChaCha20Block) -> FixedOctets<64> {
    var block = input
    block.permute()
    var stream = FixedOctets<64>()
    stream.withMutableBytes { bytes in
      bytes.store(block.a0 &+ input.a0, block.a1 &+ input.a1, block.a2 &+ input.a2, block.a3 &+ input.a3, at: 0)
      bytes.store(block.b0 &+ input.b0, block.b1 &+ input.b1, block.b2 &+ input.b2, block.b3 &+ input.b3, at: 16)
      bytes.store(block.c0 &+ input.c0, block.c1 &+ input.c1, block.c2 &+ input.c2, block.c3 &+ input.c3, at: 32)
      bytes.store(block.d0 &+ input.d0, block.d1 &+ input.d1, block.d2 &+ input.d2, block.d3 &+ input.d3, at: 48)
    }
    secureWipe(&block)
    return stream
  }

  /// HChaCha20 (XChaCha draft §2.2): the sub-key of a 32-byte key and the first 16 bytes of `nonce`.
  static func subkey(key: RawSpan, nonce: RawSpan) -> Octets32 {
    var block = ChaCha20Block(
      key: key, nonce.littleEndian32(at: 0), nonce.littleEndian32(at: 4), nonce.littleEndian32(at: 8),
      nonce.littleEndian32(at: 12))
    block.permute()
    var result = Octets32()
    result.withMutableBytes { bytes in
      bytes.store(block.a0, block.a1, block.a2, block.a3, at: 0)
      bytes.store(block.d0, block.d1, block.d2, block.d3, at: 16)
    }
    secureWipe(&block)
    return result
  }

  /// The twenty rounds.
  private mutating func permute() {
    for _ in 0..<10 {
      quarterRound(&a0, &b0, &c0, &d0)
      quarterRound(&a1, &b1, &c1, &d1)
      quarterRound(&a2, &b2, &c2, &d2)
      quarterRound(&a3, &b3, &c3, &d3)
      quarterRound(&a0, &b1, &c2, &d3)
      quarterRound(&a1, &b2, &c3, &d0)
      quarterRound(&a2, &b3, &c0, &d1)
      quarterRound(&a3, &b0, &c1, &d2)
    }
  }
}

@inline(__always)
private func quarterRound(_ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32, _ d: inout UInt32) {
  a = a &+ b
  d = rotatedLeft(d ^ a, 16)
  c = c &+ d
  b = rotatedLeft(b ^ c, 12)
  a = a &+ b
  d = rotatedLeft(d ^ a, 8)
  c = c &+ d
  b = rotatedLeft(b ^ c, 7)
}

@inline(__always)
private func rotatedLeft(_ word: UInt32, _ count: UInt32) -> UInt32 {
  word &<< count | word &>> (32 &- count)
}

extension MutableRawSpan {
  /// Writes four little-endian words.
  @_lifetime(self: copy self)
  fileprivate mutating func store(_ w0: UInt32, _ w1: UInt32, _ w2: UInt32, _ w3: UInt32, at offset: Int) {
    store(littleEndian32: w0, at: offset)
    store(littleEndian32: w1, at: offset + 4)
    store(littleEndian32: w2, at: offset + 8)
    store(littleEndian32: w3, at: offset + 12)
  }
}
