import CLinuxTunnel
import Glibc
import Octets
import Testing

@testable import LinuxTunnel

@Suite(.enabled(if: NetworkSpace.isAvailable)) struct UDPSocketsTests {
  private static let home = IPAddress(v4: 0x7f00_0001)
  private static let home6 = IPAddress(v6High: 0, low: 1)

  /// Everything that arrives within a moment: the datagrams one by one, with their path and DS field.
  private struct Arrival: Equatable {
    var bytes: [UInt8]
    var path: Path
    var trafficClass: UInt8
  }

  private static func receive(_ sockets: UDPSockets, ipv6: Bool = false, atLeast: Int) throws -> [Arrival] {
    var receiver = try DatagramReceiver()
    var result: [Arrival] = []
    for _ in 0..<200 where result.count < atLeast {
      switch receiver.receive(from: sockets, ipv6: ipv6) {
      case .batch(let count):
        for index in 0..<count {
          guard let message = receiver.message(index) else { continue }
          var offset = message.offset
          while offset < message.offset + message.length {
            let end = min(offset + message.segmentSize, message.offset + message.length)
            result.append(
              Arrival(
                bytes: receiver.memory.array(offset..<end), path: message.path, trafficClass: message.trafficClass))
            offset = end
          }
        }
      case .nothing:
        _ = linux_wait_readable(ipv6 ? sockets.v6.number : sockets.v4.number, -1, -1, 10)
      case .closed, .failure:
        Issue.record("receiving failed")
        return result
      }
    }
    return result
  }

  private static func send(
    _ bytes: [UInt8], segmentSize: Int, to path: Path, trafficClass: UInt8 = 0, by sockets: UDPSockets
  ) throws -> SendResult {
    var sender = try DatagramSender()
    let memory = PacketMemory(bytes)
    sender.append(
      OutgoingDatagrams(
        offset: 0, length: bytes.count, segmentSize: segmentSize, path: path, trafficClass: trafficClass))
    return sender.flush(memory, to: sockets)
  }

  @Test func `what waits to be received is told, and what there was no room for`() throws {
    try NetworkSpace.run {
      let sockets = try UDPSockets()
      #expect(sockets.receiveQueue == (0, 0), "closed sockets hold nothing")
      let port = try sockets.open(port: 0)
      #expect(sockets.receiveQueue == (0, 0))
      linux_udp_set_buffers(sockets.v4.number, 4096)
      let path = Path(Endpoint(Self.home, port: port))
      _ = try Self.send([UInt8](repeating: 1, count: 1000), segmentSize: 1000, to: path, by: sockets)
      #expect(sockets.receiveQueue.byteCount >= 1000 && sockets.receiveQueue.dropped == 0)
      for _ in 0..<100 {
        _ = try Self.send([UInt8](repeating: 1, count: 1000), segmentSize: 1000, to: path, by: sockets)
      }
      let dropped = Int(sockets.receiveQueue.dropped)
      let received = try Self.receive(sockets, atLeast: 101 - dropped).count
      #expect(dropped > 0 && received + dropped == 101, "\(received) and \(dropped)")
      #expect(sockets.receiveQueue.byteCount == 0)
    }
  }

  @Test func `both families share the port they were asked for`() throws {
    try NetworkSpace.run {
      let sockets = try UDPSockets()
      #expect(!sockets.hasIPv4 && !sockets.hasIPv6)
      #expect(try sockets.open(port: 51820) == 51820)
      #expect(sockets.hasIPv4 && sockets.hasIPv6)
      for isIPv6 in [false, true] {
        let address = isIPv6 ? Self.home6 : Self.home
        let sent = try Self.send([1, 2, 3], segmentSize: 3, to: Path(Endpoint(address, port: 51820)), by: sockets)
        #expect(sent == SendResult(sent: 1, calls: 1))
        let arrived = try Self.receive(sockets, ipv6: isIPv6, atLeast: 1)
        #expect(arrived.map(\.bytes) == [[1, 2, 3]])
        #expect(arrived.first?.path == Path(Endpoint(address, port: 51820), source: address, interface: 1))
      }
    }
  }

  @Test func `port 0 finds one that is free in both families`() throws {
    try NetworkSpace.run {
      try NetworkSpace.command("sysctl", "-qw", "net.ipv4.ip_local_port_range=40000 40007")
      var taken: [CInt] = []
      for port in UInt16(40000)...40007 where port != 40005 {
        taken.append(linux_udp_open(true))
        #expect(linux_udp_bind(taken.last!, true, port) == CInt(port))
      }
      let sockets = try UDPSockets()
      #expect(try sockets.open(port: 0) == 40005)
      for number in taken { _ = close(number) }
    }
  }

  @Test func `a taken port is an error that leaves the open sockets alone`() throws {
    try NetworkSpace.run {
      let other = linux_udp_open(true)
      #expect(linux_udp_bind(other, true, 2222) == 2222)
      let sockets = try UDPSockets()
      _ = try sockets.open(port: 1111)
      #expect(throws: SystemError(.bindSocket, number: EADDRINUSE)) { _ = try sockets.open(port: 2222) }
      #expect(sockets.hasIPv4)
      let path = Path(Endpoint(Self.home, port: 1111))
      #expect(try Self.send([7], segmentSize: 1, to: path, by: sockets).sent == 1)
      #expect(try Self.receive(sockets, atLeast: 1).count == 1)
      _ = close(other)
      #expect(try sockets.open(port: 2222) == 2222)
      #expect(try Self.send([7], segmentSize: 1, to: path, by: sockets).sent == 1)
      #expect(try Self.receive(sockets, atLeast: 1).isEmpty, "the old port is given up")
    }
  }

  @Test func `closed sockets lose what is sent and receive nothing`() throws {
    try NetworkSpace.run {
      let sockets = try UDPSockets()
      _ = try sockets.open(port: 3333)
      sockets.close()
      #expect(!sockets.hasIPv4 && !sockets.hasIPv6)
      let sent = try Self.send([1], segmentSize: 1, to: Path(Endpoint(Self.home, port: 3333)), by: sockets)
      #expect(sent == SendResult(lost: 1, calls: 1))
      var receiver = try DatagramReceiver()
      let outcome = receiver.receive(from: sockets, ipv6: false)
      #expect(outcome == .closed)
      #expect(linux_wait_readable(sockets.v4.number, sockets.v6.number, -1, 0) == 0, "nothing to wake a receiver for")
      _ = try sockets.open(port: 3333)
    }
  }

  @Test func `a machine without IPv6 gets IPv4 alone`() throws {
    try NetworkSpace.run {
      try NetworkSpace.command("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1")
      let sockets = try UDPSockets()
      #expect(try sockets.open(port: 4444) == 4444)
      #expect(sockets.hasIPv4)
      let path = Path(Endpoint(Self.home6, port: 4444))
      #expect(try Self.send([1], segmentSize: 1, to: path, by: sockets).lost == 1)
    }
  }

  @Test(arguments: [false, true], [false, true])
  func `many datagrams travel as one call and come out as they were`(_ isIPv6: Bool, _ coalesces: Bool) throws {
    try NetworkSpace.run {
      var switches = OffloadSwitches()
      switches.coalescing = coalesces
      let sockets = try UDPSockets(switches: switches)
      _ = try sockets.open(port: 5555)
      #expect(sockets.usesSegmentation)
      let bytes = (0..<(1452 * 45 - 100)).map { UInt8(truncatingIfNeeded: $0 / 7) }
      let path = Path(Endpoint(isIPv6 ? Self.home6 : Self.home, port: 5555))
      #expect(
        try Self.send(bytes, segmentSize: 1452, to: path, trafficClass: 2, by: sockets)
          == SendResult(sent: 45, calls: 1))
      let arrived = try Self.receive(sockets, ipv6: isIPv6, atLeast: 45)
      #expect(arrived.map(\.bytes.count) == [Int](repeating: 1452, count: 44) + [1352])
      #expect(arrived.flatMap(\.bytes) == bytes)
      #expect(arrived.allSatisfy { $0.trafficClass == 2 })
      _ = try Self.send(bytes, segmentSize: 1452, to: path, by: sockets)
      var receiver = try DatagramReceiver()
      let outcome = receiver.receive(from: sockets, ipv6: isIPv6)
      #expect(outcome == .batch(coalesces ? 1 : 45))
    }
  }

  @Test func `without segmentation the same bytes go out one by one`() throws {
    try NetworkSpace.run {
      var switches = OffloadSwitches()
      switches.segmentation = false
      let sockets = try UDPSockets(switches: switches)
      _ = try sockets.open(port: 5555)
      let bytes = (0..<6350).map { UInt8(truncatingIfNeeded: $0 / 3) }
      let path = Path(Endpoint(Self.home, port: 5555))
      #expect(try Self.send(bytes, segmentSize: 100, to: path, by: sockets) == SendResult(sent: 64, calls: 1))
      #expect(try Self.receive(sockets, atLeast: 64).flatMap(\.bytes) == bytes)
    }
  }

  @Test func `datagrams that exceed the route's MTU are fragmented`() throws {
    try NetworkSpace.run {
      try NetworkSpace.command("ip", "link", "set", "lo", "mtu", "1300")
      let sockets = try UDPSockets()
      _ = try sockets.open(port: 5555)
      let bytes = (0..<14_000).map { UInt8(truncatingIfNeeded: $0 / 5) }
      for address in [Self.home, Self.home6] {
        let result = try Self.send(bytes, segmentSize: 1400, to: Path(Endpoint(address, port: 5555)), by: sockets)
        #expect(result == SendResult(sent: 10, calls: 11))
        let arrived = try Self.receive(sockets, ipv6: address.family == .v6, atLeast: 10)
        #expect(arrived.map(\.bytes.count) == [Int](repeating: 1400, count: 10))
        #expect(arrived.flatMap(\.bytes) == bytes)
      }
      #expect(sockets.usesSegmentation, "one narrow route says nothing of the others")
    }
  }

  @Test func `a reply leaves by the address it was sent to`() throws {
    try NetworkSpace.run {
      let near = try UDPSockets()
      let far = try UDPSockets()
      _ = try near.open(port: 6001)
      _ = try far.open(port: 6002)
      let service = IPAddress(v4: 0x7f00_0909)
      _ = try Self.send([1], segmentSize: 1, to: Path(Endpoint(service, port: 6002)), by: near)
      let question = try #require(try Self.receive(far, atLeast: 1).first)
      #expect(question.path.source == service)
      #expect(try Self.send([2], segmentSize: 1, to: question.path, trafficClass: 0x88, by: far).sent == 1)
      let answer = try #require(try Self.receive(near, atLeast: 1).first)
      #expect(answer.path.remote == Endpoint(service, port: 6002))
      #expect(answer.trafficClass == 0x88)
    }
  }

  @Test func `a source that is no longer ours is given up and reported`() throws {
    try NetworkSpace.run {
      let sockets = try UDPSockets()
      _ = try sockets.open(port: 6001)
      for (remote, source) in [
        (Self.home, IPAddress(v4: 0x0a09_0909)), (Self.home6, IPAddress(v6High: 0xfd00_0000_0000_0000, low: 9)),
      ] {
        var sender = try DatagramSender()
        let memory = PacketMemory([1, 2, 3, 4])
        let good = Path(Endpoint(remote, port: 6001))
        for path in [good, Path(Endpoint(remote, port: 6001), source: source, interface: 1), good] {
          sender.append(OutgoingDatagrams(offset: 0, length: 4, segmentSize: 2, path: path, trafficClass: 0))
        }
        let result = sender.flush(memory, to: sockets)
        #expect(result.sent == 6 && result.lost == 0 && result.staleSources == 0b010)
        #expect(try Self.receive(sockets, ipv6: remote.family == .v6, atLeast: 6).count == 6)
      }
      let gone = Path(Endpoint(Self.home, port: 6001), interface: 77)
      #expect(try Self.send([1], segmentSize: 1, to: gone, by: sockets).staleSources == 1, "an interface that is gone")
    }
  }

  @Test func `what cannot be routed is lost and what follows it is not`() throws {
    try NetworkSpace.run {
      let sockets = try UDPSockets()
      _ = try sockets.open(port: 6001)
      var sender = try DatagramSender()
      let memory = PacketMemory([1, 2, 3, 4])
      let nowhere = Path(Endpoint(IPAddress(v4: 0xc000_0201), port: 9))
      let good = Path(Endpoint(Self.home, port: 6001))
      let good6 = Path(Endpoint(Self.home6, port: 6001))
      for path in [nowhere, good, nowhere, nowhere, good6, good] {
        sender.append(OutgoingDatagrams(offset: 0, length: 4, segmentSize: 4, path: path, trafficClass: 0))
      }
      let result = sender.flush(memory, to: sockets)
      #expect(result.sent == 3 && result.lost == 3)
      #expect(try Self.receive(sockets, atLeast: 2).count == 2)
      #expect(try Self.receive(sockets, ipv6: true, atLeast: 1).count == 1)
    }
  }

  @Test func `a closed far port does not disturb later traffic`() throws {
    try NetworkSpace.run {
      let sockets = try UDPSockets()
      _ = try sockets.open(port: 6001)
      for _ in 0..<5 {
        let dead = Path(Endpoint(Self.home, port: 6999))
        #expect(try Self.send([1], segmentSize: 1, to: dead, by: sockets) == SendResult(sent: 1, calls: 1))
        let good = Path(Endpoint(Self.home, port: 6001))
        #expect(try Self.send([2], segmentSize: 1, to: good, by: sockets) == SendResult(sent: 1, calls: 1))
        #expect(try Self.receive(sockets, atLeast: 1).map(\.bytes) == [[2]])
      }
    }
  }

  @Test func `the mark is on what is sent, also after the port changed`() throws {
    try NetworkSpace.run {
      try NetworkSpace.command("ip", "rule", "add", "fwmark", "0x51", "table", "100")
      try NetworkSpace.command("ip", "route", "add", "local", "192.0.2.0/24", "dev", "lo", "table", "100")
      let sockets = try UDPSockets()
      _ = try sockets.open(port: 6001)
      let path = { (port: UInt16) in Path(Endpoint(IPAddress(v4: 0xc000_0207), port: port)) }
      #expect(try Self.send([1], segmentSize: 1, to: path(6001), by: sockets).lost == 1)
      try sockets.setMark(0x51)
      #expect(try Self.send([1], segmentSize: 1, to: path(6001), by: sockets).sent == 1)
      _ = try sockets.open(port: 6002)
      #expect(try Self.send([1], segmentSize: 1, to: path(6002), by: sockets).sent == 1)
      try sockets.setMark(0)
      #expect(try Self.send([1], segmentSize: 1, to: path(6002), by: sockets).lost == 1)
    }
  }

  @Test func `IPv6 datagrams have no flow label`() throws {
    try NetworkSpace.run {
      let packets = socket(AF_PACKET, CInt(SOCK_DGRAM.rawValue), CInt(UInt16(0x86dd).bigEndian))
      defer { _ = close(packets) }
      let sockets = try UDPSockets()
      _ = try sockets.open(port: 6001)
      _ = try Self.send([1, 2], segmentSize: 2, to: Path(Endpoint(Self.home6, port: 6001)), by: sockets)
      var packet = [UInt8](repeating: 0, count: 100)
      let count = unsafe recv(packets, &packet, 100, 0)
      #expect(count == 50 && Array(packet[..<4]) == [0x60, 0, 0, 0])
    }
  }

  @Test func `a full round of messages to many places arrives in order`() throws {
    try NetworkSpace.run {
      let sockets = try UDPSockets()
      _ = try sockets.open(port: 6001)
      var sender = try DatagramSender()
      let memory = PacketMemory((0..<64).map { UInt8($0) })
      for index in 0..<64 {
        let address = IPAddress(v4: 0x7f00_0001 + UInt32(index % 5))
        sender.append(
          OutgoingDatagrams(
            offset: index, length: 1, segmentSize: 1, path: Path(Endpoint(address, port: 6001)), trafficClass: 0))
      }
      let wasFull = sender.isFull
      #expect(wasFull)
      let result = sender.flush(memory, to: sockets)
      #expect(result == SendResult(sent: 64, calls: 1))
      let left = sender.count
      #expect(left == 0)
      #expect(try Self.receive(sockets, atLeast: 64).flatMap(\.bytes) == (0..<64).map { UInt8($0) })
    }
  }
}
