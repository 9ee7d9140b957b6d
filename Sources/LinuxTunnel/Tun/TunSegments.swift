internal import Octets
internal import Segmentation

/// Why a packet read from the TUN device cannot be used.
public enum TunRejection: UInt8, Error, Sendable {
  /// The virtio header is cut short or asks for a segmentation that was not offered.
  case header
  /// What the virtio header says does not fit the packet.
  case layout
}

/// One read of the TUN device, seen as the packets it stands for.
///
/// The value describes the bytes it was parsed from and must be used with these.
public struct TunSegments: BitwiseCopyable, Sendable {
  /// The number of packets, at least 1.
  public let count: Int
  /// Where the packet starts in the bytes that were read.
  let start: Int
  /// The bytes of the packet or super-packet.
  private let length: Int
  private let virtio: VirtioHeader
  /// Nil for a packet that stands for itself.
  private let superPacket: SuperPacket?

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
    guard virtio.segmentation != .none else {
      let checksumEnd = Int(virtio.checksumStart) + Int(virtio.checksumOffset) + 2
      guard length > 0, !virtio.needsChecksum || checksumEnd <= length else { throw .layout }
      count = 1
      superPacket = nil
      return
    }
    guard let found = Self.superPacket(virtio, of: bytes, from: start, length: length) else { throw .layout }
    superPacket = found
    count = found.count
  }

  /// Finds the headers of a super-packet; nil when they are not what its virtio header says.
  private static func superPacket(
    _ virtio: VirtioHeader, of bytes: RawSpan, from start: Int, length: Int
  ) -> SuperPacket? {
    // Only TCP and UDP whose checksum is left to us come as super-packets.
    guard virtio.needsChecksum else { return nil }
    let transport = Int(virtio.checksumStart)
    let headers = TransportHeaders(
      of: bytes, at: start, length: length, transport: transport, isTCP: virtio.segmentation != .udp)
    guard let headers, headers.checksum == transport + Int(virtio.checksumOffset),
      virtio.segmentation != (headers.isIPv6 ? .tcp4 : .tcp6)
    else { return nil }
    return SuperPacket(
      headers, at: start, length: length, segmentSize: Int(virtio.segmentSize),
      rules: SegmentationRules(sumsLength: true, reducesWindowOnce: virtio.hasWindowReduced))
  }

  /// The length in bytes of packet `index`.
  public func length(of index: Int) -> Int {
    precondition(index >= 0 && index < count)
    return superPacket?.length(of: index) ?? length
  }

  /// Writes packet `index` of the super-packet in `bytes` to `frame` at `offset` and returns its length.
  /// One pass over the payload; traps when the frame is too short.
  @_lifetime(frame: copy frame)
  public func emit(_ index: Int, of bytes: RawSpan, into frame: inout MutableRawSpan, at offset: Int) -> Int {
    precondition(index >= 0 && index < count)
    guard let superPacket else { return emitWhole(bytes, into: &frame, at: offset) }
    return superPacket.emit(index, of: bytes, into: &frame, at: offset)
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
