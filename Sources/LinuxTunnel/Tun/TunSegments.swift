internal import Octets

/// Why a packet read from the TUN device cannot be used.
public enum TunRejection: UInt8, Error, Sendable {
  /// The virtio header is cut short or asks for a segmentation that was not offered.
  case header
  /// What the virtio header says does not fit the packet.
  case layout
}

/// One read of the TUN device, seen as the packets it stands for.
///
/// A TCP or UDP super-packet is never cut up in memory: each of its packets is produced on demand, at its final place,
/// with lengths, identification, sequence number, flags and checksums as the kernel's own segmentation gives them.
/// The value describes the bytes it was parsed from and must be used with these.
public struct TunSegments: BitwiseCopyable, Sendable {
  /// The number of packets, at least 1.
  public let count: Int
  /// Where the packet starts in the bytes that were read.
  let start: Int
  /// The bytes of the super-packet.
  let length: Int
  /// The bytes of all headers; 0 for a packet that stands for itself.
  let headerLength: Int
  /// Payload bytes of each packet but the last.
  let segmentSize: Int
  let virtio: VirtioHeader
  let headers: TransportHeaders

  /// Understands `count` bytes of `bytes` as read from a device that puts virtio headers in front, or does not.
  /// Costs no pass over the payload.
  public init(parsing bytes: RawSpan, count: Int, hasVirtioHeader: Bool) throws(TunRejection) {
    precondition(count <= bytes.byteCount)
    var virtio = VirtioHeader()
    if hasVirtioHeader {
      guard count > VirtioHeader.byteCount, let parsed = VirtioHeader(parsing: bytes, at: 0) else { throw .header }
      virtio = parsed
    }
    let start = hasVirtioHeader ? VirtioHeader.byteCount : 0
    try self.init(virtio, of: bytes, from: start, length: count - start)
  }

  private init(_ virtio: VirtioHeader, of bytes: RawSpan, from start: Int, length: Int) throws(TunRejection) {
    self.virtio = virtio
    self.start = start
    self.length = length
    let transport = Int(virtio.checksumStart)
    guard virtio.segmentation != .none else {
      if virtio.needsChecksum && transport + Int(virtio.checksumOffset) + 2 > length { throw .layout }
      count = length > 0 ? 1 : 0
      headerLength = 0
      segmentSize = length
      headers = TransportHeaders(isIPv6: false, isTCP: false, transport: 0, payload: 0)
      if count == 0 { throw .layout }
      return
    }
    // Only TCP and UDP whose checksum is left to us come as super-packets.
    guard virtio.needsChecksum && virtio.segmentSize > 0 else { throw .layout }
    let found = Self.headers(of: bytes, from: start, length: length, virtio)
    guard let found, found.payload < length else { throw .layout }
    headers = found
    headerLength = found.payload
    segmentSize = Int(virtio.segmentSize)
    count = (length - found.payload + segmentSize - 1) / segmentSize
  }

  /// Finds the headers of a super-packet; nil when they are not what its virtio header says.
  private static func headers(
    of bytes: RawSpan, from start: Int, length: Int, _ virtio: VirtioHeader
  ) -> TransportHeaders? {
    let transport = Int(virtio.checksumStart)
    let isTCP = virtio.segmentation != .udp
    guard length >= PacketLayout.ipv4Header, transport <= length else { return nil }
    let version = bytes.octet(at: start) >> 4
    switch version {
    case 4:
      let own = Int(bytes.octet(at: start) & 0xf) * 4
      guard virtio.segmentation != .tcp6, own >= PacketLayout.ipv4Header, own == transport else { return nil }
    case 6:
      guard virtio.segmentation != .tcp4, transport >= PacketLayout.ipv6Header else { return nil }
    default:
      return nil
    }
    guard length - transport >= (isTCP ? PacketLayout.tcpHeader : PacketLayout.udpHeader) else { return nil }
    var payload = transport + PacketLayout.udpHeader
    if isTCP {
      let own = Int(bytes.octet(at: start + transport + PacketLayout.tcpDataOffset) >> 4) * 4
      guard own >= PacketLayout.tcpHeader else { return nil }
      payload = transport + own
    }
    let result = TransportHeaders(isIPv6: version == 6, isTCP: isTCP, transport: transport, payload: payload)
    guard result.checksum == transport + Int(virtio.checksumOffset) else { return nil }
    return result
  }

  /// The length in bytes of packet `index`.
  public func length(of index: Int) -> Int {
    precondition(index >= 0 && index < count)
    return headerLength + payloadLength(of: index)
  }

  private func payloadLength(of index: Int) -> Int {
    min(segmentSize, length - headerLength - index * segmentSize)
  }
}

