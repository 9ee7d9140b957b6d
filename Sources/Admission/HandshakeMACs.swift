public import Cryptography
internal import Messages
public import Octets

/// The two keys that follow from a static public key (protocol §3): ours to check what arrives, a peer's to make what is
/// sent to it.
public struct MACKeys: BitwiseCopyable, Sendable {
  /// HASH("mac1----" ‖ public key): the key of MAC1 in messages to its owner. No secret: it follows from a public key.
  public let mac1: BLAKE2s.PreparedKey
  /// HASH("cookie--" ‖ public key): the key of the cookie replies of its owner.
  public let cookie: Octets32

  /// The keys of the owner of `publicKey`.
  public init(of publicKey: Octets32) {
    mac1 = Self.mac1(of: publicKey)
    cookie = Self.derive(label: 0x2d2d_6569_6b6f_6f63, publicKey)
  }

  /// The key of MAC1 alone.
  public static func mac1(of publicKey: Octets32) -> BLAKE2s.PreparedKey {
    BLAKE2s.PreparedKey(derive(label: 0x2d2d_2d2d_3163_616d, publicKey).bytes)
  }

  /// `label` is eight characters, the first in the lowest byte.
  private static func derive(label: UInt64, _ publicKey: Octets32) -> Octets32 {
    var prefix = FixedOctets<8>()
    for i in 0..<8 { prefix[i] = UInt8(truncatingIfNeeded: label &>> UInt64(8 * i)) }
    return BLAKE2s.hash(prefix.bytes, publicKey.bytes)
  }
}

/// MAC1 and MAC2 of initiations and responses (WG §5.4.4; protocol §7.1).
public enum HandshakeMACs {
  /// Whether MAC1 of `message`, any bytes, is right under `key`: our own `MACKeys.mac1`. Constant time in the MAC.
  /// Cost: two blocks of BLAKE2s.
  public static func verifyMAC1(of message: RawSpan, key: BLAKE2s.PreparedKey) -> Bool {
    guard let offset = HandshakeMessage.mac1Offset(byteCount: message.byteCount) else { return false }
    return key.mac16(message.extracting(first: offset)) == Octets16(message, at: offset)
  }

  /// Whether MAC2 of `message`, any bytes, is right under the cookie of its source. Constant time in the MAC.
  public static func verifyMAC2(of message: RawSpan, cookie: borrowing Octets16) -> Bool {
    guard let mac1 = HandshakeMessage.mac1Offset(byteCount: message.byteCount) else { return false }
    let offset = mac1 + HandshakeMessage.macByteCount
    return BLAKE2s.mac16(key: cookie.bytes, message.extracting(first: offset)) == Octets16(message, at: offset)
  }

  /// MAC1 of `message`, which is a handshake message; traps when its length is of neither.
  public static func mac1(in message: RawSpan) -> Octets16 {
    Octets16(message, at: place(in: message.byteCount))
  }

  /// Writes both MACs into a handshake message that is otherwise complete, and returns MAC1.
  ///
  /// `key` is the receiver's `MACKeys.mac1`; `cookie` is the one held from the receiver, and without one MAC2 is zero.
  /// Traps when `message` is neither 148 nor 92 bytes.
  public static func stamp(
    _ message: inout MutableRawSpan, key: BLAKE2s.PreparedKey, cookie: Octets16?
  ) -> Octets16 {
    let first = place(in: message.byteCount)
    let second = first + HandshakeMessage.macByteCount
    let mac1 = key.mac16(message.bytes.extracting(first: first))
    message.store(mac1, at: first)
    var mac2 = Octets16()
    if let cookie { mac2 = BLAKE2s.mac16(key: cookie.bytes, message.bytes.extracting(first: second)) }
    message.store(mac2, at: second)
    return mac1
  }

  private static func place(in byteCount: Int) -> Int {
    guard let offset = HandshakeMessage.mac1Offset(byteCount: byteCount) else {
      preconditionFailure("a handshake message is 148 or 92 bytes")
    }
    return offset
  }
}
