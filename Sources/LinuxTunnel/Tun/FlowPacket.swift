internal import Octets
internal import Segmentation

/// A packet about to be written, seen as part of a flow: all packets with the same addresses, ports and protocol.
struct FlowPacket: BitwiseCopyable {
  /// What is known of a packet's flow.
  enum Kind: BitwiseCopyable {
    /// It belongs to no TCP or UDP flow.
    case other
    /// It may belong to any flow: a fragment, or a packet whose headers are not plain.
    case unknown
    /// It belongs to one flow.
    case flow(FlowPacket)
  }

  let headers: TransportHeaders
  /// The packet's length in bytes.
  let length: Int
  /// The same for all packets of a flow, and seldom for two flows.
  let hash: UInt64
  /// Nothing in its headers keeps it from being part of a super-packet.
  let isPlain: Bool
  /// Nothing of the flow may be appended behind it: the sender marked the end of something.
  let isLast: Bool

  /// The payload's length in bytes.
  var payloadLength: Int { length - headers.payload }

  /// Looks at the headers of the packet of `length` bytes at `offset`, which must lie inside `bytes`.
  static func classify(_ bytes: RawSpan, at offset: Int, length: Int) -> Kind {
    precondition(offset >= 0 && length >= 0 && offset <= bytes.byteCount - length)
    guard length >= PacketLayout.ipv4Header else { return .unknown }
    switch bytes.octet(at: offset) {
    case 0x45:
      let fragment = bytes.bigEndian16(at: offset + PacketLayout.ipv4Fragment)
      guard fragment & PacketLayout.fragmentMask == 0,
        Int(bytes.bigEndian16(at: offset + PacketLayout.ipv4TotalLength)) == length
      else { return .unknown }
      let proto = bytes.octet(at: offset + PacketLayout.ipv4Protocol)
      return classify(bytes, at: offset, length: length, transport: PacketLayout.ipv4Header, proto, isIPv6: false)
    case 0x60...0x6f:
      guard length >= PacketLayout.ipv6Header,
        Int(bytes.bigEndian16(at: offset + PacketLayout.ipv6PayloadLength)) == length - PacketLayout.ipv6Header
      else { return .unknown }
      let proto = bytes.octet(at: offset + PacketLayout.ipv6NextHeader)
      // Hop-by-hop, routing, fragment and destination headers hide what follows (RFC 8200 §4).
      guard proto != 0 && proto != 43 && proto != 44 && proto != 60 else { return .unknown }
      return classify(bytes, at: offset, length: length, transport: PacketLayout.ipv6Header, proto, isIPv6: true)
    default:
      return .unknown
    }
  }

  private static func classify(
    _ bytes: RawSpan, at offset: Int, length: Int, transport: Int, _ proto: UInt8, isIPv6: Bool
  ) -> Kind {
    let isTCP = proto == PacketLayout.tcp
    guard isTCP || proto == PacketLayout.udp else { return .other }
    guard length >= transport + (isTCP ? PacketLayout.tcpHeader : PacketLayout.udpHeader) else { return .unknown }
    var payload = transport + PacketLayout.udpHeader
    var isPlain: Bool
    var isLast = false
    if isTCP {
      payload = transport + Int(bytes.octet(at: offset + transport + PacketLayout.tcpDataOffset) >> 4) * 4
      let flags = bytes.octet(at: offset + transport + PacketLayout.tcpFlags)
      let ends = TCPFlags.fin | TCPFlags.push
      isPlain =
        payload >= transport + PacketLayout.tcpHeader
        && flags & ~(ends | TCPFlags.echo) == TCPFlags.acknowledgement
      isLast = flags & ends != 0
    } else {
      isPlain =
        bytes.bigEndian16(at: offset + transport + PacketLayout.udpChecksum) != 0
        && Int(bytes.bigEndian16(at: offset + transport + PacketLayout.udpLength)) == length - transport
    }
    isPlain = isPlain && payload < length
    let headers = TransportHeaders(
      isIPv6: isIPv6, isTCP: isTCP, transport: transport, payload: isPlain ? payload : transport)
    return .flow(
      FlowPacket(
        headers: headers, length: length, hash: hash(bytes, at: offset, headers), isPlain: isPlain, isLast: isLast))
  }

