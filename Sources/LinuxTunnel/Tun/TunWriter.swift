internal import Containers
internal import Octets
internal import Segmentation

/// Collects the packets of a receive batch and writes them to the TUN device, many at a time where they belong together.
///
/// Consecutive segments of a TCP flow, and equal datagrams of a UDP flow, leave as one super-packet: one system call and
/// one walk through the network stack for up to 64 KiB. Nothing is copied: the packets stay where they were opened, and
/// what the kernel gets is a list of pieces. A super-packet stands for exactly the packets that went into it: whoever
/// cuts it up gets the same bytes back. So a packet is merged only when its checksums are right, its headers agree with
/// the flow's, and it continues the flow without a gap; and no packet overtakes another of its flow.
public struct TunWriter: ~Copyable {
  /// The most packets one round can hold.
  public static let capacity = 512
  /// The most packets in one super-packet.
  static let mergeLimit = 128
  /// Bytes that must be free in front of every packet: the virtio header is put there. A data message has 16.
  public static let headroom = VirtioHeader.byteCount
  /// The longest IP packet, super-packets included.
  private static let longestPacket = 65_535

  /// One packet of the round.
  struct Packet: BitwiseCopyable {
    var offset: Int
    var length: Int
    /// The packet behind it in the same super-packet; −1 at the end.
    var next: Int
  }

  /// One packet or super-packet to write.
  struct Merge: BitwiseCopyable {
    var first: Int
    var last: Int
    var count: Int
    var headers: TransportHeaders
    var hash: UInt64
    /// Payload bytes of every packet but the last.
    var segmentSize: Int
    /// Bytes of the super-packet.
    var length: Int
    /// The sequence number that continues it.
    var nextSequence: UInt32
    /// The checksums of its first packet were found right.
    var isVerified: Bool
  }

  var packets: Region<Packet>
  var merges: Region<Merge>
  var pieces: PieceList
  private var packetCount = 0
  var mergeCount = 0
  private var flows = OpenFlows()
  /// What may still be merged; a kind that the kernel refuses once is not tried again.
  var offload: TunOffload

  /// A writer for devices with this offload.
  public init(offload: TunOffload) throws(SystemError) {
    let packets = try Region<Packet>.system(count: Self.capacity)
    let merges = try Region<Merge>.system(count: Self.capacity)
    let pieces = try PieceList(capacity: Self.mergeLimit)
    self.packets = packets
    self.merges = merges
    self.pieces = pieces
    self.offload = offload
  }

  /// The number of packets that can still be appended before the next flush.
  public var room: Int { Self.capacity - packetCount }

  /// Takes the packet of `length` bytes at `offset` into the round; its bytes must stay untouched until the flush.
  /// One pass over the payload when it joins a super-packet.
  public mutating func append(at offset: Int, length: Int, of memory: borrowing PacketMemory) {
    let bytes = memory.bytes
    precondition(room > 0 && offset >= Self.headroom && length <= Self.longestPacket)
    packets.initialize(packetCount, to: Packet(offset: offset, length: length, next: -1))
    packetCount += 1
    switch FlowPacket.classify(bytes, at: offset, length: length) {
    case .other:
      appendAlone(length: length)
    case .unknown:
      flows.forgetAll()
      appendAlone(length: length)
    case .flow(let packet):
      append(packet, at: offset, of: bytes)
    }
  }

  private mutating func append(_ packet: FlowPacket, at offset: Int, of bytes: RawSpan) {
    let mayMerge = packet.isPlain && (packet.headers.isTCP ? offload.tcp : offload.udp)
    let open = flows.find(packet.hash)
    if let open, mayMerge, canExtend(open, packet, at: offset, of: bytes) {
      extend(open, packet)
      let isFull = merges[open].count == Self.mergeLimit || packet.payloadLength < merges[open].segmentSize
      if packet.isLast || isFull { flows.forget(packet.hash) }
      return
    }
    if open != nil { flows.forget(packet.hash) }
    start(packet, at: offset, of: bytes)
    if mayMerge && !packet.isLast { flows.remember(packet.hash, mergeCount - 1) }
  }

  /// The packet just taken in is to be written by itself.
  private mutating func appendAlone(length: Int) {
    let none = TransportHeaders(isIPv6: false, isTCP: false, transport: 0, payload: 0)
    start(
      Merge(
        first: packetCount - 1, last: packetCount - 1, count: 1, headers: none, hash: 0, segmentSize: 0, length: length,
        nextSequence: 0, isVerified: false))
  }

