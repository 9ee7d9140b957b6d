internal import Octets

/// Where things are in the headers of IP, TCP and UDP, as far as segmentation and checksums care.
enum PacketLayout {
  /// The smallest IPv4 header (RFC 791 §3.1).
  static let ipv4Header = 20
  /// The IPv6 header (RFC 8200 §3).
  static let ipv6Header = 40
  /// The smallest TCP header (RFC 9293 §3.1).
  static let tcpHeader = 20
  /// The UDP header (RFC 768).
  static let udpHeader = 8

  static let tcp: UInt8 = 6
  static let udp: UInt8 = 17

  static let ipv4TotalLength = 2
  static let ipv4Identification = 4
  static let ipv4Fragment = 6
  static let ipv4TimeToLive = 8
  static let ipv4Protocol = 9
  static let ipv4Checksum = 10
  static let ipv4Source = 12
  static let ipv6PayloadLength = 4
  static let ipv6NextHeader = 6
  static let ipv6HopLimit = 7
  static let ipv6Source = 8

  static let tcpSequence = 4
  static let tcpAcknowledgement = 8
  static let tcpDataOffset = 12
  static let tcpFlags = 13
  static let tcpWindow = 14
  static let tcpChecksum = 16
  static let tcpUrgent = 18
  static let udpLength = 4
  static let udpChecksum = 6

  /// "Don't fragment": the identification of such a packet means nothing (RFC 6864 §4.1).
  static let dontFragment: UInt16 = 0x4000
  /// "More fragments" and the fragment offset: any of them set makes the packet a fragment.
  static let fragmentMask: UInt16 = 0x3fff
}

/// TCP header flags (RFC 9293 §3.1, RFC 3168 §6.1).
enum TCPFlags {
  static let fin: UInt8 = 0x01
  static let push: UInt8 = 0x08
  static let acknowledgement: UInt8 = 0x10
  static let echo: UInt8 = 0x40
  static let windowReduced: UInt8 = 0x80
}

/// What the network calls one transport conversation's headers: where they start and end in a packet that was checked
/// to hold them.
struct TransportHeaders: BitwiseCopyable {
  /// IPv6 instead of IPv4.
  let isIPv6: Bool
  /// TCP instead of UDP.
  let isTCP: Bool
  /// Where the TCP or UDP header starts, counted from the packet's start.
  let transport: Int
  /// Where the payload starts, counted from the packet's start.
  let payload: Int

  /// The sum of the pseudo-header of a transport part of `length` bytes (RFC 9293 §3.1, RFC 8200 §8.1).
  func pseudoHeader(of packet: RawSpan, at start: Int, length: Int) -> InternetChecksum {
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
  var checksum: Int { transport + (isTCP ? PacketLayout.tcpChecksum : PacketLayout.udpChecksum) }
}
