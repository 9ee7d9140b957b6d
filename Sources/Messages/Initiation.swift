public import Octets

/// The layout of a handshake initiation: 148 bytes (WG §5.4.2; protocol §4).
///
/// Readers and writers trap when the span is too short: classify with `Datagram.kind(of:)` first.
@frozen
public enum Initiation {
  /// The length of the message, exactly.
  @inlinable public static var byteCount: Int { 148 }
  /// Where the initiator's index lies: 4 bytes, little-endian.
  @inlinable public static var senderIndexOffset: Int { 4 }
  /// Where the initiator's ephemeral public key lies: 32 bytes.
  @inlinable public static var ephemeralOffset: Int { 8 }
  /// Where the sealed static public key lies: 32 + 16 bytes.
  @inlinable public static var sealedStaticOffset: Int { 40 }
  /// The length of the sealed static public key.
  @inlinable public static var sealedStaticByteCount: Int { 48 }
  /// Where the sealed timestamp lies: 12 + 16 bytes.
  @inlinable public static var sealedTimestampOffset: Int { 88 }
  /// The length of the sealed timestamp.
  @inlinable public static var sealedTimestampByteCount: Int { 28 }
  /// Where MAC1 lies: 16 bytes; it covers everything before.
  @inlinable public static var mac1Offset: Int { 116 }
  /// Where MAC2 lies: 16 bytes; it covers everything before.
  @inlinable public static var mac2Offset: Int { 132 }

  /// The index by which the initiator will know the session.
  @inlinable
  public static func senderIndex(of message: RawSpan) -> UInt32 {
    message.littleEndian32(at: senderIndexOffset)
  }

  /// The initiator's ephemeral public key.
  @inlinable
  public static func ephemeral(of message: RawSpan) -> Octets32 {
    Octets32(message, at: ephemeralOffset)
  }

  /// The initiator's sealed static public key.
  @inlinable @_lifetime(copy message)
  public static func sealedStatic(of message: RawSpan) -> RawSpan {
    message.extracting(sealedStaticOffset..<sealedStaticOffset + sealedStaticByteCount)
  }

  /// The sealed timestamp.
  @inlinable @_lifetime(copy message)
  public static func sealedTimestamp(of message: RawSpan) -> RawSpan {
    message.extracting(sealedTimestampOffset..<sealedTimestampOffset + sealedTimestampByteCount)
  }

  /// Writes type, a zero sender index and the ephemeral: the 40 bytes before the sealed fields.
  @inlinable
  public static func emitHeader(ephemeral: Octets32, into message: inout MutableRawSpan) {
    message.store(littleEndian32: MessageType.initiation.rawValue, at: 0)
    message.store(littleEndian32: 0, at: senderIndexOffset)
    message.store(ephemeral, at: ephemeralOffset)
  }

  /// Writes the sender index, which no part of the handshake covers except the MACs: before those are stamped.
  @inlinable
  public static func emit(senderIndex: UInt32, into message: inout MutableRawSpan) {
    message.store(littleEndian32: senderIndex, at: senderIndexOffset)
  }
}