extension TunSegments {
  /// Writes packet `index` of the super-packet in `bytes` to `frame` at `offset` and returns its length.
  /// One pass over the payload; traps when the frame is too short.
  @_lifetime(frame: copy frame)
  public func emit(_ index: Int, of bytes: RawSpan, into frame: inout MutableRawSpan, at offset: Int) -> Int {
    precondition(index >= 0 && index < count)
    if headerLength == 0 { return emitWhole(bytes, into: &frame, at: offset) }
    let payload = payloadLength(of: index)
    frame.store(bytes.extracting(start..<start + headerLength), at: offset)
    var sum = checksumBase(of: bytes, transportLength: headerLength - headers.transport + payload)
    sum.add(
      copying: bytes, at: start + headerLength + index * segmentSize, count: payload, into: &frame,
      at: offset + headerLength)
    if headers.isIPv6 {
      let length = headerLength - PacketLayout.ipv6Header + payload
      frame.store(bigEndian16: UInt16(truncatingIfNeeded: length), at: offset + PacketLayout.ipv6PayloadLength)
    } else {
      finishIPv4(&frame, at: offset, index: index, length: headerLength + payload)
    }
    if headers.isTCP {
      finishTCP(&frame, at: offset + headers.transport, index: index)
    } else {
      let length = PacketLayout.udpHeader + payload
      frame.store(
        bigEndian16: UInt16(truncatingIfNeeded: length), at: offset + headers.transport + PacketLayout.udpLength)
    }
    frame.store(bigEndian16: 0, at: offset + headers.checksum)
    sum.add(frame.bytes, at: offset + headers.transport, count: headerLength - headers.transport)
    frame.store(bigEndian16: sum.nonZeroChecksum, at: offset + headers.checksum)
    return headerLength + payload
  }

  /// The pseudo-header of one packet: the super-packet's, which its checksum field holds, with another length. Taking
  /// it from there keeps packets right whose last destination is in a routing header.
  private func checksumBase(of bytes: RawSpan, transportLength: Int) -> InternetChecksum {
    var sum = InternetChecksum(partial: bytes.bigEndian16(at: start + headers.checksum))
    sum.remove(UInt16(truncatingIfNeeded: length - headers.transport))
    sum.add(UInt16(truncatingIfNeeded: transportLength))
    return sum
  }

  @_lifetime(frame: copy frame)
  private func finishIPv4(_ frame: inout MutableRawSpan, at offset: Int, index: Int, length: Int) {
    let identification = frame.bytes.bigEndian16(at: offset + PacketLayout.ipv4Identification)
    frame.store(
      bigEndian16: identification &+ UInt16(truncatingIfNeeded: index),
      at: offset + PacketLayout.ipv4Identification)
    frame.store(bigEndian16: UInt16(truncatingIfNeeded: length), at: offset + PacketLayout.ipv4TotalLength)
    frame.store(bigEndian16: 0, at: offset + PacketLayout.ipv4Checksum)
    var sum = InternetChecksum()
    sum.add(frame.bytes, at: offset, count: headers.transport)
    frame.store(bigEndian16: sum.checksum, at: offset + PacketLayout.ipv4Checksum)
  }

  /// The sequence number moves on; "push" and "finish" belong to the last packet, "window reduced" to the first.
  @_lifetime(frame: copy frame)
  private func finishTCP(_ frame: inout MutableRawSpan, at offset: Int, index: Int) {
    let sequence = frame.bytes.bigEndian32(at: offset + PacketLayout.tcpSequence)
    frame.store(
      bigEndian32: sequence &+ UInt32(truncatingIfNeeded: index * segmentSize),
      at: offset + PacketLayout.tcpSequence)
    var flags = frame.bytes.octet(at: offset + PacketLayout.tcpFlags)
    if index < count - 1 { flags &= ~(TCPFlags.fin | TCPFlags.push) }
    if index > 0 && virtio.hasWindowReduced { flags &= ~TCPFlags.windowReduced }
    frame.store(flags, at: offset + PacketLayout.tcpFlags)
  }

  /// Copies a packet that stands for itself and finishes its checksum where the kernel left that to us.
  @_lifetime(frame: copy frame)
  private func emitWhole(_ bytes: RawSpan, into frame: inout MutableRawSpan, at offset: Int) -> Int {
    frame.store(bytes.extracting(start..<start + length), at: offset)
    guard virtio.needsChecksum else { return length }
    var sum = InternetChecksum()
    let from = Int(virtio.checksumStart)
    sum.add(frame.bytes, at: offset + from, count: length - from)
    frame.store(bigEndian16: sum.nonZeroChecksum, at: offset + from + Int(virtio.checksumOffset))
    return length
  }
}
