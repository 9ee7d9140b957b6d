public import Octets

/// The layout of a data message: 32 bytes or more (WG §5.4.6; protocol §4, §6).
///
/// Readers and writers trap when the span is too short: classify with `Datagram.kind(of:)` first.
@frozen
public enum DataMessage {
  /// Where the receiver's index lies: 4 bytes, little-endian.
  @inlinable public static var receiverIndexOffset: Int { 4 }
  /// Where the counter lies: 8 bytes, little-endian.
  @inlinable public static var counterOffset: Int { 8 }
  /// The length of the header, and so where the sealed packet begins.
  @inlinable public static var headerByteCount: Int { 16 }
  /// The length of the tag that ends the message (RFC 8439 §2.8).
  @inlinable public static var tagByteCount: Int { 16 }
  /// Bytes a message has beyond its padded plaintext: header and tag.
  @inlinable public static var overheadByteCount: Int { headerByteCount + tagByteCount }
  /// The length of the shortest message: a keepalive, with an empty plaintext.
  @inlinable public static var minimumByteCount: Int { overheadByteCount }

  /// The index of the session at the receiver.
  @inlinable
  public static func receiverIndex(of message: RawSpan) -> UInt32 {
    message.littleEndian32(at: receiverIndexOffset)
  }

  /// The counter that names this message within its session, and is its nonce.
  @inlinable
  public static func counter(of message: RawSpan) -> UInt64 {
    message.littleEndian64(at: counterOffset)
  }

  /// The sealed packet with its tag.
  @inlinable @_lifetime(copy message)
  public static func sealedPacket(of message: RawSpan) -> RawSpan {
    message.extracting(headerByteCount..<message.byteCount)
  }

  /// Writes the 16-byte header at `offset`.
  @inlinable
  public static func emitHeader(
    receiverIndex: UInt32, counter: UInt64, into message: inout MutableRawSpan, at offset: Int = 0
  ) {
    message.store(littleEndian32: MessageType.data.rawValue, at: offset)
    message.store(littleEndian32: receiverIndex, at: offset + receiverIndexOffset)
    message.store(littleEndian64: counter, at: offset + counterOffset)
  }

  /// The multiple plaintexts are padded to (WG §5.4.6).
  @inlinable public static var paddingMultiple: Int { 16 }

  /// The length of a packet of `byteCount` ≥ 0 bytes after padding with zeros (protocol §17.1).
  ///
  /// Padding goes to the next multiple of 16 but not beyond `mtu`, the tunnel's MTU; `mtu` ≤ 0 means it is unknown. A
  /// packet longer than the MTU is padded as its last fragment of that size would be.
  @inlinable
  public static func paddedLength(of byteCount: Int, mtu: Int) -> Int {
    guard mtu > 0 else { return aligned(byteCount) }
    let last = byteCount <= mtu ? byteCount : byteCount % mtu
    return byteCount &- last &+ min(mtu, aligned(last))
  }

  @inlinable
  static func aligned(_ byteCount: Int) -> Int {
    (byteCount &+ (paddingMultiple &- 1)) & ~(paddingMultiple &- 1)
  }
}
