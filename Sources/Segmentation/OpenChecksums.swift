internal import Octets

/// The checksums of one packet that its sender has left open: the IPv4 header's, and that of TCP or UDP, whose field
/// holds the sum of the pseudo-header.
///
/// The value describes the packet it was made of and must be used with it.
public struct OpenChecksums: BitwiseCopyable, Sendable {
  /// The transport protocol whose checksum is open.
  public enum Transport: UInt8, BitwiseCopyable, Sendable {
    case none
    case tcp
    case udp
  }

  /// Bytes of the IPv4 header when its checksum is open, or 0.
  private let ipv4Header: Int
  /// Where the transport header starts, where its checksum is, and where the packet ends; 0 when it is closed.
  private let transport: Int
  private let checksum: Int
  private let end: Int

  /// Understands the packet of `length` bytes at `start`; nil when it is not of the kind that its sender says, or does
  /// not hold what its headers say. Costs no pass over the packet.
  public init?(ofIPv4Header isIPv4: Bool, of kind: Transport, in bytes: RawSpan, at start: Int, length: Int) {
    precondition(start >= 0 && length >= 0 && start <= bytes.byteCount - length)
    guard length >= PacketLayout.ipv4Header else { return nil }
    let first = bytes.octet(at: start)
    ipv4Header = isIPv4 ? Int(first & 0xf) * 4 : 0
    guard !isIPv4 || (first >> 4 == 4 && ipv4Header >= PacketLayout.ipv4Header && ipv4Header <= length) else {
      return nil
    }
    guard kind != .none else {
      transport = 0
      checksum = 0
      end = 0
      return
    }
    guard let found = TransportHeaders(searching: bytes, at: start, length: length), found.isTCP == (kind == .tcp)
    else { return nil }
    transport = found.transport
    checksum = found.checksum
    end =
      found.isIPv6
      ? PacketLayout.ipv6Header + Int(bytes.bigEndian16(at: start + PacketLayout.ipv6PayloadLength))
      : Int(bytes.bigEndian16(at: start + PacketLayout.ipv4TotalLength))
    guard found.payload <= end, end <= length else { return nil }
  }

  /// Writes them into the packet, which is at `offset` of `frame`. One pass over the transport part.
  @_lifetime(frame: copy frame)
  public func close(_ frame: inout MutableRawSpan, at offset: Int) {
    if ipv4Header > 0 { closeIPv4(&frame, at: offset, headerLength: ipv4Header) }
    guard transport > 0 else { return }
    var sum = InternetChecksum()
    sum.add(frame.bytes, at: offset + transport, count: end - transport)
    frame.store(bigEndian16: sum.nonZeroChecksum, at: offset + checksum)
  }
}
