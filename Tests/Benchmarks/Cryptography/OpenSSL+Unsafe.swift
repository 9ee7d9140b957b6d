import COpenSSL

/// What OpenSSL does in a handshake, everything that can be made beforehand made beforehand.
@safe
struct OpenSSL {
  private let agreement: OpaquePointer
  private let secret = UnsafeMutablePointer<UInt8>.allocate(capacity: 64)
  private let scalar = UnsafeMutablePointer<UInt8>.allocate(capacity: 32)
  private let hash: OpaquePointer
  private let digest: OpaquePointer

  /// Traps when the library does not know the functions.
  init() {
    // SAFETY: the buffers have the sizes the functions are told, and nothing is ever freed.
    unsafe scalar.initialize(repeating: 0x42, count: 32)
    unsafe secret.initialize(repeating: 9, count: 64)
    let ours = unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nil, scalar, 32)!
    let theirs = unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nil, secret, 32)!
    unsafe agreement = EVP_PKEY_CTX_new(ours, nil)!
    let status = unsafe (EVP_PKEY_derive_init(agreement), EVP_PKEY_derive_set_peer(agreement, theirs))
    precondition(status == (1, 1))
    unsafe hash = EVP_MD_fetch(nil, "BLAKE2S-256", nil)!
    unsafe digest = EVP_MD_CTX_new()!
  }

  /// One X25519 product with a variable point.
  func agree() {
    var length = 64
    // SAFETY: 64 bytes are there, and 32 are written.
    let status = unsafe EVP_PKEY_derive(agreement, secret, &length)
    precondition(status == 1 && length == 32)
  }

  /// A public key from a private one: OpenSSL offers it only with a key object around it.
  func publicKey() {
    // SAFETY: the scalar has 32 bytes; the key is freed here.
    let key = unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nil, scalar, 32)!
    unsafe EVP_PKEY_free(key)
  }

  /// The digest of `message`.
  func hash(_ message: UnsafeRawBufferPointer) {
    // SAFETY: the digest has 32 bytes, of 64 that are there.
    let status = unsafe (
      EVP_DigestInit_ex2(digest, hash, nil), EVP_DigestUpdate(digest, message.baseAddress!, message.count),
      EVP_DigestFinal_ex(digest, secret, nil)
    )
    precondition(status == (1, 1, 1))
  }
}
