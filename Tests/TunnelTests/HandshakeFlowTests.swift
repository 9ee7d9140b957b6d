import Simulation
import Testing
import Tunnel

struct HandshakeFlowTests {
  @Test func `the first packet brings a session up and arrives`() {
    let pair = Pair()
    pair.send(fromAlice: true, id: 7)
    #expect(pair.bob.delivered == [Pair.packet(fromAlice: true, id: 7)])
    #expect(pair.count(.initiation, fromAlice: true) == 1)
    #expect(pair.count(.response, fromAlice: false) == 1)
    #expect(pair.alice.parkedCount == 0)
  }

  @Test func `packets go both ways in order after that`() {
    let pair = Pair()
    for id in 0..<20 {
      pair.send(fromAlice: true, id: UInt16(id))
      pair.send(fromAlice: false, id: UInt16(id))
    }
    #expect(pair.bob.delivered == (0..<20).map { Pair.packet(fromAlice: true, id: $0) })
    #expect(pair.alice.delivered == (0..<20).map { Pair.packet(fromAlice: false, id: $0) })
    #expect(pair.count(.initiation, fromAlice: true) + pair.count(.initiation, fromAlice: false) == 1)
  }

  @Test func `without data the initiator confirms with a keepalive`() {
    let pair = Pair()
    pair.alice.machine.setPersistentKeepalive(25, for: pair.alicesBob, pair.now)
    pair.exchange()
    #expect(pair.keepalives(fromAlice: true) == 1)
    #expect(pair.bob.reports.contains { $0.event == .sessionConfirmed })
  }

  @Test func `the responder does not send before it has heard data`() {
    let pair = Pair()
    pair.wire = { $0.kind != .data }
    pair.send(fromAlice: true)
    pair.send(fromAlice: false)
    #expect(pair.count(.data, fromAlice: false) == 0)
    pair.wire = { _ in true }
    pair.send(fromAlice: true)
    #expect(pair.alice.delivered == [Pair.packet(fromAlice: false)])
  }

  @Test func `a preshared key must be the same on both sides`() {
    let equal = Pair(presharedKey: Octets32(repeating: 5))
    equal.send(fromAlice: true)
    #expect(equal.bob.delivered.count == 1)

    let different = Pair(presharedKey: Octets32(repeating: 5))
    different.bob.machine.setPresharedKey(Octets32(repeating: 6), for: different.bobsAlice)
    different.send(fromAlice: true)
    #expect(different.bob.delivered.isEmpty)
    #expect(different.alice.machine.rejections[.handshakeFailed] == 1)
  }

  @Test func `a replayed initiation is refused`() {
    let pair = Pair()
    pair.send(fromAlice: true)
    let initiation = pair.sent.first { $0.datagram.kind == .initiation }!.datagram.octets
    pair.pass(.seconds(1))
    pair.bob.receive([initiation], along: Path(Pair.aliceEndpoint), pair.now)
    pair.bob.settle(pair.now)
    #expect(pair.bob.machine.rejections[.staleInitiation] == 1)
    #expect(pair.bob.outbox.isEmpty)
  }

  @Test func `a replayed response names a session and is refused`() {
    let pair = Pair()
    pair.send(fromAlice: true)
    let response = pair.sent.first { $0.datagram.kind == .response }!.datagram.octets
    pair.alice.receive([response], along: Path(Pair.bobEndpoint), pair.now)
    #expect(pair.alice.machine.rejections[.unknownIndex] == 1)
  }

  @Test func `an initiation from a stranger is dropped in silence`() {
    let pair = Pair()
    pair.bob.machine.removePeer(pair.bobsAlice)
    pair.send(fromAlice: true)
    #expect(pair.bob.machine.rejections[.unknownPeer] == 1)
    #expect(pair.sent.allSatisfy { $0.isAlice })
  }

  @Test func `a message with a wrong MAC1 is dropped before any work`() {
    let pair = Pair()
    var garbage = [UInt8](repeating: 0, count: 148)
    garbage[0] = 1
    pair.bob.receive([garbage], along: Path(Pair.aliceEndpoint), pair.now)
    #expect(pair.bob.machine.rejections[.badMAC1] == 1)
    #expect(pair.bob.pending.isEmpty)
  }

  @Test func `simultaneous initiations end in a session`() {
    let pair = Pair()
    pair.bob.machine.setEndpoint(Pair.aliceEndpoint, for: pair.bobsAlice, pair.now)
    pair.alice.transmit([Pair.packet(fromAlice: true)], pair.now)
    pair.bob.transmit([Pair.packet(fromAlice: false)], pair.now)
    pair.alice.settle(pair.now)
    pair.bob.settle(pair.now)
    pair.exchange()
    pair.pass(.seconds(12))
    #expect(pair.bob.delivered.count == 1)
    #expect(pair.alice.delivered.count == 1)
  }

  @Test func `a lost response is asked for again`() {
    let pair = Pair()
    var lost = 0
    pair.wire = { datagram in
      guard datagram.kind == .response, lost == 0 else { return true }
      lost += 1
      return false
    }
    pair.send(fromAlice: true)
    #expect(pair.bob.delivered.isEmpty)
    pair.pass(.milliseconds(5_333))
    #expect(pair.bob.delivered.count == 1)
  }
}
