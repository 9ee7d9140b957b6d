import CSodium
import Octets

/// libsodium, the other opinion.
enum Sodium {
  static func keyPair(seed: [UInt8]) -> (publicKey: [UInt8], secretKey: [UInt8]) {
    var publicKey = [UInt8](repeating: 0, count: 32)
    var secretKey = [UInt8](repeating: 0, count: 64)
    // SAFETY: the buffers have the sizes the function documents.
    _ = unsafe crypto_sign_seed_keypair(&publicKey, &secretKey, seed)
    return (publicKey, secretKey)
  }

  static func sign(_ message: [UInt8], _ secretKey: [UInt8]) -> [UInt8] {
    var signature = [UInt8](repeating: 0, count: 64)
    // SAFETY: the buffers have the sizes the function documents.
    _ = unsafe crypto_sign_detached(&signature, nil, message, UInt64(message.count), secretKey)
    return signature
  }

  static func verify(_ signature: [UInt8], _ message: [UInt8], _ publicKey: [UInt8]) -> Bool {
    // SAFETY: the buffers have the sizes the function documents.
    unsafe crypto_sign_verify_detached(signature, message, UInt64(message.count), publicKey) == 0
  }

  static func sha512(_ message: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 64)
    // SAFETY: the digest has 64 bytes.
    _ = unsafe crypto_hash_sha512(&digest, message, UInt64(message.count))
    return digest
  }

  static func blake2b(_ message: [UInt8], length: Int, key: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: length)
    // SAFETY: the buffers have the sizes that are passed.
    let status = unsafe crypto_generichash_blake2b(
      &digest, length, message, UInt64(message.count), key, key.count)
    precondition(status == 0)
    return digest
  }

  /// A point of the curve by adding two encoded ones.
  static func sum(_ a: [UInt8], _ b: [UInt8]) -> [UInt8] {
    var point = [UInt8](repeating: 0, count: 32)
    // SAFETY: all three buffers have 32 bytes.
    let status = unsafe crypto_core_ed25519_add(&point, a, b)
    precondition(status == 0)
    return point
  }

  /// `scalar` times the base point, without clamping.
  static func multiple(_ scalar: [UInt8]) -> [UInt8] {
    var point = [UInt8](repeating: 0, count: 32)
    // SAFETY: both buffers have 32 bytes.
    _ = unsafe crypto_scalarmult_ed25519_base_noclamp(&point, scalar)
    return point
  }

  /// 64 bytes modulo the order of the base point.
  static func reduce(_ bytes: [UInt8]) -> [UInt8] {
    var scalar = [UInt8](repeating: 0, count: 32)
    // SAFETY: the buffers have 32 and 64 bytes.
    unsafe crypto_core_ed25519_scalar_reduce(&scalar, bytes)
    return scalar
  }

  /// x y + z modulo the order of the base point.
  static func multiplyAdd(_ x: [UInt8], _ y: [UInt8], _ z: [UInt8]) -> [UInt8] {
    var product = [UInt8](repeating: 0, count: 32)
    var sum = product
    // SAFETY: all buffers have 32 bytes.
    unsafe crypto_core_ed25519_scalar_mul(&product, x, y)
    // SAFETY: all buffers have 32 bytes.
    unsafe crypto_core_ed25519_scalar_add(&sum, product, z)
    return sum
  }
}

extension [UInt8] {
  /// A view of the elements.
  var raw: RawSpan {
    @_lifetime(borrow self) borrowing get {
      // SAFETY: bytes are initialised whatever they are.
      unsafe span.bytes
    }
  }
}
