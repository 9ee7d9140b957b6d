/// Where things are in the headers of IP, TCP and UDP, as far as segmentation and checksums care.
public enum PacketLayout {
  /// The smallest IPv4 header (RFC 791 §3.1).
  public static var ipv4Header: Int { 20 }
  /// The IPv6 header (RFC 8200 §3).
  public static var ipv6Header: Int { 40 }
  /// The smallest TCP header (RFC 9293 §3.1).
  public static var tcpHeader: Int { 20 }
  /// The UDP header (RFC 768).
  public static var udpHeader: Int { 8 }

  /// The protocol number of TCP.
  public static var tcp: UInt8 { 6 }
  /// The protocol number of UDP.
  public static var udp: UInt8 { 17 }

  /// 16 bits: the packet's length.
  public static var ipv4TotalLength: Int { 2 }
  /// 16 bits: what the fragments of a packet have in common.
  public static var ipv4Identification: Int { 4 }
  /// 16 bits: flags and fragment offset.
  public static var ipv4Fragment: Int { 6 }
  /// 8 bits.
  public static var ipv4TimeToLive: Int { 8 }
  /// 8 bits: what is behind the header.
  public static var ipv4Protocol: Int { 9 }
  /// 16 bits: the header's own checksum.
  public static var ipv4Checksum: Int { 10 }
  /// Source and destination, four bytes each.
  public static var ipv4Source: Int { 12 }
  /// 16 bits: the length of all behind the header.
  public static var ipv6PayloadLength: Int { 4 }
  /// 8 bits: what is behind the header.
  public static var ipv6NextHeader: Int { 6 }
  /// 8 bits.
  public static var ipv6HopLimit: Int { 7 }
  /// Source and destination, sixteen bytes each.
  public static var ipv6Source: Int { 8 }

  /// 32 bits: the number of the first byte of payload.
  public static var tcpSequence: Int { 4 }
  /// 32 bits.
  public static var tcpAcknowledgement: Int { 8 }
  /// The upper four bits: the header's length in words of four bytes.
  public static var tcpDataOffset: Int { 12 }
  /// 8 bits: see `TCPFlags`.
  public static var tcpFlags: Int { 13 }
  /// 16 bits.
  public static var tcpWindow: Int { 14 }
  /// 16 bits.
  public static var tcpChecksum: Int { 16 }
  /// 16 bits.
  public static var tcpUrgent: Int { 18 }
  /// 16 bits: the length of header and payload.
  public static var udpLength: Int { 4 }
  /// 16 bits.
  public static var udpChecksum: Int { 6 }

  /// "Don't fragment": the identification of such a packet means nothing (RFC 6864 §4.1).
  public static var dontFragment: UInt16 { 0x4000 }
  /// "More fragments" and the fragment offset: any of them set makes the packet a fragment.
  public static var fragmentMask: UInt16 { 0x3fff }
}

/// TCP header flags (RFC 9293 §3.1, RFC 3168 §6.1).
public enum TCPFlags {
  /// The sender has nothing more to send.
  public static var fin: UInt8 { 0x01 }
  /// The receiver should not wait for more.
  public static var push: UInt8 { 0x08 }
  /// The acknowledgement number counts.
  public static var acknowledgement: UInt8 { 0x10 }
  /// A congestion mark has arrived.
  public static var echo: UInt8 { 0x40 }
  /// The congestion window was reduced.
  public static var windowReduced: UInt8 { 0x80 }
}
