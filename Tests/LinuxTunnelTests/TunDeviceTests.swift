import CLinuxTunnel
import Foundation
import Glibc
import Octets
import Synchronization
import Testing

@testable import LinuxTunnel

@Suite(.enabled(if: NetworkSpace.isAvailable)) struct TunDeviceTests {
  private static let name = InterfaceName("nlx0")!

  private func expectMTU(_ expected: Int, of device: borrowing TunDevice) throws {
    let mtu = try device.mtu()
    #expect(mtu == expected)
  }

  private static func switches(_ offload: Bool) -> OffloadSwitches {
    var switches = OffloadSwitches()
    switches.tun = offload
    return switches
  }

  @Test func `a new interface has the tunnel's MTU and is down`() throws {
    try NetworkSpace.run {
      let device = try TunDevice(creating: Self.name)
      let (name, offload) = (device.name, device.offload)
      #expect(name == Self.name)
      #expect(offload.hasVirtioHeader && offload.tcp)
      try expectMTU(1420, of: device)
      let line = try NetworkSpace.command("ip", "link", "show", "nlx0")
      #expect(line.contains("POINTOPOINT") && line.contains("state DOWN"))
      try NetworkSpace.command("ip", "link", "set", "nlx0", "mtu", "1280")
      try expectMTU(1280, of: device)
      #expect(Self.name.index() != nil)
    }
  }

  @Test func `the kernel fills in a number where the name asks for it`() throws {
    try NetworkSpace.run {
      let device = try TunDevice(creating: InterfaceName("nlxn%d")!)
      let name = device.name
      #expect(name == InterfaceName("nlxn0"))
    }
  }

  @Test func `a busy interface is an error`() throws {
    try NetworkSpace.run {
      let device = try TunDevice(creating: Self.name)
      do {
        _ = try TunDevice(creating: Self.name)
        Issue.record("attached twice")
      } catch let error as SystemError {
        #expect(error == SystemError(.openTun, number: EBUSY))
        #expect("\(error)" == "cannot create the TUN device: Device or resource busy")
      }
      _ = device.isAlive
    }
  }

  @Test func `an idle interface made without headers is used without them`() throws {
    try NetworkSpace.run {
      try NetworkSpace.command("ip", "tuntap", "add", "nlx0", "mode", "tun")
      let device = try TunDevice(creating: Self.name)
      try expectMTU(1420, of: device)
      let isAlive = device.isAlive
      #expect(isAlive)
    }
  }

  @Test func `a descriptor is adopted as it is, and anything else is refused`() throws {
    try NetworkSpace.run {
      let number = Self.name.openTun(virtioHeader: true)
      try NetworkSpace.command("ip", "link", "set", "nlx0", "mtu", "1400")
      let device = try TunDevice(adopting: number)
      let (name, offload) = (device.name, device.offload)
      #expect(name == Self.name && offload.tcp)
      try expectMTU(1400, of: device)
      do {
        _ = try TunDevice(adopting: unsafe open("/dev/null", O_RDWR))
        Issue.record("adopted /dev/null")
      } catch let error as SystemError {
        #expect(error.operation == .adoptTun)
      }
    }
  }

  @Test func `reading brings nothing, then packets, then the end`() throws {
    try NetworkSpace.run {
      let device = try TunDevice(creating: Self.name)
      var memory = try PacketMemory(byteCount: TunDevice.readByteCount)
      let read = { (device: borrowing TunDevice) in
        var buffer = memory.mutableBytes
        return device.read(into: &buffer)
      }
      let outcome1 = read(device)
      #expect(outcome1 == .nothing)
      try NetworkSpace.command("sysctl", "-qw", "net.ipv6.conf.nlx0.disable_ipv6=1")
      try NetworkSpace.command("ip", "addr", "add", "10.0.0.1/24", "dev", "nlx0")
      try NetworkSpace.command("ip", "link", "set", "nlx0", "up")
      let socket = try Streams.connect(IPAddress(v4: 0x0a00_0002), 9, SOCK_DGRAM)
      try Streams.send(5, to: socket)
      #expect(linux_wait_readable(device.descriptor.number, -1, -1, 1000) == 1)
      let outcome2 = read(device)
      #expect(outcome2 == .packet(10 + 20 + 8 + 5))
      let outcome3 = read(device)
      #expect(outcome3 == .nothing)
      _ = close(socket)
      try NetworkSpace.command("ip", "link", "del", "nlx0")
      let outcome4 = read(device)
      #expect(outcome4 == .gone)
      let isAlive = device.isAlive
      #expect(!isAlive)
    }
  }

  @Test func `an interface that moved to another namespace is alive`() throws {
    try NetworkSpace.run {
      let device = TunPump(try TunDevice(creating: Self.name))
      let home = NetworkSpace.path
      try NetworkSpace.run {
        try NetworkSpace.command("nsenter", "--net=\(home)", "ip", "link", "set", "nlx0", "netns", NetworkSpace.path)
        #expect(Self.name.index() != nil)
        #expect(device.isAlive)
      }
      #expect(Self.name.index() == nil)
      // The other namespace ended, and the interface with it.
      for _ in 0..<200 where device.isAlive { usleep(10_000) }
      #expect(!device.isAlive)
    }
  }

  @Test(arguments: [true, false], [(true, true), (true, false), (false, true)])
  func `a stream survives being cut up and put together`(_ ipv6: Bool, _ offload: (Bool, Bool)) throws {
    let count = 2 << 20
    let near = ipv6 ? IPAddress(v6High: 0xfd00_0000_0000_0000, low: 1) : IPAddress(v4: 0x0a00_0001)
    try NetworkSpace.run {
      let here = TunPump(try TunDevice(creating: Self.name, switches: Self.switches(offload.0)))
      try Self.configure(ipv6 ? "fd00::1/64" : "10.0.0.1/24")
      let server = try Streams.listen(near, 80)
      let received = Background { Streams.receive(from: accept(server, nil, nil)) }
      try NetworkSpace.run {
        let there = TunPump(try TunDevice(creating: Self.name, switches: Self.switches(offload.1)))
        try Self.configure(ipv6 ? "fd00::2/64" : "10.0.0.2/24")
        here.start(to: there, checking: true)
        there.start(to: here, checking: true)
        let client = try Streams.connect(near, 80)
        try Streams.send(count, to: client)
        _ = close(client)
        let result = received.wait()
        #expect(result.right == count && result.all == count)
        here.stop()
        there.stop()
        #expect(here.unsound.load(ordering: .relaxed) == 0 && there.unsound.load(ordering: .relaxed) == 0)
        let packets = there.packets.load(ordering: .relaxed)
        #expect(packets >= count / 1400)
        if offload.1 { #expect(there.reads.load(ordering: .relaxed) < packets * 2 / 3, "super-packets are read") }
        if offload == (true, true) {
          #expect(there.writes.load(ordering: .relaxed) < packets * 2 / 3, "super-packets are written")
        }
      }
      _ = close(server)
    }
  }

  @Test func `datagrams sent as one are cut up and put together too`() throws {
    try NetworkSpace.run {
      let here = TunPump(try TunDevice(creating: Self.name))
      guard here.device.offload.udp else { return }
      try Self.configure("10.0.0.1/24")
      let sockets = try UDPSockets()
      _ = try sockets.open(port: 700)
      try NetworkSpace.run {
        let there = TunPump(try TunDevice(creating: Self.name))
        try Self.configure("10.0.0.2/24")
        here.start(to: there, checking: true)
        there.start(to: here, checking: true)
        let client = try UDPSockets()
        _ = try client.open(port: 800)
        let bytes = (0..<39_500).map { UInt8(truncatingIfNeeded: $0 / 9) }
        var sender = try DatagramSender()
        sender.append(
          OutgoingDatagrams(
            offset: 0, length: bytes.count, segmentSize: 1000,
            path: Path(Endpoint(IPAddress(v4: 0x0a00_0001), port: 700)),
            trafficClass: 1))
        let memory = PacketMemory(bytes)
        let result = sender.flush(memory, to: client)
        #expect(result == SendResult(sent: 40, calls: 1))
        #expect(linux_wait_readable(sockets.v4.number, -1, -1, 2000) == 1)
        var receiver = try DatagramReceiver()
        let outcome = receiver.receive(from: sockets, ipv6: false)
        let message = try #require(outcome == .batch(1) ? receiver.message(0) : nil)
        #expect(message.segmentSize == 1000 && message.count == 40 && message.trafficClass == 1)
        #expect(receiver.memory.array(0..<39_500) == bytes)
        here.stop()
        there.stop()
        #expect(there.unsound.load(ordering: .relaxed) == 0)
      }
    }
  }

  private static func configure(_ address: String) throws {
    try NetworkSpace.command("ip", "link", "set", "nlx0", "up")
    let kind = address.contains(":") ? ["nodad"] : []
    try NetworkSpace.command(["ip", "addr", "add", address, "dev", "nlx0"] + kind)
  }
}
