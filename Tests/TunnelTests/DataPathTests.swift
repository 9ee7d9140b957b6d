import Simulation
import Testing
import Tunnel

struct DataPathTests {
  func established() -> Pair {
    let pair = Pair()
    pair.send(fromAlice: true)
    pair.bob.delivered = []
    pair.sent = []
    return pair
  }

  @Test func `datagrams leave in counter order whatever order sealing finishes in`() {
    let pair = established()
    for burst in 0..<8 {
      pair.alice.transmit((0..<3).map { Pair.packet(fromAlice: true, id: UInt16(3 * burst + $0)) }, pair.now)
    }
    while !pair.alice.pending.isEmpty { pair.alice.work(pair.alice.pending.count - 1, pair.now) }
    let counters = pair.alice.outbox.map { $0.octets[8] }
    #expect(counters == counters.sorted())
    #expect(counters.count == 24)
    pair.exchange()
    #expect(pair.bob.delivered == (0..<24).map { Pair.packet(fromAlice: true, id: $0) })
  }

  @Test func `packets are delivered in the order they were admitted whatever order opening finishes in`() {
    let pair = established()
    for id in 0..<6 { pair.alice.transmit([Pair.packet(fromAlice: true, id: UInt16(id))], pair.now) }
    pair.alice.settle(pair.now)
    for datagram in pair.alice.outbox {
      pair.bob.receive([datagram.octets], along: Path(Pair.aliceEndpoint), pair.now)
    }
    pair.alice.outbox = []
    while !pair.bob.pending.isEmpty { pair.bob.work(pair.bob.pending.count - 1, pair.now) }
    #expect(pair.bob.delivered == (0..<6).map { Pair.packet(fromAlice: true, id: $0) })
  }

  @Test func `an abandoned burst burns its counters and lets the others pass`() {
    let pair = established()
    for id in 0..<3 { pair.alice.transmit([Pair.packet(fromAlice: true, id: UInt16(id))], pair.now) }
    pair.alice.abandon(1, pair.now)
    pair.exchange()
    #expect(pair.bob.delivered == [0, 2].map { Pair.packet(fromAlice: true, id: $0) })
    let counters = pair.sent.filter { $0.isAlice }.map { $0.datagram.octets[8] }
    #expect(counters.count == 2 && counters[1] == counters[0] + 2)
  }

  @Test func `a replayed packet is refused and moves no endpoint`() {
    let pair = established()
    pair.send(fromAlice: true, id: 1)
    let datagram = pair.sent.last { $0.isAlice }!.datagram.octets
    let elsewhere = Path(Endpoint(IPAddress(v4: 0xcb00_7101), port: 9))
    pair.bob.receive([datagram], along: elsewhere, pair.now)
    pair.bob.settle(pair.now)
    #expect(pair.bob.machine.rejections[.replayed] == 1)
    #expect(pair.bob.machine.status(of: pair.bobsAlice)?.endpoint == Pair.aliceEndpoint)
  }

  @Test func `a forged packet changes nothing`() {
    let pair = established()
    pair.alice.transmit([Pair.packet(fromAlice: true)], pair.now)
    pair.alice.settle(pair.now)
    var datagram = pair.alice.outbox.removeFirst().octets
    datagram[40] ^= 1
    pair.bob.receive([datagram], along: Path(Endpoint(IPAddress(v4: 1), port: 9)), pair.now)
    pair.bob.settle(pair.now)
    #expect(pair.bob.machine.rejections[.unauthentic] == 1)
    #expect(pair.bob.machine.status(of: pair.bobsAlice)?.endpoint == Pair.aliceEndpoint)
    #expect(pair.bob.delivered.isEmpty)
  }

  @Test func `an authentic packet from elsewhere moves the endpoint`() {
    let pair = established()
    pair.alice.transmit([Pair.packet(fromAlice: true)], pair.now)
    pair.alice.settle(pair.now)
    let elsewhere = Endpoint(IPAddress(v6High: 0x2001_0db8_0000_0000, low: 1), port: 9)
    pair.bob.receive([pair.alice.outbox.removeFirst().octets], along: Path(elsewhere), pair.now)
    pair.bob.settle(pair.now)
    #expect(pair.bob.machine.status(of: pair.bobsAlice)?.endpoint == elsewhere)
    #expect(pair.bob.reports.contains { $0.event == .roamed })
    pair.bob.transmit([Pair.packet(fromAlice: false)], pair.now)
    pair.bob.settle(pair.now)
    #expect(pair.bob.outbox.last?.path.remote == elsewhere)
  }

