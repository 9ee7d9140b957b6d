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

/// The public key of a private one.
func publicKey(_ privateKey: [UInt8]) -> [UInt8] {
  X25519.publicKey(privateKey.raw).array
}
