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
    let memory = try PacketMemory(byteCount: byteCount)
    let runs = try Region<OutgoingDatagrams>.system(count: Self.runLimit)
    self.memory = memory
    self.runs = runs
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

  /// Produces a segment of a read, which lies in `input`, in the next frame, and pads it.
  mutating func place(
    _ arrival: TunArrival, _ segment: Int, of input: borrowing PacketMemory, mtu: Int
  ) -> PlacedPacket {
    let length = Self.emit(arrival, segment, of: input, into: &memory, at: end + DataMessage.headerByteCount)
    return finish(length, trafficClass: arrival.trafficClass, mtu: mtu)
  }

  private static func emit(
    _ arrival: TunArrival, _ segment: Int, of input: borrowing PacketMemory, into memory: inout PacketMemory,
    at offset: Int
  ) -> Int {
    let read = input.bytes.extracting(arrival.offset..<arrival.offset + arrival.length)
    var frame = memory.mutableBytes
    return arrival.segments.emit(segment, of: read, into: &frame, at: offset)
  }

  /// Copies a packet that was parked into the next frame, and pads it.
  mutating func place(parked token: UInt64, from parked: inout ParkedPackets, mtu: Int) -> PlacedPacket {
    let trafficClass: UInt8
    let length: Int
    (length, trafficClass) = Self.unpark(
      token, from: &parked, into: &memory, at: end + DataMessage.headerByteCount)
    return finish(length, trafficClass: trafficClass, mtu: mtu)
  }

  private static func unpark(
    _ token: UInt64, from parked: inout ParkedPackets, into memory: inout PacketMemory, at offset: Int
  ) -> (Int, UInt8) {
    var frame = memory.mutableBytes
    let length = parked.unpark(token, into: &frame, at: offset)
    let inner = try? InnerPacket.inspectOutgoing(frame.bytes.extracting(offset..<offset + length))
    return (length, ECN.encapsulate(inner?.differentiatedServices ?? 0))
  }

  /// Produces a segment behind the last frame, for somebody who copies it, and returns its length.
  mutating func scratch(_ arrival: TunArrival, _ segment: Int, of input: borrowing PacketMemory) -> Int {
    Self.emit(arrival, segment, of: input, into: &memory, at: end)
  }

  /// The first `count` bytes behind the last frame.
  @_lifetime(borrow self)
  func scratchBytes(_ count: Int) -> RawSpan { memory.bytes.extracting(end..<end + count) }

  /// Makes the next frame a keepalive's.
  mutating func placeKeepalive() -> PlacedPacket { finish(0, trafficClass: 0, mtu: 0) }

  private mutating func finish(_ length: Int, trafficClass: UInt8, mtu: Int) -> PlacedPacket {
    let offset = end
    let padded = DataMessage.paddedLength(of: length, mtu: mtu)
    var frame = memory.mutableBytes
    for place in length..<padded { frame.store(0, at: offset + DataMessage.headerByteCount + place) }
    end = offset + padded + DataMessage.overheadByteCount
    return PlacedPacket(offset: offset, length: padded, trafficClass: trafficClass)
  }

  /// Seals a placed packet and adds it to the run it continues, or begins another.
  mutating func seal(_ packet: PlacedPacket, with ticket: inout SealTicket, _ kernel: CipherKernel) {
    let length = Self.seal(packet, with: &ticket, in: &memory, kernel)
    if !breaksRun && extend(by: length, packet) { return }
    runs.initialize(
      runCount,
      to: OutgoingDatagrams(
        offset: packet.offset, length: length, segmentSize: length, path: Path(Endpoint(IPAddress(v4: 0), port: 0)),
        trafficClass: packet.trafficClass))
    runCount += 1
    breaksRun = false
  }

  private static func seal(
    _ packet: PlacedPacket, with ticket: inout SealTicket, in memory: inout PacketMemory, _ kernel: CipherKernel
  ) -> Int {
    var frame = memory.mutableBytes
    return ticket.seal(&frame, at: packet.offset, length: packet.length, with: kernel)
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
