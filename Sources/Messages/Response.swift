public import Octets

/// The layout of a handshake response: 92 bytes (WG §5.4.3; protocol §4).
///
/// Readers and writers trap when the span is too short: classify with `Datagram.kind(of:)` first.
@frozen
public enum Response {
  /// The length of the message, exactly.
  @inlinable public static var byteCount: Int { 92 }
  /// Where the responder's index lies: 4 bytes, little-endian.
  @inlinable public static var senderIndexOffset: Int { 4 }
  /// Where the initiator's index lies: 4 bytes, little-endian.
  @inlinable public static var receiverIndexOffset: Int { 8 }
  /// Where the responder's ephemeral public key lies: 32 bytes.
  @inlinable public static var ephemeralOffset: Int { 12 }
  /// Where the sealed empty string lies: only a tag of 16 bytes.
  @inlinable public static var sealedEmptyOffset: Int { 44 }
  /// The length of the sealed empty string.
  @inlinable public static var sealedEmptyByteCount: Int { 16 }
  /// Where MAC1 lies: 16 bytes; it covers everything before.
  @inlinable public static var mac1Offset: Int { 60 }
  /// Where MAC2 lies: 16 bytes; it covers everything before.
  @inlinable public static var mac2Offset: Int { 76 }

  /// The index by which the responder will know the session.
  @inlinable
  public static func senderIndex(of message: RawSpan) -> UInt32 {
    message.littleEndian32(at: senderIndexOffset)
  }

  /// The index the initiator gave in the initiation this answers.
  @inlinable
  public static func receiverIndex(of message: RawSpan) -> UInt32 {
    message.littleEndian32(at: receiverIndexOffset)
  }

  /// The responder's ephemeral public key.
  @inlinable
  public static func ephemeral(of message: RawSpan) -> Octets32 {
    Octets32(message, at: ephemeralOffset)
  }

  /// The sealed empty string: the responder's proof that it derived the same keys.
  @inlinable @_lifetime(copy message)
  public static func sealedEmpty(of message: RawSpan) -> RawSpan {
    message.extracting(sealedEmptyOffset..<sealedEmptyOffset + sealedEmptyByteCount)
  }

  /// Writes type, a zero sender index, the receiver index and the ephemeral: the 44 bytes before the sealed field.
  @inlinable
  public static func emitHeader(receiverIndex: UInt32, ephemeral: Octets32, into message: inout MutableRawSpan) {
    message.store(littleEndian32: MessageType.response.rawValue, at: 0)
    message.store(littleEndian32: 0, at: senderIndexOffset)
    message.store(littleEndian32: receiverIndex, at: receiverIndexOffset)
    message.store(ephemeral, at: ephemeralOffset)
  }

  /// Writes the sender index, which no part of the handshake covers except the MACs: before those are stamped.
  @inlinable
  public static func emit(senderIndex: UInt32, into message: inout MutableRawSpan) {
    message.store(littleEndian32: senderIndex, at: senderIndexOffset)
  }
}
