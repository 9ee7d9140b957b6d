import Simulation
import Testing
import Tunnel

/// What an administrator does while traffic flows (protocol.md §3, §16, §22).
struct MachineConfigurationTests {
  func established() -> Pair {
    let pair = Pair()
    pair.send(fromAlice: true)
    pair.send(fromAlice: false)
    pair.bob.delivered = []
    pair.alice.delivered = []
    pair.sent = []
    return pair
  }

  @Test func `nothing of a removed peer is sent or delivered`() {
    let pair = established()
    pair.alice.transmit([Pair.packet(fromAlice: true)], pair.now)
    pair.alice.machine.removePeer(pair.alicesBob)
    pair.alice.settle(pair.now)
    #expect(pair.alice.outbox.isEmpty)
    #expect(pair.alice.burstsInHand == 0)

    let other = established()
    other.alice.transmit([Pair.packet(fromAlice: true)], other.now)
    other.alice.settle(other.now)
    other.bob.receive([other.alice.outbox.removeFirst().octets], along: Path(Pair.aliceEndpoint), other.now)
    other.bob.machine.removePeer(other.bobsAlice)
    other.bob.settle(other.now)
    #expect(other.bob.delivered.isEmpty)
  }

  @Test func `a removed peer's staged packets are released`() {
    let pair = Pair()
    pair.wire = { _ in false }
    for id in 0..<9 { pair.send(fromAlice: true, id: UInt16(id)) }
    #expect(pair.alice.parkedCount == 9)
    pair.alice.machine.removePeer(pair.alicesBob)
    pair.alice.drain(pair.now)
    #expect(pair.alice.parkedCount == 0)
  }

  @Test func `a new private key ends sending at once and asks for a handshake as somebody else`() {
    let pair = established()
    pair.alice.machine.setPrivateKey(Octets32(repeating: 0x33))
    pair.set(pair.now.instant + .seconds(6))
    pair.send(fromAlice: true)
    #expect(pair.count(.data, fromAlice: true) == 0)
    #expect(pair.bob.machine.rejections[.unknownPeer] == 1)
    pair.send(fromAlice: false)
    #expect(pair.alice.delivered.count == 1, "what was received under the old session is still good")
  }

  @Test func `zero bytes remove the identity`() {
    let pair = established()
    pair.alice.machine.setPrivateKey(Octets32())
    #expect(pair.alice.machine.publicKey == nil)
    pair.pass(.seconds(300))
    pair.send(fromAlice: true)
    #expect(pair.count(.initiation, fromAlice: true) == 0)
  }

  @Test func `the identity's own key is never a peer`() throws {
    let pair = established()
    #expect(try pair.alice.machine.addPeer(pair.aliceKey) == nil)
    pair.alice.machine.setPrivateKey(Octets32(repeating: 0x22))
    #expect(pair.alice.machine.peerCount == 0)
  }

  @Test func `down wipes the session and up starts anew`() {
    let pair = established()
    pair.alice.machine.bringDown()
    pair.send(fromAlice: true)
    #expect(pair.sent.isEmpty)
    #expect(pair.alice.machine.rejections[.interfaceDown] == 1)
    pair.alice.machine.bringUp(pair.now)
    pair.set(pair.now.instant + .seconds(1))
    pair.send(fromAlice: true)
    #expect(pair.count(.initiation, fromAlice: true) == 1)
    #expect(pair.bob.delivered.count == 1)
  }

  @Test func `resume wipes sessions and shakes hands again within five seconds`() {
    let pair = established()
    pair.pass(.seconds(60))
    pair.sent = []
    pair.set(pair.now.instant + .seconds(3600))
    pair.alice.machine.resume(pair.now)
    pair.pass(.seconds(5))
    #expect(pair.count(.initiation, fromAlice: true) == 1)
    #expect(pair.bob.reports.last?.event == .sessionConfirmed)
  }

  @Test func `turning the persistent keepalive on sends one at once`() {
    let pair = established()
    pair.alice.machine.setPersistentKeepalive(10, for: pair.alicesBob, pair.now)
    pair.exchange()
    #expect(pair.keepalives(fromAlice: true) == 1)
    pair.alice.machine.setPersistentKeepalive(20, for: pair.alicesBob, pair.now)
    pair.exchange()
    #expect(pair.keepalives(fromAlice: true) == 1)
  }

  @Test func `a hundred thousand peers are configured quickly and cost nothing while idle`() throws {
    let device = Device(seed: 3)
    device.machine.setPrivateKey(Octets32(repeating: 0x44))
    let now = Now(instant: Pair.epoch, wall: WallTime(seconds: 1, nanoseconds: 0))
    device.machine.bringUp(now)
    let clock = ContinuousClock()
    let began = clock.now
    for number in 0..<100_000 {
      var key = Octets32(repeating: 9)
      for i in 0..<4 { key[i] = UInt8(truncatingIfNeeded: number >> (8 * i)) }
      let peer = try device.machine.addPeer(key)!
      try device.machine.insertAllowedIP(Prefix(IPAddress(v4: 0x0a00_0000 + UInt32(number)), length: 32)!, for: peer)
      device.machine.setEndpoint(Pair.bobEndpoint, for: peer, now)
    }
    #expect(clock.now - began < .seconds(20))
    #expect(device.machine.peerCount == 100_000)
    #expect(device.nextDeadline == .distantFuture)
    device.machine.removeAllPeers()
    #expect(device.machine.peerCount == 0)
  }
}
