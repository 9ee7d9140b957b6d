import Simulation
import Testing
import Tunnel

/// Nothing that waits may be forgotten, whatever came between.
struct RecoveryTests {
  @Test func `staged packets wait while there is no room for their burst`() {
    var limits = MachineLimits()
    limits.bursts = 1
    let pair = Pair(limits: limits)
    for id in 0..<70 { pair.alice.transmit([Pair.packet(fromAlice: true, id: UInt16(id))], pair.now) }
    pair.exchange()
    let counters = pair.sent.filter { $0.isAlice && $0.datagram.kind == .data }.map { $0.datagram.octets[8] }
    #expect(counters == Array(0..<70))
    #expect(pair.alice.parkedCount == 0)
  }

  @Test func `a resume wipes a session that is not confirmed yet`() {
    let pair = Pair()
    pair.wire = { $0.kind != .data }
    pair.send(fromAlice: true)
    let lost = pair.sent.last { $0.isAlice }!.datagram.octets
    pair.bob.machine.resume(pair.now)
    pair.bob.receive([lost], along: Path(Pair.aliceEndpoint), pair.now)
    pair.bob.settle(pair.now)
    #expect(pair.bob.delivered.isEmpty)
    #expect(pair.bob.machine.rejections[.unknownIndex] == 1)
  }

  @Test func `suspending wipes sessions and what waits, resuming asks for a handshake once`() {
    let pair = Pair()
    pair.send(fromAlice: true)
    pair.pass(.seconds(10))
    pair.wire = { _ in false }
    pair.alice.machine.suspend()
    pair.alice.machine.suspend()
    pair.send(fromAlice: false)
    let stale = pair.sent.last { !$0.isAlice }!.datagram.octets
    pair.alice.receive([stale], along: Path(Pair.bobEndpoint), pair.now)
    pair.alice.settle(pair.now)
    #expect(pair.alice.machine.rejections[.unknownIndex] == 1)
    pair.wire = { _ in true }
    pair.pass(.seconds(3600))
    pair.sent = []
    pair.alice.machine.resume(pair.now)
    pair.exchange()
    #expect(pair.count(.initiation, fromAlice: true) == 1)
    pair.alice.machine.resume(pair.now)
    pair.alice.machine.bringDown()
    pair.alice.machine.bringUp(pair.now)
    pair.alice.machine.resume(pair.now)
    pair.exchange()
    // The second one wiped a session; the third found none.
    #expect(pair.count(.initiation, fromAlice: true) <= 2)
  }

  @Test func `a persistent keepalive goes on after the sleep, also to a peer without a session`() {
    let pair = Pair()
    pair.wire = { _ in false }
    pair.alice.machine.setPersistentKeepalive(25, for: pair.alicesBob, pair.now)
    pair.exchange()
    pair.alice.machine.suspend()
    pair.pass(.seconds(600))
    pair.wire = { _ in true }
    pair.sent = []
    pair.alice.machine.resume(pair.now)
    pair.exchange()
    #expect(pair.count(.initiation, fromAlice: true) == 1 && pair.keepalives(fromAlice: true) == 1)
  }

  /// A responder must not rely on the initiator's first packet alone; otherwise what it has to send waits for ever when
  /// that packet is lost.
  @Test func `a responder that has something to send asks for a handshake itself when it is not confirmed`() {
    let pair = Pair()
    // Bob owes a keepalive, but does not know where Alice is before she calls.
    pair.bob.machine.setPersistentKeepalive(25, for: pair.bobsAlice, pair.now)
    pair.exchange()
    pair.wire = { $0.kind != .data }
    pair.send(fromAlice: true)
    #expect(pair.count(.response, fromAlice: false) == 1)
    #expect(pair.count(.initiation, fromAlice: false) == 0)
    pair.wire = { _ in true }
    pair.pass(.milliseconds(5334))
    #expect(pair.count(.initiation, fromAlice: false) == 1)
    #expect(pair.keepalives(fromAlice: false) == 1)
  }

  @Test func `a request that a response overtakes is put off and not forgotten`() {
    let pair = Pair()
    pair.bob.machine.setEndpoint(Pair.aliceEndpoint, for: pair.bobsAlice, pair.now)
    pair.bob.handshakeWorkers = 1
    pair.wire = { $0.kind != .data }
    pair.send(fromAlice: true)
    pair.wire = { $0.kind != .initiation }
    while pair.count(.initiation, fromAlice: true) < 2 { pair.pass(.seconds(1)) }
    let initiation = pair.sent.last { $0.isAlice && $0.datagram.kind == .initiation }!.datagram.octets
    // Bob's request and Alice's initiation wait for the same worker, and hers is next.
    pair.bob.receive([initiation], along: Path(Pair.aliceEndpoint), pair.now)
    pair.bob.transmit([Pair.packet(fromAlice: false)], pair.now)
    pair.bob.settle(pair.now)
    pair.bob.outbox = []
    #expect(pair.bob.reports.last?.event == .sentResponse)
    pair.wire = { _ in true }
    pair.pass(.milliseconds(5334))
    #expect(pair.alice.delivered.count == 1)
  }

  @Test func `packets that wait for an identity leave when there is one`() {
    let pair = Pair()
    pair.alice.machine.setPrivateKey(Octets32())
    pair.send(fromAlice: true)
    #expect(pair.sent.isEmpty)
    pair.alice.machine.setPrivateKey(Octets32(repeating: 0x11))
    pair.exchange()
    #expect(pair.bob.delivered.count == 1)
  }

  @Test func `no handshake is due without an identity`() {
    let pair = Pair()
    pair.alice.transmit([Pair.packet(fromAlice: true)], pair.now)
    #expect(pair.alice.machine.nextHandshake <= pair.now.instant)
    pair.alice.machine.setPrivateKey(Octets32())
    #expect(pair.alice.machine.nextHandshake == .distantFuture)
  }

  @Test func `an initiation for which there is no storage is tried again`() {
    let pair = Pair()
    pair.alice.transmit([Pair.packet(fromAlice: true)], pair.now)
    pair.alice.refuseStorage()
    pair.exchange()
    #expect(pair.alice.machine.rejections[.noStorage] == 1)
    #expect(pair.sent.isEmpty)
    pair.pass(.milliseconds(5334))
    #expect(pair.bob.delivered.count == 1)
  }

  @Test func `packets for a key that no handshake is possible with are given up`() {
    let pair = Pair()
    // The neutral element: every agreement with it is zero.
    let hopeless = try! pair.alice.machine.addPeer(Octets32())!
    try! pair.alice.machine.insertAllowedIP(Prefix(IPAddress(v4: 0), length: 0)!, for: hopeless)
    pair.alice.machine.setEndpoint(Pair.bobEndpoint, for: hopeless, pair.now)
    var packet = Pair.packet(fromAlice: true)
    packet[16] = 11
    pair.alice.transmit([packet], pair.now)
    pair.exchange()
    #expect(pair.alice.parkedCount == 1)
    pair.pass(.seconds(100))
    #expect(pair.alice.parkedCount == 0)
    #expect(pair.alice.reports.last?.event == .gaveUp)
  }
}
