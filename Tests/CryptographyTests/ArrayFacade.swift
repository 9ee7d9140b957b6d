import Cryptography
import Octets

// The module over arrays: `#expect` takes no spans.

/// The BLAKE2s-256 digest of a message, or the MAC of `length` bytes under a key.
func blake2s(_ message: [UInt8], key: [UInt8] = [], length: Int = 32) -> [UInt8] {
  var state = key.isEmpty ? BLAKE2s(digestLength: length) : BLAKE2s(key: key.raw, digestLength: length)
  state.update(message.raw)
  return Array(state.finish().array.prefix(length))
}

/// The shared secret, or nil.
func agree(_ privateKey: [UInt8], _ publicKey: [UInt8]) -> [UInt8]? {
  X25519.agree(privateKey.raw, publicKey.raw)?.array
}

/// The product by the ladder, even if it is zero.
func ladder(_ privateKey: [UInt8], _ point: [UInt8]) -> [UInt8] {
  X25519.multiply(privateKey.raw, point.raw).array
}

/// The public key of a private one.
func publicKey(_ privateKey: [UInt8]) -> [UInt8] {
  X25519.publicKey(privateKey.raw).array
}

/// Ciphertext and tag under a 12-byte nonce.
func seal(_ key: [UInt8], nonce: [UInt8], _ plaintext: [UInt8], additional: [UInt8]) -> [UInt8] {
  var sealed = [UInt8](repeating: 0xee, count: plaintext.count + 16)
  sealed.withRaw {
    ChaCha20Poly1305.seal(
      key: key.raw, nonce: CipherNonce(nonce.raw), plaintext: plaintext.raw, additional: additional.raw, into: &$0,
      at: 0)
  }
  return sealed
}

/// The plaintext under a 12-byte nonce; nil when it is refused.
func open(_ key: [UInt8], nonce: [UInt8], _ ciphertext: [UInt8], additional: [UInt8]) -> [UInt8]? {
  var plaintext = [UInt8](repeating: 0xee, count: max(0, ciphertext.count - 16))
  let verified = plaintext.withRaw {
    ChaCha20Poly1305.open(
      key: key.raw, nonce: CipherNonce(nonce.raw), ciphertext: ciphertext.raw, additional: additional.raw, into: &$0,
      at: 0)
  }
  return verified ? plaintext : nil
}

/// Ciphertext and tag under a 24-byte nonce.
func extendedSeal(_ key: [UInt8], nonce: [UInt8], _ plaintext: [UInt8], additional: [UInt8]) -> [UInt8] {
  var sealed = [UInt8](repeating: 0xee, count: plaintext.count + 16)
  sealed.withRaw {
    XChaCha20Poly1305.seal(
      key: key.raw, nonce: nonce.raw, plaintext: plaintext.raw, additional: additional.raw, into: &$0, at: 0)
  }
  return sealed
}

/// The plaintext under a 24-byte nonce; nil when it is refused.
func extendedOpen(_ key: [UInt8], nonce: [UInt8], _ ciphertext: [UInt8], additional: [UInt8]) -> [UInt8]? {
  var plaintext = [UInt8](repeating: 0xee, count: max(0, ciphertext.count - 16))
  let verified = plaintext.withRaw {
    XChaCha20Poly1305.open(
      key: key.raw, nonce: nonce.raw, ciphertext: ciphertext.raw, additional: additional.raw, into: &$0, at: 0)
  }
  return verified ? plaintext : nil
}

/// The HMAC.
func hmac(_ key: [UInt8], _ message: [UInt8]) -> [UInt8] {
  HMAC.authenticate(key: key.raw, message.raw).array
}

/// The three outputs of HKDF.
func hkdf(_ key: [UInt8], _ input: [UInt8]) -> [[UInt8]] {
  let outputs = HKDF.three(key: key.raw, input.raw)
  return [outputs.0.array, outputs.1.array, outputs.2.array]
}

/// The Poly1305 tag of a message.
func poly1305(_ key: [UInt8], _ message: [UInt8]) -> [UInt8] {
  ChaCha20Poly1305.authenticate(oneTimeKey: key.raw, message.raw).array
}
