/// Somebody's ChaCha20-Poly1305 over transport packets, in place, under one key that it may have prepared.
@safe
struct PacketCipher {
  /// Encrypts so many bytes at the place and writes the tag behind them.
  typealias Seal = (_ text: UnsafeMutablePointer<UInt8>, _ count: Int) -> Void
  /// Decrypts so many bytes at the place, with the tag behind them, which must be right.
  typealias Open = (_ text: UnsafeMutablePointer<UInt8>, _ count: Int) -> Bool

  let name: String
  let isReference: Bool
  let seal: Seal
  let open: Open
}

/// The key and the nonce of every packet here: a cipher's speed does not depend on them.
enum Packet {
  static let key = [UInt8](repeating: 0x42, count: 32)
  static let nonce = [UInt8](repeating: 0, count: 12)
}
