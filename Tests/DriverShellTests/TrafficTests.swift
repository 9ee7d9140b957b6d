import CShell
import Testing

/// Packets between two drivers.
struct TrafficTests {
  @Test func `the first packet makes the handshake and arrives`() {
    let pair = TunnelPair(seed: 1)
    let packet = TunnelPair.packet(fromLeft: true, count: 100, marker: 7)
    pair.left.send(packet)
    pair.run()
    #expect(pair.right.takeDelivered() == [packet])
    #expect(pair.wire.first?.bytes.count == 148 && pair.wire.first?.trafficClass == 0x88)
    #expect(pair.wire.map(\.bytes.count) == [148, 92, 32 + 112])
    #expect(pair.end() == [])
  }

  @Test func `packets of every length arrive in order, both ways`() {
    let pair = TunnelPair(seed: 2)
    let lengths = Array(20...1420) + [1421, 2000, 9000, 65_000]
    for direction in [true, false] {
      let packets = lengths.map { TunnelPair.packet(fromLeft: direction, count: $0, marker: UInt8($0 & 0xff)) }
      let (sender, receiver) = direction ? (pair.left, pair.right) : (pair.right, pair.left)
      // The first makes the session: only 128 packets wait for it.
      sender.send(packets[0])
      pair.run()
      for packet in packets.dropFirst() { sender.send(packet) }
      pair.run()
      #expect(receiver.takeDelivered() == packets)
    }
    #expect(pair.end() == [])
  }

  @Test func `vectors are borrowed for a batch, given back, and done without when they are refused`() {
    let pair = TunnelPair(seed: 21)
    // Left is refused every other time, right every time.
    pair.left.refusesVectors = { $0 % 2 == 1 }
    pair.right.refusesVectors = { _ in true }
    for direction in [true, false, true, false] {
      let (sender, receiver) = direction ? (pair.left, pair.right) : (pair.right, pair.left)
      let packets = (0..<100).map { TunnelPair.packet(fromLeft: direction, count: 1000 + $0, marker: UInt8($0)) }
      for packet in packets { sender.send(packet) }
      pair.run()
      #expect(receiver.takeDelivered() == packets)
    }
    #expect(pair.left.vectorLoans < 100)
    #expect(pair.end() == [])
  }

  @Test func `at most 128 packets wait for a session, the newest`() {
    let pair = TunnelPair(seed: 3)
    for number in 0..<200 {
      pair.left.send(TunnelPair.packet(fromLeft: true, count: 64, marker: UInt8(number)))
    }
    pair.run()
    #expect(pair.right.takeDelivered().map { $0[63] } == (72..<200).map { UInt8($0) })
    #expect(pair.left.statistics.send_discards == 72)
    #expect(pair.end() == [])
  }

  @Test func `what is no packet or has no peer is counted and gone`() {
    let pair = TunnelPair(seed: 4)
    pair.left.send([])
    pair.left.send([0x45, 0])
    pair.left.send([UInt8](repeating: 0x75, count: 40))
    var stranger = TunnelPair.packet(fromLeft: true, count: 40)
    stranger[19] = 9
    pair.left.send(stranger)
    pair.run()
    #expect(pair.left.statistics.send_errors == 4 && pair.wire.isEmpty)
    #expect(pair.end() == [])
  }

  @Test func `hostile datagrams are dropped in silence`() {
    let pair = TunnelPair(seed: 5)
    pair.left.send(TunnelPair.packet(fromLeft: true, count: 64))
    pair.run()
    let session = pair.wire.last { $0.bytes.count == 32 + 64 }!
    _ = pair.right.takeDelivered()
    let before = pair.wire.count
    for length in [0, 1, 3, 4, 31, 32, 91, 92, 147, 148, 1500] {
      for type: UInt8 in 0...5 {
        var datagram = session
        datagram.bytes = [type, 0, 0, 0] + [UInt8](repeating: 0xaa, count: 1500)
        datagram.bytes = Array(datagram.bytes.prefix(length))
        pair.right.receive(datagram)
      }
    }
    // The same again, changed in one bit, and cut short.
    pair.right.receive(session)
    for place in session.bytes.indices {
      var datagram = session
      datagram.bytes[place] ^= 1
      pair.right.receive(datagram)
    }
    for length in session.bytes.indices {
      var datagram = session
      datagram.bytes.removeLast(length + 1)
      pair.right.receive(datagram)
    }
    pair.run()
    #expect(pair.right.takeDelivered() == [] && pair.wire.count == before)
    #expect(pair.right.statistics.receive_errors > 0 && pair.right.statistics.receive_discards > 0)
    #expect(pair.end() == [])
  }

  @Test func `congestion marks pass, the DS field does not`() {
    let pair = TunnelPair(seed: 6)
    pair.left.send(TunnelPair.packet(fromLeft: true, count: 64, trafficClass: 0xb8 | 2))
    pair.run { _ in true }
    let data = pair.wire.last { $0.bytes.count == 32 + 64 }!
    #expect(data.trafficClass == 2)
    var marked = TunnelPair.packet(fromLeft: true, count: 64, trafficClass: 2)
    pair.left.send(marked)
    pair.left.work()
    for var datagram in pair.left.takeSent() {
      datagram.trafficClass = 3
      pair.right.receive(datagram)
    }
    pair.run()
    marked[1] = 3
    let arrived = pair.right.takeDelivered().last!
    #expect(arrived[1] == 3)
    #expect(pair.end() == [])
  }