  private mutating func start(_ packet: FlowPacket, at offset: Int, of bytes: RawSpan) {
    let transport = offset + packet.headers.transport
    let sequence = packet.headers.isTCP ? bytes.bigEndian32(at: transport + PacketLayout.tcpSequence) : 0
    start(
      Merge(
        first: packetCount - 1, last: packetCount - 1, count: 1, headers: packet.headers, hash: packet.hash,
        segmentSize: packet.payloadLength, length: packet.length,
        nextSequence: sequence &+ UInt32(truncatingIfNeeded: packet.payloadLength), isVerified: false))
  }

  private mutating func start(_ merge: Merge) {
    merges.initialize(mergeCount, to: merge)
    mergeCount += 1
  }

  /// Whether the packet continues the super-packet. Finding the first packet of it damaged ends it there.
  private mutating func canExtend(_ open: Int, _ packet: FlowPacket, at offset: Int, of bytes: RawSpan) -> Bool {
    let head = packets[merges[open].first]
    guard packet.payloadLength <= merges[open].segmentSize,
      merges[open].length + packet.payloadLength <= Self.longestPacket,
      packet.matches(head.offset, merges[open].headers, in: bytes, at: offset)
    else { return false }
    if packet.headers.isTCP {
      let sequence = bytes.bigEndian32(at: offset + packet.headers.transport + PacketLayout.tcpSequence)
      guard sequence == merges[open].nextSequence else { return false }
    }
    guard packet.headers.isIPv6 || continuesIdentification(open, head.offset, at: offset, of: bytes),
      packet.isIntact(in: bytes, at: offset)
    else { return false }
    if !merges[open].isVerified {
      let first = FlowPacket(
        headers: packet.headers, length: head.length, hash: packet.hash, isPlain: true, isLast: false)
      guard first.isIntact(in: bytes, at: head.offset) else { return false }
      merges[open].isVerified = true
    }
    return true
  }

  /// Cutting up counts the identification on; it means nothing in packets that are never fragmented.
  private func continuesIdentification(_ open: Int, _ head: Int, at offset: Int, of bytes: RawSpan) -> Bool {
    if bytes.bigEndian16(at: head + PacketLayout.ipv4Fragment) & PacketLayout.dontFragment != 0 { return true }
    let first = bytes.bigEndian16(at: head + PacketLayout.ipv4Identification)
    let expected = first &+ UInt16(truncatingIfNeeded: merges[open].count)
    return bytes.bigEndian16(at: offset + PacketLayout.ipv4Identification) == expected
  }

  private mutating func extend(_ open: Int, _ packet: FlowPacket) {
    packets[merges[open].last].next = packetCount - 1
    merges[open].last = packetCount - 1
    merges[open].count += 1
    merges[open].length += packet.payloadLength
    merges[open].nextSequence &+= UInt32(truncatingIfNeeded: packet.payloadLength)
  }

  /// Forgets the round.
  mutating func reset() {
    packetCount = 0
    mergeCount = 0
    flows.forgetAll()
  }
}

/// The super-packets that may still grow, at most one a flow. Forgetting one is always right: it is written as it is.
struct OpenFlows: BitwiseCopyable {
  private static let capacity = 16
  private var hashes: InlineArray<16, UInt64> = InlineArray(repeating: 0)
  private var merges: InlineArray<16, Int> = InlineArray(repeating: 0)
  private var count = 0
  private var oldest = 0

  func find(_ hash: UInt64) -> Int? {
    for place in 0..<count where hashes[place] == hash { return merges[place] }
    return nil
  }

  mutating func remember(_ hash: UInt64, _ merge: Int) {
    if count < Self.capacity {
      hashes[count] = hash
      merges[count] = merge
      count += 1
      return
    }
    hashes[oldest] = hash
    merges[oldest] = merge
    oldest = (oldest + 1) % Self.capacity
  }

  mutating func forget(_ hash: UInt64) {
    for place in 0..<count where hashes[place] == hash {
      count -= 1
      hashes[place] = hashes[count]
      merges[place] = merges[count]
      return
    }
  }

  mutating func forgetAll() {
    count = 0
    oldest = 0
  }
}
