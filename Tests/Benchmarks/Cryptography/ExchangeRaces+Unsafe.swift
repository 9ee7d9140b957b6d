import CSodium
import Cryptography
import Octets

extension Race {
  /// X25519 with a variable point and with the base point, BLAKE2s by length, and the two sides of a handshake.
  static func exchange() -> [Race] {
    let openSSL = OpenSSL()
    return [agreement(openSSL), publicKey(openSSL)] + [64, 148, 1024].map { hash($0, openSSL) }
      + HandshakeSides().races(openSSL)
  }

  private static func agreement(_ openSSL: OpenSSL) -> Race {
    let scalar = Octets32(repeating: 0x42)
    let point = Octets32(repeating: 9)
    var product = Octets32()
    let sodium = Contender(name: "libsodium", isReference: true) {
      // SAFETY: all three have 32 bytes.
      let status = unsafe withUnsafeMutableBytes(of: &product) { product in
        unsafe withUnsafeBytes(of: scalar) { scalar in
          unsafe withUnsafeBytes(of: point) { point in
            unsafe crypto_scalarmult_curve25519(
              product.baseAddress!.assumingMemoryBound(to: UInt8.self), scalar.baseAddress!, point.baseAddress!)
          }
        }
      }
      precondition(status == 0)
    }
    return Race(
      title: "X25519", byteCount: 0,
      contenders: [
        .this { precondition(X25519.agree(scalar.bytes, point.bytes) != nil) },
        Contender(name: "OpenSSL", isReference: true, work: openSSL.agree), sodium,
      ])
  }

  private static func publicKey(_ openSSL: OpenSSL) -> Race {
    let scalar = Octets32(repeating: 0x42)
    var product = Octets32()
    let sodium = Contender(name: "libsodium", isReference: true) {
      // SAFETY: both have 32 bytes.
      let status = unsafe withUnsafeMutableBytes(of: &product) { product in
        unsafe withUnsafeBytes(of: scalar) { scalar in
          unsafe crypto_scalarmult_curve25519_base(
            product.baseAddress!.assumingMemoryBound(to: UInt8.self), scalar.baseAddress!)
        }
      }
      precondition(status == 0)
    }
    return Race(
      title: "X25519 base", byteCount: 0,
      contenders: [
        .this { precondition(!X25519.publicKey(scalar.bytes).isZero) },
        Contender(name: "OpenSSL", isReference: true, work: openSSL.publicKey), sodium,
      ])
  }

  private static func hash(_ length: Int, _ openSSL: OpenSSL) -> Race {
    let message = UnsafeMutableRawBufferPointer.allocate(byteCount: length, alignment: 64)
    unsafe message.initializeMemory(as: UInt8.self, repeating: 0x5a)
    let bytes = UnsafeRawBufferPointer(message)
    // SAFETY: the buffer lives as long as the process.
    return Race(
      title: "BLAKE2s \(length)", byteCount: length,
      contenders: [
        .this { precondition(!BLAKE2s.hash(unsafe RawSpan(_unsafeBytes: bytes)).isZero) },
        Contender(name: "OpenSSL", isReference: true) { unsafe openSSL.hash(bytes) },
      ])
  }
}

extension Race.Contender {
  /// This package.
  static func this(_ work: @escaping () -> Void) -> Self { Self(name: "this package", work: work) }
}