  private static func hash(_ bytes: RawSpan, at offset: Int, _ headers: TransportHeaders) -> UInt64 {
    // Odd constants with well spread bits; a collision costs a merge, nothing else.
    let factor: UInt64 = 0x9e37_79b9_7f4a_7c15
    var hash = UInt64(bytes.littleEndian32(at: offset + headers.transport)) &<< 1 | (headers.isTCP ? 1 : 0)
    var place = offset + (headers.isIPv6 ? PacketLayout.ipv6Source : PacketLayout.ipv4Source)
    let end = offset + (headers.isIPv6 ? PacketLayout.ipv6Header : PacketLayout.ipv4Header)
    while place < end {
      hash = (hash ^ bytes.littleEndian64(at: place)) &* factor
      hash ^= hash &>> 32
      place += 8
    }
    return hash
  }

  /// Whether the IPv4 header checksum and the transport checksum are right. One pass over the packet.
  func isIntact(in bytes: RawSpan, at offset: Int) -> Bool {
    if !headers.isIPv6 {
      var header = InternetChecksum()
      header.add(bytes, at: offset, count: PacketLayout.ipv4Header)
      guard header.isIntact else { return false }
    }
    var sum = headers.pseudoHeader(of: bytes, at: offset, length: length - headers.transport)
    sum.add(bytes, at: offset + headers.transport, count: length - headers.transport)
    return sum.isIntact
  }

  /// Whether this packet, at `offset`, differs from the flow's packet at `head` only in what cutting up a super-packet
  /// sets by itself: lengths, checksums, identification, sequence number, and the marks of a last packet.
  func matches(_ head: Int, _ other: TransportHeaders, in bytes: RawSpan, at offset: Int) -> Bool {
    guard
      headers.isIPv6 == other.isIPv6 && headers.isTCP == other.isTCP && headers.transport == other.transport
        && headers.payload == other.payload
    else { return false }
    let transport = headers.transport
    if headers.isIPv6 {
      guard bytes.agree(head, offset, 0, PacketLayout.ipv6PayloadLength),
        bytes.agree(head, offset, PacketLayout.ipv6NextHeader, transport + 4)
      else { return false }
    } else {
      guard bytes.agree(head, offset, 0, PacketLayout.ipv4TotalLength),
        bytes.agree(head, offset, PacketLayout.ipv4Fragment, PacketLayout.ipv4Checksum),
        bytes.agree(head, offset, PacketLayout.ipv4Source, transport + 4)
      else { return false }
    }
    guard headers.isTCP else { return true }
    let ends = TCPFlags.fin | TCPFlags.push
    let flags = transport + PacketLayout.tcpFlags
    let difference = bytes.octet(at: head + flags) ^ bytes.octet(at: offset + flags)
    return bytes.agree(head, offset, transport + PacketLayout.tcpAcknowledgement, transport + PacketLayout.tcpFlags)
      && difference & ~ends == 0
      && bytes.agree(head, offset, transport + PacketLayout.tcpWindow, transport + PacketLayout.tcpChecksum)
      && bytes.agree(head, offset, transport + PacketLayout.tcpUrgent, headers.payload)
  }
}

extension RawSpan {
  /// Whether two packets, at `first` and `second`, have the same bytes in `start..<end` of each.
  fileprivate func agree(_ first: Int, _ second: Int, _ start: Int, _ end: Int) -> Bool {
    var place = start
    while place &+ 4 <= end {
      if littleEndian32(at: first &+ place) != littleEndian32(at: second &+ place) { return false }
      place &+= 4
    }
    while place < end {
      if octet(at: first &+ place) != octet(at: second &+ place) { return false }
      place &+= 1
    }
    return true
  }
}
