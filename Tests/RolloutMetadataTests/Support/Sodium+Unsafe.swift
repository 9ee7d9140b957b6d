import CSodium
import Octets
import RolloutMetadata

/// A key that signs, made from a seed.
struct SigningKey {
  let publicKey: PublicKey
  private let secretKey: [UInt8]

  /// The key whose seed is 32 times `number`.
  init(_ number: UInt8) { self.init(seed: [UInt8](repeating: number, count: 32)) }

  init(seed: [UInt8]) {
    var publicBytes = [UInt8](repeating: 0, count: 32)
    var secret = [UInt8](repeating: 0, count: 64)
    // SAFETY: the buffers have the sizes the function documents.
    _ = unsafe crypto_sign_seed_keypair(&publicBytes, &secret, seed)
    publicKey = PublicKey(Octets32(exactly: publicBytes)!)
    secretKey = secret
  }

  var identifier: Octets32 { publicKey.identifier }

  func sign(_ message: [UInt8]) -> FixedOctets<64> {
    var signature = [UInt8](repeating: 0, count: 64)
    // SAFETY: the buffers have the sizes the function documents.
    _ = unsafe crypto_sign_detached(&signature, nil, message, UInt64(message.count), secretKey)
    return FixedOctets<64>(exactly: signature)!
  }
}
