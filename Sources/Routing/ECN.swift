import Octets

/// Explicit congestion notification across the tunnel (RFC 6040), as far as protocol.md §20 follows it.
///
/// The six bits of DSCP beside it in the DS field never cross: they would tell an observer what is inside, or let one
/// choose how a packet is treated behind the tunnel.
public enum ECN {
  /// The two low bits of a DS field (RFC 3168 §5).
  private enum Codepoint: UInt8 {
    case notCapable = 0b00
    case capable1 = 0b01
    case capable0 = 0b10
    case congested = 0b11

    init(of field: UInt8) {
      switch field & 0b11 {
      case 0b00: self = .notCapable
      case 0b01: self = .capable1
      case 0b10: self = .capable0
      default: self = .congested
      }
    }
  }

  /// The DS field of the datagram that carries a packet with DS field `inner`.
  ///
  /// Congestion the packet met before the tunnel is not shown again outside.
  public static func encapsulate(_ inner: UInt8) -> UInt8 {
    let codepoint = Codepoint(of: inner)
    return (codepoint == .congested ? .capable0 : codepoint).rawValue
  }

  /// The DS field of a packet that had `inner` and came in a datagram with `outer`; its DSCP stays.
  ///
  /// A packet whose sender cannot react stays unmarked, and is not dropped as RFC 6040 §4.2 would have it.
  public static func decapsulate(inner: UInt8, outer: UInt8) -> UInt8 {
    let codepoint: Codepoint =
      switch (Codepoint(of: inner), Codepoint(of: outer)) {
      case (.capable0, .congested), (.capable1, .congested): .congested
      case (.capable0, .capable1): .capable1
      case (let unchanged, _): unchanged
      }
    return inner & ~0b11 | codepoint.rawValue
  }

  /// Applies the DS field `outer` of the datagram to the packet it carried, whose header was inspected.
  ///
  /// An IPv4 header checksum that was right stays right; one that was wrong stays wrong by as much.
  public static func decapsulate(outer: UInt8, into packet: inout MutableRawSpan) {
    guard packet.byteCount >= InnerPacket.headerLength4 else { return }
    let (first, second) = (packet.bytes.octet(at: 0), packet.bytes.octet(at: 1))
    switch first &>> 4 {
    case 4:
      let updated = decapsulate(inner: second, outer: outer)
      guard updated != second else { return }
      let checksum = adjusted(packet.bytes.bigEndian16(at: 10), from: UInt16(second), to: UInt16(updated))
      packet.store(updated, at: 1)
      packet.store(bigEndian16: checksum, at: 10)
    case 6:
      // The DS field straddles the first two bytes; ECN is all in the second.
      let updated = decapsulate(inner: second &>> 4, outer: outer)
      packet.store(updated &<< 4 | second & 0x0f, at: 1)
    default:
      return
    }
  }

  /// The checksum after a word it covers has changed (RFC 1624 §3, equation 3).
  private static func adjusted(_ checksum: UInt16, from old: UInt16, to new: UInt16) -> UInt16 {
    var sum = UInt32(~checksum) &+ UInt32(~old) &+ UInt32(new)
    sum = sum & 0xffff &+ sum &>> 16
    sum = sum & 0xffff &+ sum &>> 16
    return ~UInt16(truncatingIfNeeded: sum)
  }
}
