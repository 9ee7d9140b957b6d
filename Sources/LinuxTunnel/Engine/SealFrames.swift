internal import Containers
internal import Cryptography
internal import Octets
internal import Tunnel

/// Where packets are sealed: datagrams one directly behind the other, as segmentation by the kernel wants them, and the
/// runs of equal ones among them that go out as one message.
struct SealFrames: ~Copyable {
  private static let runLimit = Transmitter.groupLimit * SessionLimit.burst

  var memory: PacketMemory
  /// Where the next datagram goes.
  private(set) var end = 0
  private(set) var runs: Region<OutgoingDatagrams>
  private(set) var runCount = 0
  /// Whether the next datagram begins a run whatever its size.
  private var breaksRun = true

  init(byteCount: Int) throws(SystemError) {
    memory = try PacketMemory(byteCount: byteCount)
    runs = try .system(count: Self.runLimit)
  }

  /// Bytes that are still free.
  var room: Int { memory.byteCount - end }

  mutating func removeAll() {
    end = 0
    runCount = 0
    breaksRun = true
  }

  /// The next datagram belongs to another group.
  mutating func breakRun() { breaksRun = true }

  /// Produces a segment of a read in the next frame, and pads it.
  mutating func place(_ arrival: TunArrival, _ segment: Int, of bytes: RawSpan, mtu: Int) -> PlacedPacket {
    var frame = memory.mutableBytes
    let offset = end
    let length = arrival.segments.emit(segment, of: bytes, into: &frame, at: offset + DataMessage.headerByteCount)
    return finish(length, at: offset, trafficClass: arrival.trafficClass, mtu: mtu)
  }

  /// Copies a packet that was parked into the next frame, and pads it.
  mutating func place(parked token: UInt64, from parked: inout ParkedPackets, mtu: Int) -> PlacedPacket {
    var frame = memory.mutableBytes
    let offset = end
    let start = offset + DataMessage.headerByteCount
    let length = parked.unpark(token, into: &frame, at: start)
    let inner = try? InnerPacket.inspectOutgoing(memory.bytes.extracting(start..<start + length))
    return finish(length, at: offset, trafficClass: ECN.encapsulate(inner?.differentiatedServices ?? 0), mtu: mtu)
  }

  /// Makes the next frame a keepalive's.
  mutating func placeKeepalive() -> PlacedPacket { finish(0, at: end, trafficClass: 0, mtu: 0) }

  private mutating func finish(_ length: Int, at offset: Int, trafficClass: UInt8, mtu: Int) -> PlacedPacket {
    let padded = DataMessage.paddedLength(of: length, mtu: mtu)
    var frame = memory.mutableBytes
    for place in length..<padded { frame.store(0, at: offset + DataMessage.headerByteCount + place) }
    end = offset + padded + DataMessage.overheadByteCount
    return PlacedPacket(offset: offset, length: padded, trafficClass: trafficClass)
  }

  /// Seals a placed packet and adds it to the run it continues, or begins another.
  mutating func seal(_ packet: PlacedPacket, with ticket: inout SealTicket, _ kernel: CipherKernel) {
    var frame = memory.mutableBytes
    let length = ticket.seal(&frame, at: packet.offset, length: packet.length, with: kernel)
    if !breaksRun && extend(by: length, packet) { return }
    runs.initialize(
      runCount,
      to: OutgoingDatagrams(
        offset: packet.offset, length: length, segmentSize: length, path: Path(Endpoint(IPAddress(v4: 0), port: 0)),
        trafficClass: packet.trafficClass))
    runCount += 1
    breaksRun = false
  }

  /// Adds a datagram to the last run, if it is of its kind: not longer than the others, and only the last shorter.
  private mutating func extend(by length: Int, _ packet: PlacedPacket) -> Bool {
    let run = runs[runCount - 1]
    guard run.offset + run.length == packet.offset, run.trafficClass == packet.trafficClass,
      length <= run.segmentSize, run.length % run.segmentSize == 0,
      run.length / run.segmentSize < DatagramSender.segmentLimit,
      run.length + length <= DatagramSender.byteLimit
    else { return false }
    runs[runCount - 1].length += length
    return true
  }
}
