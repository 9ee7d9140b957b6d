internal import COctets
internal import Octets

/// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03): ChaCha20-Poly1305 with a 24-byte nonce, which may be random.
public enum XChaCha20Poly1305 {
  /// Bytes of a nonce.
  public static let nonceByteCount = 24

  /// Encrypts `plaintext` to `target` at `offset`, followed by the tag: `plaintext.byteCount + 16` bytes, which must fit.
  public static func seal(
    key: RawSpan, nonce: RawSpan, plaintext: RawSpan, additional: RawSpan,
    into target: inout MutableRawSpan, at offset: Int
  ) {
    precondition(nonce.byteCount == nonceByteCount)
    var subkey = subkey(key, nonce)
    ChaCha20Poly1305.seal(
      key: subkey.bytes, counter: nonce.littleEndian64(at: 16), plaintext: plaintext, additional: additional,
      into: &target, at: offset)
    subkey.wipe()
    octets_wipe_stack(2048)
  }

  /// Decrypts `ciphertext`, whose last 16 bytes are the tag, to `target` at `offset`: `ciphertext.byteCount − 16` bytes,
  /// which must fit. When the tag is wrong, or there is none, writes nothing and returns false.
  public static func open(
    key: RawSpan, nonce: RawSpan, ciphertext: RawSpan, additional: RawSpan,
    into target: inout MutableRawSpan, at offset: Int
  ) -> Bool {
    precondition(nonce.byteCount == nonceByteCount)
    var subkey = subkey(key, nonce)
    let verified = ChaCha20Poly1305.open(
      key: subkey.bytes, counter: nonce.littleEndian64(at: 16), ciphertext: ciphertext, additional: additional,
      into: &target, at: offset)
    subkey.wipe()
    octets_wipe_stack(2048)
    return verified
  }

  // Never inlined: its frame is below the wiped one.
  @inline(never)
  private static func subkey(_ key: RawSpan, _ nonce: RawSpan) -> Octets32 {
    ChaCha20Block.subkey(key: key, nonce: nonce)
  }
}
