internal import Octets

/// What the senders of super-packets do differently, and so whoever cuts them.
public struct SegmentationRules: BitwiseCopyable, Sendable {
  /// The checksum field holds the sum of the pseudo-header with the super-packet's length in it; otherwise the sum of
  /// all of the pseudo-header but the length.
  public var sumsLength: Bool
  /// Only the first packet keeps "congestion window reduced".
  public var reducesWindowOnce: Bool
  /// The bits of the IPv4 identification that count from one packet to the next; the others stay.
  public var identificationMask: UInt16
  /// A checksum field of zero asks for packets without a checksum.
  public var zeroMeansNone: Bool

  /// One sender's habits.
  public init(
    sumsLength: Bool, reducesWindowOnce: Bool, identificationMask: UInt16 = 0xffff, zeroMeansNone: Bool = false
  ) {
    self.sumsLength = sumsLength
    self.reducesWindowOnce = reducesWindowOnce
    self.identificationMask = identificationMask
    self.zeroMeansNone = zeroMeansNone
  }
}

/// A TCP or UDP packet that is too large for the network, seen as the packets it stands for.
///
/// It is never cut up in memory: each of its packets is produced on demand, at its final place, with lengths,
/// identification, sequence number, flags and checksums as its sender would have given them. The value describes the
/// bytes it was made of and must be used with these.
public struct SuperPacket: BitwiseCopyable, Sendable {
  /// The number of packets, at least 1.
  public let count: Int
  private let headers: TransportHeaders
  private let rules: SegmentationRules
  /// Where it starts in the bytes, and its own length.
  private let start: Int
  private let length: Int
  /// Payload bytes of each packet but the last.
  private let segmentSize: Int

  /// The super-packet of `length` bytes at `start`, with these headers. Nil when it has no payload, or is to be cut into
  /// segments of no bytes. Costs no pass over the payload.
  public init?(
    _ headers: TransportHeaders, at start: Int, length: Int, segmentSize: Int, rules: SegmentationRules
  ) {
    guard segmentSize > 0, headers.payload < length else { return nil }
    self.headers = headers
    self.rules = rules
    self.start = start
    self.length = length
    self.segmentSize = segmentSize
    count = (length - headers.payload - 1) / segmentSize + 1
  }

  /// The length in bytes of packet `index`.
  public func length(of index: Int) -> Int {
    precondition(index >= 0 && index < count)
    return headers.payload + payloadLength(of: index)
  }

  private func payloadLength(of index: Int) -> Int {
    min(segmentSize, length - headers.payload - index * segmentSize)
  }

  /// Writes packet `index` of the super-packet in `bytes` to `frame` at `offset` and returns its length.
  /// One pass over the payload; traps when the frame is too short.
  @_lifetime(frame: copy frame)
  public func emit(_ index: Int, of bytes: RawSpan, into frame: inout MutableRawSpan, at offset: Int) -> Int {
    precondition(index >= 0 && index < count)
    let payload = payloadLength(of: index)
    frame.store(bytes.extracting(start..<start + headers.payload), at: offset)
    var sum = checksumBase(of: bytes, transportLength: headers.payload - headers.transport + payload)
    sum.add(
      copying: bytes, at: start + headers.payload + index * segmentSize, count: payload, into: &frame,
      at: offset + headers.payload)
    if headers.isIPv6 {
      let length = headers.payload - PacketLayout.ipv6Header + payload
      frame.store(bigEndian16: UInt16(truncatingIfNeeded: length), at: offset + PacketLayout.ipv6PayloadLength)
    } else {
      finishIPv4(&frame, at: offset, index: index, length: headers.payload + payload)
    }
    if headers.isTCP {
      finishTCP(&frame, at: offset + headers.transport, index: index)
    } else {
      let length = PacketLayout.udpHeader + payload
      frame.store(
        bigEndian16: UInt16(truncatingIfNeeded: length), at: offset + headers.transport + PacketLayout.udpLength)
    }
    if rules.zeroMeansNone && bytes.bigEndian16(at: start + headers.checksum) == 0 { return headers.payload + payload }
    frame.store(bigEndian16: 0, at: offset + headers.checksum)
    sum.add(frame.bytes, at: offset + headers.transport, count: headers.payload - headers.transport)
    frame.store(bigEndian16: sum.nonZeroChecksum, at: offset + headers.checksum)
    return headers.payload + payload
  }

  /// The pseudo-header of one packet: the super-packet's, which its checksum field holds, with another length. Taking
  /// it from there keeps packets right whose last destination is in a routing header.
  private func checksumBase(of bytes: RawSpan, transportLength: Int) -> InternetChecksum {
    var sum = InternetChecksum(partial: bytes.bigEndian16(at: start + headers.checksum))
    if rules.sumsLength { sum.remove(UInt16(truncatingIfNeeded: length - headers.transport)) }
    sum.add(UInt16(truncatingIfNeeded: transportLength))
    return sum
  }

  @_lifetime(frame: copy frame)
  private func finishIPv4(_ frame: inout MutableRawSpan, at offset: Int, index: Int, length: Int) {
    let first = frame.bytes.bigEndian16(at: offset + PacketLayout.ipv4Identification)
    let next = first &+ UInt16(truncatingIfNeeded: index)
    let mask = rules.identificationMask
    frame.store(bigEndian16: first & ~mask | next & mask, at: offset + PacketLayout.ipv4Identification)
    frame.store(bigEndian16: UInt16(truncatingIfNeeded: length), at: offset + PacketLayout.ipv4TotalLength)
    closeIPv4(&frame, at: offset, headerLength: headers.transport)
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
    if index > 0 && rules.reducesWindowOnce { flags &= ~TCPFlags.windowReduced }
    frame.store(flags, at: offset + PacketLayout.tcpFlags)
  }
}

/// Gives the IPv4 header of `headerLength` bytes at `offset` its checksum.
@_lifetime(frame: copy frame)
func closeIPv4(_ frame: inout MutableRawSpan, at offset: Int, headerLength: Int) {
  frame.store(bigEndian16: 0, at: offset + PacketLayout.ipv4Checksum)
  var sum = InternetChecksum()
  sum.add(frame.bytes, at: offset, count: headerLength)
  frame.store(bigEndian16: sum.checksum, at: offset + PacketLayout.ipv4Checksum)
}
