import CLinuxTunnel
import Glibc
import Octets
import PacketTesting

@testable import LinuxTunnel

/// A TUN writer whose device is a datagram socket: what it writes can be read back record by record.
struct WriterRig: ~Copyable {
  /// The packets a record stands for, cut up again, and the kind of its virtio header.
  struct Record: Equatable {
    var kind: UInt8
    var packets: [TestPacket]
  }

  static let name = InterfaceName("nlxtest")!
  var memory = PacketMemory([], room: 1 << 20)
  var writer: TunWriter
  let device: TunDevice
  let far: Descriptor
  private var used = 0

  init(offload: TunOffload = TunOffload(hasVirtioHeader: true, tcp: true, udp: true)) throws {
    var pair: [CInt] = [0, 0]
    guard unsafe socketpair(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue), 0, &pair) == 0 else {
      throw SystemError(.openTun, number: errno)
    }
    var size: CInt = 4 << 20
    _ = unsafe setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &size, 4)
    let writer = try TunWriter(offload: offload)
    self.writer = writer
    device = TunDevice(Descriptor(owning: pair[0]), name: Self.name, offload: offload)
    far = Descriptor(owning: pair[1])
  }

  /// A rig over a descriptor that refuses every write as the kernel refuses an unknown super-packet.
  init(refusing offload: TunOffload) throws {
    let writer = try TunWriter(offload: offload)
    self.writer = writer
    device = TunDevice(Descriptor(owning: linux_timer_open()), name: Self.name, offload: offload)
    far = Descriptor(owning: -1)
  }

  /// Puts a packet where a datagram would have been opened and appends it; returns where it is.
  @discardableResult
  mutating func append(_ packet: TestPacket) -> Int {
    let offset = used + 16
    memory.fill(packet.bytes, at: offset)
    used += 16 + packet.bytes.count + 16
    writer.append(at: offset, length: packet.bytes.count, of: memory)
    return offset
  }

  mutating func flush() -> TunFlush {
    used = 0
    return writer.flush(&memory, to: device)
  }

  /// What was written, record by record.
  func records() throws -> [Record] {
    var result: [Record] = []
    var buffer = [UInt8](repeating: 0, count: 70_000)
    while true {
      let count = unsafe recv(far.number, &buffer, buffer.count, 0)
      guard count > 0 else { return result }
      let read = PacketMemory(Array(buffer[..<count]))
      let segments = try TunSegments(
        parsing: read.bytes, count: count, hasVirtioHeader: device.offload.hasVirtioHeader)
      var record = Record(kind: device.offload.hasVirtioHeader ? buffer[1] : 0, packets: [])
      for index in 0..<segments.count {
        var frame = PacketMemory([], room: segments.length(of: index))
        var raw = frame.mutableBytes
        let length = segments.emit(index, of: read.bytes, into: &raw, at: 0)
        record.packets.append(TestPacket(frame.array(0..<length)))
      }
      result.append(record)
    }
  }
}
