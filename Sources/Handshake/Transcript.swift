internal import Cryptography
package import Octets

/// The two running values of a handshake: the chaining key C, a secret, and the transcript hash H (protocol §5).
package struct Transcript: BitwiseCopyable, Sendable {
  /// C: every agreement so far.
  package private(set) var chainingKey: Octets32
  /// H: every byte so far; the additional data of each seal.
  package private(set) var hash: Octets32

  /// C0: HASH("Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s").
  private static var constructionHash: Octets32 {
    var octets = Octets32()
    octets.storage = [
      0x60, 0xe2, 0x6d, 0xae, 0xf3, 0x27, 0xef, 0xc0, 0x2e, 0xc3, 0x35, 0xe2, 0xa0, 0x25, 0xd2, 0xd0,
      0x16, 0xeb, 0x42, 0x06, 0xf8, 0x72, 0x77, 0xf5, 0x2d, 0x38, 0xd1, 0x98, 0x8b, 0x78, 0xcd, 0x36,
    ]
    return octets
  }

  /// H0: HASH(C0 ‖ "WireGuard v1 zx2c4 Jason@zx2c4.com").
  private static var identifierHash: Octets32 {
    var octets = Octets32()
    octets.storage = [
      0x22, 0x11, 0xb3, 0x61, 0x08, 0x1a, 0xc5, 0x66, 0x69, 0x12, 0x43, 0xdb, 0x45, 0x8a, 0xd5, 0x32,
      0x2d, 0x9c, 0x6c, 0x66, 0x22, 0x93, 0xe8, 0xb7, 0x0e, 0xe1, 0x9c, 0x65, 0xba, 0x07, 0x9e, 0xf3,
    ]
    return octets
  }

  /// The transcript of a handshake with the responder of this public key, before its first message.
  package init(responder publicKey: Octets32) {
    chainingKey = Self.constructionHash
    hash = BLAKE2s.hash(Self.identifierHash.bytes, publicKey.bytes)
  }

  /// Both values as they are after an earlier step. For tests.
  package init(chainingKey: borrowing Octets32, hash: borrowing Octets32) {
    self.chainingKey = copy chainingKey
    self.hash = copy hash
  }

  /// H := HASH(H ‖ bytes).
  package mutating func absorb(_ bytes: RawSpan) {
    hash = BLAKE2s.hash(hash.bytes, bytes)
  }

  /// C := KDF1(C, input).
  package mutating func mix(_ input: RawSpan) {
    chainingKey = HKDF.one(key: chainingKey.bytes, input)
  }

  /// (C, key) := KDF2(C, input).
  package mutating func mix(_ input: RawSpan, deriving key: inout Octets32) {
    (chainingKey, key) = HKDF.two(key: chainingKey.bytes, input)
  }

  /// Absorbs and mixes an ephemeral public key, ours or theirs.
  package mutating func mix(ephemeral publicKey: Octets32) {
    absorb(publicKey.bytes)
    mix(publicKey.bytes)
  }

  /// C := KDF1(C, DH). False, and nothing changed, when the result of DH is zero. One X25519.
  package mutating func mix(agreementOf privateKey: RawSpan, with publicKey: RawSpan) -> Bool {
    guard var secret = X25519.agree(privateKey, publicKey) else { return false }
    mix(secret.bytes)
    secret.wipe()
    return true
  }

  /// (C, key) := KDF2(C, DH). False, and nothing changed, when the result of DH is zero. One X25519.
  package mutating func mix(
    agreementOf privateKey: RawSpan, with publicKey: RawSpan, deriving key: inout Octets32
  ) -> Bool {
    guard var secret = X25519.agree(privateKey, publicKey) else { return false }
    mix(secret.bytes, deriving: &key)
    secret.wipe()
    return true
  }

  /// (C, τ, key) := KDF3(C, Q); H := HASH(H ‖ τ).
  package mutating func mix(presharedKey: RawSpan, deriving key: inout Octets32) {
    var tau = Octets32()
    (chainingKey, tau, key) = HKDF.three(key: chainingKey.bytes, presharedKey)
    absorb(tau.bytes)
    tau.wipe()
  }

  /// Writes AEAD(key, 0, plaintext, H) at `offset` and absorbs it.
  package mutating func seal(
    _ plaintext: RawSpan, key: RawSpan, into message: inout MutableRawSpan, at offset: Int
  ) {
    ChaCha20Poly1305.seal(
      key: key, counter: 0, plaintext: plaintext, additional: hash.bytes, into: &message, at: offset)
    let sealed = offset..<offset + plaintext.byteCount + ChaCha20Poly1305.tagByteCount
    absorb(message.bytes.extracting(sealed))
  }

  /// Opens AEAD(key, 0, plaintext, H) into `plaintext` and absorbs it. False, and nothing changed, when the tag is wrong.
  package mutating func open<let count: Int>(
    _ sealed: RawSpan, key: RawSpan, into plaintext: inout FixedOctets<count>
  ) -> Bool {
    let opened = plaintext.withMutableBytes { target in
      ChaCha20Poly1305.open(
        key: key, counter: 0, ciphertext: sealed, additional: hash.bytes, into: &target, at: 0)
    }
    guard opened else { return false }
    absorb(sealed)
    return true
  }

  /// (T1, T2) := KDF2(C, ε): the initiator's and the responder's sending key.
  package func split(initiator: inout Octets32, responder: inout Octets32) {
    let empty = chainingKey.bytes.extracting(first: 0)
    (initiator, responder) = HKDF.two(key: chainingKey.bytes, empty)
  }

  /// Overwrites both values with zeros in place.
  package mutating func wipe() {
    secureWipe(&self)
  }
}
