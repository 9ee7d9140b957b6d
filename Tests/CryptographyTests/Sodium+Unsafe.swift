import CSodium

/// libsodium, the other opinion.
enum Sodium {
  /// The packet `plaintext` under ChaCha20-Poly1305 with the nonce `0^4 ‖ LE64(counter)`: ciphertext and tag.
  static func seal(_ key: [UInt8], _ counter: UInt64, _ plaintext: [UInt8], additional: [UInt8] = []) -> [UInt8] {
    let nonce = [UInt8](repeating: 0, count: 4) + (0..<8).map { UInt8(truncatingIfNeeded: counter >> ($0 * 8)) }
    var sealed = [UInt8](repeating: 0, count: plaintext.count + 16)
    // SAFETY: every buffer has the size the function documents.
    let status = unsafe crypto_aead_chacha20poly1305_ietf_encrypt(
      &sealed, nil, plaintext, UInt64(plaintext.count), additional, UInt64(additional.count), nil, nonce, key)
    precondition(status == 0)
    return sealed
  }

  /// The same with XChaCha20-Poly1305 and a 24-byte nonce.
  static func extendedSeal(_ key: [UInt8], nonce: [UInt8], _ plaintext: [UInt8], additional: [UInt8]) -> [UInt8] {
    var sealed = [UInt8](repeating: 0, count: plaintext.count + 16)
    // SAFETY: every buffer has the size the function documents.
    let status = unsafe crypto_aead_xchacha20poly1305_ietf_encrypt(
      &sealed, nil, plaintext, UInt64(plaintext.count), additional, UInt64(additional.count), nil, nonce, key)
    precondition(status == 0)
    return sealed
  }

  /// The X25519 product; nil when it is zero.
  static func agree(_ privateKey: [UInt8], _ publicKey: [UInt8]) -> [UInt8]? {
    var secret = [UInt8](repeating: 0, count: 32)
    // SAFETY: all three buffers have 32 bytes.
    return unsafe crypto_scalarmult_curve25519(&secret, privateKey, publicKey) == 0 ? secret : nil
  }

  /// The X25519 public key.
  static func publicKey(_ privateKey: [UInt8]) -> [UInt8] {
    var key = [UInt8](repeating: 0, count: 32)
    // SAFETY: both buffers have 32 bytes.
    let status = unsafe crypto_scalarmult_curve25519_base(&key, privateKey)
    precondition(status == 0)
    return key
  }

  /// SipHash-2-4 as its eight bytes' little-endian number.
  static func sipHash(_ key: [UInt8], _ message: [UInt8]) -> UInt64 {
    var digest = [UInt8](repeating: 0, count: 8)
    // SAFETY: the digest has 8 bytes and the key 16.
    _ = unsafe crypto_shorthash_siphash24(&digest, message, UInt64(message.count), key)
    return digest.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The Poly1305 tag of a message under a 32-byte one-time key.
  static func poly1305(_ key: [UInt8], _ message: [UInt8]) -> [UInt8] {
    var tag = [UInt8](repeating: 0, count: 16)
    // SAFETY: the tag has 16 bytes and the key 32.
    _ = unsafe crypto_onetimeauth_poly1305(&tag, message, UInt64(message.count), key)
    return tag
  }
}
