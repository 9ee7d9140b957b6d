import CSodium
import Cryptography
import Octets

extension ExchangeRow {
  /// X25519 with a variable point and with the base point, BLAKE2s by length, and the two sides of a handshake.
  static func all() -> [ExchangeRow] {
    let openSSL = OpenSSL()
    return [agreement(openSSL), publicKey(openSSL)] + [64, 148, 1024].map { hash($0, openSSL) }
      + HandshakeSides().rows(openSSL)
  }

  private static func agreement(_ openSSL: OpenSSL) -> ExchangeRow {
    let scalar = Octets32(repeating: 0x42)
    let point = Octets32(repeating: 9)
    var product = Octets32()
    let sodium = Runner(name: "libsodium") {
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
    return ExchangeRow(
      title: "X25519", repeats: 8,
      ours: .this { precondition(X25519.agree(scalar.bytes, point.bytes) != nil) },
      others: [Runner(name: "OpenSSL", work: openSSL.agree), sodium])
  }

  private static func publicKey(_ openSSL: OpenSSL) -> ExchangeRow {
    let scalar = Octets32(repeating: 0x42)
    var product = Octets32()
    let sodium = Runner(name: "libsodium") {
      // SAFETY: both have 32 bytes.
      let status = unsafe withUnsafeMutableBytes(of: &product) { product in
        unsafe withUnsafeBytes(of: scalar) { scalar in
          unsafe crypto_scalarmult_curve25519_base(
            product.baseAddress!.assumingMemoryBound(to: UInt8.self), scalar.baseAddress!)
        }
      }
      precondition(status == 0)
    }
    return ExchangeRow(
      title: "X25519 base", repeats: 16,
      ours: .this { precondition(!X25519.publicKey(scalar.bytes).isZero) },
      others: [Runner(name: "OpenSSL", work: openSSL.publicKey), sodium])
  }

  private static func hash(_ length: Int, _ openSSL: OpenSSL) -> ExchangeRow {
    let message = UnsafeMutableRawBufferPointer.allocate(byteCount: length, alignment: 64)
    unsafe message.initializeMemory(as: UInt8.self, repeating: 0x5a)
    let bytes = UnsafeRawBufferPointer(message)
    // SAFETY: the buffer lives as long as the process.
    return ExchangeRow(
      title: "BLAKE2s \(length)", repeats: 20_000 / length,
      ours: .this { precondition(!BLAKE2s.hash(unsafe RawSpan(_unsafeBytes: bytes)).isZero) },
      others: [Runner(name: "OpenSSL") { unsafe openSSL.hash(bytes) }])
  }
}

extension ExchangeRow.Runner {
  /// This package.
  static func this(_ work: @escaping () -> Void) -> Self { Self(name: "needletail", work: work) }
}
