internal import Octets

/// What an inner packet says of itself when it may be a data message: the tunnel's own, perhaps, whose endpoint is routed
/// into the tunnel.
@frozen
public struct InnerDataMessage: BitwiseCopyable, Sendable {
  /// The receiver index in it.
  public let receiverIndex: UInt32

  private static var udp: UInt8 { 17 }
  private static var udpHeaderLength: Int { 8 }
  /// Type, reserved bytes, receiver index and counter (WG §5.4.6).
  private static var messageHeaderLength: Int { 16 }

  /// The data message that a packet with an honest header carries; nil when it carries something else. The first segment
  /// speaks for a super-packet, and the first fragment for itself; of others and of extension headers nothing is known.
  public init?(_ packet: RawSpan) {
    guard packet.byteCount >= InnerPacket.headerLength4 else { return nil }
    let start: Int
    if packet.octet(at: 0) &>> 4 == 4 {
      guard packet.octet(at: 9) == Self.udp, packet.bigEndian16(at: 6) & 0x1fff == 0 else { return nil }
      start = Int(packet.octet(at: 0) & 15) * 4
    } else {
      guard packet.byteCount >= InnerPacket.headerLength6, packet.octet(at: 6) == Self.udp else { return nil }
      start = InnerPacket.headerLength6
    }
    let payload = start + Self.udpHeaderLength
    guard packet.byteCount >= payload + Self.messageHeaderLength, packet.littleEndian32(at: payload) == 4 else {
      return nil
    }
    receiverIndex = packet.littleEndian32(at: payload + 4)
  }
}