  @Test func `a lost handshake is tried again after five seconds, and a rekey keeps traffic going`() {
    let pair = TunnelPair(seed: 7)
    let packet = TunnelPair.packet(fromLeft: true, count: 64)
    pair.left.send(packet)
    pair.run { _ in false }
    #expect(pair.left.wakesAt > pair.left.time && pair.left.wakesAt < pair.left.time + 6_000_000_000)
    pair.pass(milliseconds: 5_400)
    pair.run()
    #expect(pair.right.takeDelivered() == [packet])
    for _ in 0..<130 {
      pair.pass(milliseconds: 1000)
      pair.left.send(packet)
      pair.run()
    }
    #expect(pair.right.takeDelivered().count == 130)
    #expect(pair.wire.filter { $0.bytes.count == 148 }.count == 3)
    #expect(pair.end() == [])
  }

  @Test func `pausing wipes sessions and what waits, and the next packet begins anew`() {
    let pair = TunnelPair(seed: 8)
    let packet = TunnelPair.packet(fromLeft: true, count: 64)
    pair.left.send(packet)
    pair.run()
    pair.left.quiesce()
    pair.pass(milliseconds: 6000)
    pair.left.send(packet)
    pair.run()
    #expect(pair.right.takeDelivered() == [packet, packet])
    #expect(pair.wire.filter { $0.bytes.count == 148 }.count == 2)
    pair.pass(milliseconds: 6000)
    pair.left.resume()
    pair.run()
    #expect(pair.wire.filter { $0.bytes.count == 148 }.count == 3)
    #expect(pair.end() == [])
  }

  @Test func `a peer is answered from where it was heard, until routes change`() {
    let pair = TunnelPair(seed: 12)
    let packet = TunnelPair.packet(fromLeft: true, count: 64)
    pair.left.send(packet)
    pair.run()
    pair.right.send(TunnelPair.packet(fromLeft: false, count: 64))
    pair.right.work()
    for var datagram in pair.right.takeSent() {
      datagram.path.source.0 = 192
      datagram.path.interface_index = 7
      datagram.path.has_source = 1
      pair.left.receive(datagram)
    }
    pair.left.work()
    pair.left.send(packet)
    pair.run()
    let answer = pair.wire.last { $0.bytes.count == 32 + 64 }!
    #expect(answer.path.has_source == 1 && answer.path.source.0 == 192 && answer.path.interface_index == 7)
    pair.left.routesChanged()
    pair.left.send(packet)
    pair.run()
    // The next datagram must name no source; otherwise it would leave by an interface that may not be there any more.
    let next = pair.wire.last { $0.bytes.count == 32 + 64 }!
    #expect(next.path.has_source == 0 && next.path.interface_index == 0)
    #expect(next.path.remote.port == answer.path.remote.port)
    #expect(pair.end() == [])
  }

  @Test func `an interface that is down neither sends nor answers`() {
    let pair = TunnelPair(seed: 9)
    #expect(pair.right.state(0).status == 0)
    pair.left.send(TunnelPair.packet(fromLeft: true, count: 64))
    pair.right.send(TunnelPair.packet(fromLeft: false, count: 64))
    pair.run()
    #expect(pair.wire.count == 1 && pair.right.statistics.send_discards == 1)
    #expect(pair.right.openPort == nil && pair.right.linkStates == [true, false])
    #expect(pair.end() == [])
  }

  @Test func `many threads work on one interface without disorder`() {
    let pair = TunnelPair(seed: 10, workerCount: 4)
    pair.left.send(TunnelPair.packet(fromLeft: true, count: 64))
    pair.run()
    _ = pair.right.takeDelivered()
    let count = 20_000
    for number in 0..<count {
      var packet = TunnelPair.packet(fromLeft: true, count: 64)
      packet[60] = UInt8(number & 0xff)
      packet[61] = UInt8(number >> 8)
      pair.left.send(packet)
    }
    concurrently(4) { [left = pair.left] in left.work($0) }
    for datagram in pair.left.takeSent() { pair.right.receive(datagram) }
    concurrently(4) { [right = pair.right] in right.work($0) }
    let numbers = pair.right.takeDelivered().map { Int($0[60]) | Int($0[61]) << 8 }
    #expect(numbers.count == count)
    // Not compared as a whole: a failure would print all of them.
    #expect(numbers.enumerated().first { $0.offset != $0.element }.map(\.offset) == nil)
    #expect(pair.end() == [])
  }

  @Test func `refused memory at any request loses packets and nothing else`() {
    // Counts the requests of a run, then refuses each in turn.
    let count = run(refusing: nil)
    #expect(count > 50)
    for number in 0..<count { _ = run(refusing: number) }
  }

  private func run(refusing number: Int?) -> Int {
    guard let driver = TestDriver(seed: 11, refuses: { $0 == number }) else {
      return 0
    }
    let pair = TunnelPair(seed: 11, left: driver)
    for _ in 0..<3 {
      pair.left.send(TunnelPair.packet(fromLeft: true, count: 64))
      pair.run()
      pair.pass(milliseconds: 5500)
    }
    let count = pair.left.takeCount
    #expect(pair.end() == [])
    return count
  }
}
