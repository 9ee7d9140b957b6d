public import Octets

/// Why an inner packet is refused: silent, and counted by kind.
@frozen
public enum InnerPacketRejection: UInt8, Error, Sendable {
  /// The first four bits are neither 4 nor 6, or there is no byte to hold them.
  case unknownVersion
  /// Shorter than the fixed header of its family: 20 or 40 bytes.
  case truncatedHeader
  /// Its length field claims more than is there, or less than its own header.
  case dishonestLength
}

/// What the header of an inner packet says. Extension headers, options and the header checksum are not looked at.
@frozen
public struct InnerPacket: BitwiseCopyable, Sendable {
  /// Where it comes from.
  public let source: IPAddress
  /// Where it goes.
  public let destination: IPAddress
  /// The length by its header, in bytes: at most the bytes there are; what follows is padding.
  public let length: Int
  /// The DS field: six bits of DSCP, two of ECN.
  public let differentiatedServices: UInt8

  /// IPv4 or IPv6.
  public var family: IPAddress.Family { source.family }

  /// Smallest IPv4 header (RFC 791 §3.1), in bytes.
  static var headerLength4: Int { 20 }
  /// IPv6 header (RFC 8200 §3), in bytes.
  static var headerLength6: Int { 40 }

  /// Reads a packet that came out of the tunnel, with its padding (protocol.md §18.1).
  public static func inspect(_ bytes: RawSpan) throws(InnerPacketRejection) -> InnerPacket {
    let packet = try InnerPacket(bytes)
    // An IPv6 length cannot be less than the header: the field does not count it.
    guard packet.length >= headerLength4 && packet.length <= bytes.byteCount else { throw .dishonestLength }
    return packet
  }

  /// Reads a packet that is about to enter the tunnel (protocol.md §18.2).
  ///
  /// Its length field may be smaller than the packet, even 0: hosts leave it so for packets that are still to be cut
  /// into segments.
  public static func inspectOutgoing(_ bytes: RawSpan) throws(InnerPacketRejection) -> InnerPacket {
    let packet = try InnerPacket(bytes)
    guard packet.length <= bytes.byteCount else { throw .dishonestLength }
    return packet
  }

  /// Reads the header; the length is what the header says, unchecked.
  private init(_ bytes: RawSpan) throws(InnerPacketRejection) {
    guard bytes.byteCount > 0 else { throw .unknownVersion }
    let first = bytes.octet(at: 0)
    switch first &>> 4 {
    case 4:
      guard bytes.byteCount >= Self.headerLength4 else { throw .truncatedHeader }
      source = IPAddress(family: .v4, networkOrder: bytes, at: 12)
      destination = IPAddress(family: .v4, networkOrder: bytes, at: 16)
      length = Int(bytes.bigEndian16(at: 2))
      differentiatedServices = bytes.octet(at: 1)
    case 6:
      guard bytes.byteCount >= Self.headerLength6 else { throw .truncatedHeader }
      source = IPAddress(family: .v6, networkOrder: bytes, at: 8)
      destination = IPAddress(family: .v6, networkOrder: bytes, at: 24)
      length = Self.headerLength6 + Int(bytes.bigEndian16(at: 4))
      differentiatedServices = first &<< 4 | bytes.octet(at: 1) &>> 4
    default:
      throw .unknownVersion
    }
  }
}
