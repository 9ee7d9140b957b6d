internal import COctets
internal import Octets

/// ChaCha20-Poly1305 (RFC 8439 §2.8) with additional data, out of place: for the short messages of a handshake.
///
/// A counter makes the nonce `0^4 ‖ LE64(counter)`.
public enum ChaCha20Poly1305 {
  /// Bytes of a tag.
  public static let tagByteCount = 16

  /// Encrypts `plaintext` to `target` at `offset`, followed by the tag: `plaintext.byteCount + 16` bytes, which must fit.
  public static func seal(
    key: RawSpan, counter: UInt64, plaintext: RawSpan, additional: RawSpan,
    into target: inout MutableRawSpan, at offset: Int
  ) {
    let nonce = CipherNonce(counter: counter)
    seal(key: key, nonce: nonce, plaintext: plaintext, additional: additional, into: &target, at: offset)
  }

  /// Decrypts `ciphertext`, whose last 16 bytes are the tag, to `target` at `offset`: `ciphertext.byteCount − 16` bytes,
  /// which must fit. When the tag is wrong, or there is none, writes nothing and returns false.
  public static func open(
    key: RawSpan, counter: UInt64, ciphertext: RawSpan, additional: RawSpan,
    into target: inout MutableRawSpan, at offset: Int
  ) -> Bool {
    let nonce = CipherNonce(counter: counter)
    return open(key: key, nonce: nonce, ciphertext: ciphertext, additional: additional, into: &target, at: offset)
  }

  /// As `seal` with a counter, under any nonce.
  package static func seal(
    key: RawSpan, nonce: CipherNonce, plaintext: RawSpan, additional: RawSpan,
    into target: inout MutableRawSpan, at offset: Int
  ) {
    sealWithoutWiping(key, nonce, plaintext, additional, into: &target, at: offset)
    octets_wipe_stack(2048)
  }

  // Never inlined, like the others of this kind: its frame is below the wiped one.
  @inline(never)
  private static func sealWithoutWiping(
    _ key: RawSpan, _ nonce: CipherNonce, _ plaintext: RawSpan, _ additional: RawSpan,
    into target: inout MutableRawSpan, at offset: Int
  ) {
    let count = plaintext.byteCount
    precondition(offset >= 0 && count <= Int.max - 16 && target.byteCount - offset >= count + tagByteCount)
    exclusiveOr(key, nonce, plaintext, into: &target, at: offset)
    let tag = authenticate(
      key, nonce, ciphertext: target.bytes.extracting(offset..<offset + count), additional: additional)
    target.store(littleEndian64: tag.low, at: offset + count)
    target.store(littleEndian64: tag.high, at: offset + count + 8)
  }

  /// As `open` with a counter, under any nonce.
  package static func open(
    key: RawSpan, nonce: CipherNonce, ciphertext: RawSpan, additional: RawSpan,
    into target: inout MutableRawSpan, at offset: Int
  ) -> Bool {
    let count = ciphertext.byteCount - tagByteCount
    guard count >= 0 else { return false }
    precondition(offset >= 0 && target.byteCount - offset >= count)
    let body = ciphertext.extracting(first: count)
    let difference = tagDifference(key: key, nonce: nonce, ciphertext: ciphertext, additional: additional)
    if difference == 0 { exclusiveOr(key, nonce, body, into: &target, at: offset) }
    octets_wipe_stack(2048)
    return difference == 0
  }

  /// Zero exactly when the last 16 bytes of `ciphertext` (≥ 16 bytes) are its tag. Does not branch on the result.
  @inline(never)
  package static func tagDifference(
    key: RawSpan, nonce: CipherNonce, ciphertext: RawSpan, additional: RawSpan
  ) -> UInt64 {
    let count = ciphertext.byteCount - tagByteCount
    let tag = authenticate(key, nonce, ciphertext: ciphertext.extracting(first: count), additional: additional)
    return (tag.low ^ ciphertext.littleEndian64(at: count)) | (tag.high ^ ciphertext.littleEndian64(at: count + 8))
  }

  /// Writes `source` exclusive-or the key stream from block 1 on.
  @inline(never)
  private static func exclusiveOr(
    _ key: RawSpan, _ nonce: CipherNonce, _ source: RawSpan, into target: inout MutableRawSpan, at offset: Int
  ) {
    var done = 0
    var block: UInt32 = 1
    var stream = FixedOctets<64>()
    while done < source.byteCount {
      stream = ChaCha20Block.keyStream(of: ChaCha20Block(key: key, block, nonce.w0, nonce.w1, nonce.w2))
      let piece = min(64, source.byteCount - done)
      for i in 0..<piece { target.store(source.octet(at: done + i) ^ stream[i], at: offset + done + i) }
      done += piece
      block &+= 1
    }
    stream.wipe()
  }

  private static func authenticate(
    _ key: RawSpan, _ nonce: CipherNonce, ciphertext: RawSpan, additional: RawSpan
  ) -> (low: UInt64, high: UInt64) {
    var stream = ChaCha20Block.keyStream(of: ChaCha20Block(key: key, 0, nonce.w0, nonce.w1, nonce.w2))
    var poly = Poly1305(low: stream.bytes.littleEndian64(at: 0), high: stream.bytes.littleEndian64(at: 8))
    poly.absorb(padded: additional)
    poly.absorb(padded: ciphertext)
    poly.absorb(UInt64(additional.byteCount), UInt64(ciphertext.byteCount))
    let tag = poly.tag(
      padLow: stream.bytes.littleEndian64(at: 16), padHigh: stream.bytes.littleEndian64(at: 24))
    stream.wipe()
    secureWipe(&poly)
    return tag
  }
}

/// The last three words of a ChaCha20 input block.
package struct CipherNonce: BitwiseCopyable, Sendable {
  let w0: UInt32
  let w1: UInt32
  let w2: UInt32

  /// The nonce `0^4 ‖ LE64(counter)`.
  package init(counter: UInt64) {
    w0 = 0
    w1 = UInt32(truncatingIfNeeded: counter)
    w2 = UInt32(truncatingIfNeeded: counter &>> 32)
  }

  /// The nonce in the 12 bytes of `bytes`.
  package init(_ bytes: RawSpan) {
    precondition(bytes.byteCount == 12)
    w0 = bytes.littleEndian32(at: 0)
    w1 = bytes.littleEndian32(at: 4)
    w2 = bytes.littleEndian32(at: 8)
  }
}

extension Poly1305 {
  /// Absorbs `bytes` followed by zeros up to a multiple of 16.
  fileprivate mutating func absorb(padded bytes: RawSpan) {
    var offset = 0
    while bytes.byteCount - offset >= 16 {
      absorb(bytes.littleEndian64(at: offset), bytes.littleEndian64(at: offset + 8))
      offset += 16
    }
    guard offset < bytes.byteCount else { return }
    var block = Octets16()
    for i in 0..<bytes.byteCount - offset { block[i] = bytes.octet(at: offset + i) }
    absorb(block.bytes.littleEndian64(at: 0), block.bytes.littleEndian64(at: 8))
  }
}
