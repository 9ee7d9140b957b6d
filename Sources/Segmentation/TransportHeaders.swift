internal import Octets

/// The headers of a TCP or UDP packet: where they start and end in a packet that was checked to hold them.
///
/// Nothing is said about the contents of extension headers or options, nor about lengths and checksums in the headers.
public struct TransportHeaders: BitwiseCopyable, Sendable {
  /// IPv6 instead of IPv4.
  public let isIPv6: Bool
  /// TCP instead of UDP.
  public let isTCP: Bool
  /// Where the TCP or UDP header starts, counted from the packet's start.
  public let transport: Int
  /// Where the payload starts, counted from the packet's start.
  public let payload: Int

  /// Headers that somebody has checked.
  public init(isIPv6: Bool, isTCP: Bool, transport: Int, payload: Int) {
    self.isIPv6 = isIPv6
    self.isTCP = isTCP
    self.transport = transport
    self.payload = payload
  }

  /// The headers of the packet of `length` bytes at `start`, whose sender says where the transport header is and of
  /// which kind; nil when the packet does not hold them.
  public init?(of bytes: RawSpan, at start: Int, length: Int, transport: Int, isTCP: Bool) {
    precondition(start >= 0 && length >= 0 && start <= bytes.byteCount - length)
    guard length >= PacketLayout.ipv4Header, transport >= 0, transport <= length else { return nil }
    let version = bytes.octet(at: start) >> 4
    switch version {
    case 4:
      let own = Int(bytes.octet(at: start) & 0xf) * 4
      guard own >= PacketLayout.ipv4Header, own == transport else { return nil }
    case 6:
      guard transport >= PacketLayout.ipv6Header else { return nil }
    default:
      return nil
    }
    guard length - transport >= (isTCP ? PacketLayout.tcpHeader : PacketLayout.udpHeader) else { return nil }
    var header = PacketLayout.udpHeader
    if isTCP {
      header = Int(bytes.octet(at: start + transport + PacketLayout.tcpDataOffset) >> 4) * 4
      guard header >= PacketLayout.tcpHeader, header <= length - transport else { return nil }
    }
    self.init(isIPv6: version == 6, isTCP: isTCP, transport: transport, payload: transport + header)
  }

  /// Looks for the headers of the packet of `length` bytes at `start`, behind IPv4 options and those IPv6 extension
  /// headers that every router may see; nil when it is a fragment, neither TCP nor UDP, or does not hold them.
  public init?(searching bytes: RawSpan, at start: Int, length: Int) {
    precondition(start >= 0 && length >= 0 && start <= bytes.byteCount - length)
    guard length >= PacketLayout.ipv4Header else { return nil }
    var transport: Int
    var next: UInt8
    if bytes.octet(at: start) >> 4 == 4 {
      let fragment = bytes.bigEndian16(at: start + PacketLayout.ipv4Fragment)
      guard fragment & PacketLayout.fragmentMask == 0 else { return nil }
      transport = Int(bytes.octet(at: start) & 0xf) * 4
      next = bytes.octet(at: start + PacketLayout.ipv4Protocol)
    } else {
      guard length >= PacketLayout.ipv6Header else { return nil }
      transport = PacketLayout.ipv6Header
      next = bytes.octet(at: start + PacketLayout.ipv6NextHeader)
      // Hop-by-hop options, routing and destination options have their length in common (RFC 8200 §4).
      while next == 0 || next == 43 || next == 60 {
        guard length - transport >= 8 else { return nil }
        next = bytes.octet(at: start + transport)
        transport += 8 + 8 * Int(bytes.octet(at: start + transport + 1))
      }
    }
    guard next == PacketLayout.tcp || next == PacketLayout.udp else { return nil }
    self.init(of: bytes, at: start, length: length, transport: transport, isTCP: next == PacketLayout.tcp)
  }

  /// The sum of the pseudo-header of a transport part of `length` bytes (RFC 9293 §3.1, RFC 8200 §8.1).
  public func pseudoHeader(of packet: RawSpan, at start: Int, length: Int) -> InternetChecksum {
    var sum = InternetChecksum()
    if isIPv6 {
      sum.add(packet, at: start + PacketLayout.ipv6Source, count: 32)
    } else {
      sum.add(packet, at: start + PacketLayout.ipv4Source, count: 8)
    }
    sum.add(number: Int(isTCP ? PacketLayout.tcp : PacketLayout.udp))
    sum.add(number: length)
    return sum
  }

  /// Where the transport checksum is stored, counted from the packet's start.
  public var checksum: Int { transport + (isTCP ? PacketLayout.tcpChecksum : PacketLayout.udpChecksum) }
}
