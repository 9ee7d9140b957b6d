public import Octets

/// What initiation and response have in common: a sender index at offset 4, and two MACs at the end (protocol §4, §7.1).
@frozen
public enum HandshakeMessage {
  /// The length of MAC1 and of MAC2.
  @inlinable public static var macByteCount: Int { 16 }

  /// Where MAC1 of a handshake message of `byteCount` bytes lies, or nil when none has that length.
  ///
  /// MAC2 follows it directly and ends the message.
  @inlinable
  public static func mac1Offset(byteCount: Int) -> Int? {
    switch byteCount {
    case Initiation.byteCount: Initiation.mac1Offset
    case Response.byteCount: Response.mac1Offset
    default: nil
    }
  }

  /// The index of the sender of an initiation or a response; traps when `message` is shorter than its field.
  @inlinable
  public static func senderIndex(of message: RawSpan) -> UInt32 {
    message.littleEndian32(at: Initiation.senderIndexOffset)
  }
}
