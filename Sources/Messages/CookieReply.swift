public import Octets

/// The layout of a cookie reply: 64 bytes (WG §5.4.7; protocol §4).
///
/// Readers and writers trap when the span is too short: classify with `Datagram.kind(of:)` first.
@frozen
public enum CookieReply {
  /// The length of the message, exactly.
  @inlinable public static var byteCount: Int { 64 }
  /// Where the sender index of the message being answered lies: 4 bytes, little-endian.
  @inlinable public static var receiverIndexOffset: Int { 4 }
  /// Where the random nonce lies: 24 bytes.
  @inlinable public static var nonceOffset: Int { 8 }
  /// The length of the nonce.
  @inlinable public static var nonceByteCount: Int { 24 }
  /// Where the sealed cookie lies: 16 + 16 bytes.
  @inlinable public static var sealedCookieOffset: Int { 32 }
  /// The length of the sealed cookie.
  @inlinable public static var sealedCookieByteCount: Int { 32 }

  /// The sender index of the message this answers.
  @inlinable
  public static func receiverIndex(of message: RawSpan) -> UInt32 {
    message.littleEndian32(at: receiverIndexOffset)
  }

  /// The nonce the cookie is sealed with.
  @inlinable
  public static func nonce(of message: RawSpan) -> FixedOctets<24> {
    FixedOctets<24>(message, at: nonceOffset)
  }

  /// The sealed cookie.
  @inlinable @_lifetime(copy message)
  public static func sealedCookie(of message: RawSpan) -> RawSpan {
    message.extracting(sealedCookieOffset..<sealedCookieOffset + sealedCookieByteCount)
  }

  /// Writes type, receiver index and nonce: the 32 bytes before the sealed cookie.
  @inlinable
  public static func emitHeader(receiverIndex: UInt32, nonce: FixedOctets<24>, into message: inout MutableRawSpan) {
    message.store(littleEndian32: MessageType.cookieReply.rawValue, at: 0)
    message.store(littleEndian32: receiverIndex, at: receiverIndexOffset)
    message.store(nonce, at: nonceOffset)
  }
}
