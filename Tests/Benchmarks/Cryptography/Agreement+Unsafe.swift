import CSodium
import Cryptography
import Octets

extension Race {
  /// One X25519 product with a variable point.
  static func agreement() -> Race {
    let scalar = [UInt8](repeating: 0x42, count: 32)
    let point = [UInt8](repeating: 0x09, count: 32)
    let reference = Contender(name: "libsodium", isReference: true) {
      var product = [UInt8](repeating: 0, count: 32)
      // SAFETY: all buffers have 32 bytes.
      let status = unsafe crypto_scalarmult_curve25519(&product, scalar, point)
      precondition(status == 0)
    }
    let ours = Contender(name: "this package") {
      unsafe precondition(X25519.agree(scalar.span.bytes, point.span.bytes) != nil)
    }
    return Race(title: "X25519", byteCount: 0, contenders: [reference, ours])
  }

  /// BLAKE2s, which has no counterpart in libsodium.
  static func hashing(_ length: Int) -> Race {
    let message = [UInt8](repeating: 0x5a, count: length)
    let hash = Contender(name: "BLAKE2s") {
      unsafe precondition(BLAKE2s.hash(message.span.bytes)[0] != 1 || length > 0)
    }
    return Race(title: "hash \(length)", byteCount: length, contenders: [hash])
  }
}