  /// X must know the tunnel's own messages by their receiver; otherwise they go round for ever, or other tunnels' are lost.
  @Test func `a message that the tunnel has sent is known when it comes back, others are not`() throws {
    let pair = established()
    pair.alice.transmit([Pair.packet(fromAlice: true)], pair.now)
    pair.alice.settle(pair.now)
    let sealed = pair.alice.outbox.removeFirst().octets
    let peer = pair.alicesBob
    func isOwn(_ receiver: [UInt8]) throws -> Bool {
      var packet = [UInt8](repeating: 0, count: 28) + sealed
      (packet[0], packet[9]) = (0x45, 17)
      packet.replaceSubrange(32..<36, with: receiver)
      let message = try #require(InnerDataMessage(unsafe packet.span.bytes))
      return pair.alice.machine.isOwn(message, for: peer)
    }
    let receiver = Array(sealed[4..<8])
    #expect(try isOwn(receiver))
    #expect(try !isOwn([receiver[0] ^ 1] + receiver.dropFirst()))
    pair.alice.machine.rejectOwnMessage()
    #expect(pair.alice.machine.rejections[.ownMessage] == 1)
    pair.alice.machine.removePeer(peer)
    #expect(try !isOwn(receiver))
  }

  @Test func `a source outside the peer's allowed IPs is refused, though the peer lives`() {
    let pair = established()
    var packet = Pair.packet(fromAlice: true)
    packet[15] = 77
    pair.alice.transmit([packet], pair.now)
    pair.exchange()
    #expect(pair.bob.machine.rejections[.innerSource] == 1)
    #expect(pair.bob.delivered.isEmpty)
    pair.pass(.seconds(11))
    #expect(pair.keepalives(fromAlice: false) == 1)
  }

  @Test func `a destination nobody has is counted`() {
    let pair = established()
    var packet = Pair.packet(fromAlice: true)
    packet[19] = 99
    #expect(!pair.alice.transmit([packet], pair.now))
    #expect(pair.alice.machine.rejections[.noRoute] == 1)
  }

  @Test func `128 packets are staged, and the oldest go first when there are more`() {
    let pair = Pair()
    pair.wire = { _ in false }
    for id in 0..<130 { pair.send(fromAlice: true, id: UInt16(id)) }
    #expect(pair.alice.parkedCount == 128)
    #expect(pair.alice.machine.rejections[.stagingFull] == 2)
    pair.wire = { _ in true }
    pair.pass(.milliseconds(5_333))
    #expect(pair.bob.delivered == (2..<130).map { Pair.packet(fromAlice: true, id: $0) })
    #expect(pair.alice.parkedCount == 0)
  }

  @Test func `packets that wait keep their place before later ones`() {
    let pair = Pair()
    pair.wire = { $0.kind != .response }
    for id in 0..<100 { pair.send(fromAlice: true, id: UInt16(id)) }
    pair.wire = { _ in true }
    pair.pass(.seconds(6))
    for id in 100..<110 { pair.send(fromAlice: true, id: UInt16(id)) }
    #expect(pair.bob.delivered == (0..<110).map { Pair.packet(fromAlice: true, id: $0) })
  }

  @Test func `a rekey under traffic loses nothing and keeps three sessions at most`() {
    let pair = established()
    for id in 0..<600 {
      pair.send(fromAlice: true, id: UInt16(id))
      pair.send(fromAlice: false, id: UInt16(id))
      pair.pass(.seconds(1))
    }
    #expect(pair.bob.delivered.count == 600)
    #expect(pair.alice.delivered.count == 600)
    #expect((4...6).contains(pair.count(.initiation, fromAlice: true)))
  }

  @Test func `statistics count UDP payload`() {
    let pair = established()
    let status = pair.alice.machine.status(of: pair.alicesBob)!
    #expect(status.sentBytes == 148 + 16 + 48 + 16)
    #expect(status.receivedBytes == 92)
    #expect(status.lastHandshake == WallTime(seconds: 1_700_000_000, nanoseconds: 0))
    let other = pair.bob.machine.status(of: pair.bobsAlice)!
    #expect(other.receivedBytes == 148 + 80)
    #expect(other.sentBytes == 92)
  }
}
