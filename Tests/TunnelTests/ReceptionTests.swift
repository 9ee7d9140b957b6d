import Simulation
import Testing
import Tunnel

/// The loss that a receiver can tell: what it computes must be what the wire did.
struct ReceptionTests {
  private static func bob(_ pair: Pair) -> ReceptionTally {
    pair.bob.machine.progress(of: pair.bobsAlice, at: pair.now.instant)!.reception
  }

  private static func alice(_ pair: Pair) -> ReceptionTally {
    pair.alice.machine.progress(of: pair.alicesBob, at: pair.now.instant)!.reception
  }

  /// Two that have a session: Alice's first packet has come to Bob, and nothing of Bob to Alice.
  private func established() -> Pair {
    let pair = Pair()
    #expect(Self.bob(pair).expected == 0)
    pair.send(fromAlice: true)
    #expect(Self.bob(pair).expected == 1 && Self.bob(pair).received == 1 && Self.alice(pair).expected == 0)
    return pair
  }

  @Test func `what the wire loses is missing, to the packet`() {
    let pair = established()
    var number = 0
    pair.wire = { _ in
      number += 1
      return number % 10 != 0
    }
    for id in 0..<995 { pair.send(fromAlice: true, id: UInt16(id)) }
    let tally = Self.bob(pair)
    #expect(tally.expected == 996 && tally.received == 996 - 99)
  }

  @Test func `what is lost last is known with the next that comes`() {
    let pair = established()
    pair.wire = { _ in false }
    for id in 0..<5 { pair.send(fromAlice: true, id: UInt16(id)) }
    #expect(Self.bob(pair).expected == 1)
    pair.wire = { _ in true }
    pair.send(fromAlice: true)
    #expect(Self.bob(pair).expected == 7 && Self.bob(pair).received == 2)
  }

  @Test func `packets that overtake each other are not lost, and one that comes twice makes up for none`() {
    let pair = established()
    for burst in 0..<4 {
      pair.alice.transmit((0..<3).map { Pair.packet(fromAlice: true, id: UInt16(3 * burst + $0)) }, pair.now)
    }
    pair.alice.settle(pair.now)
    var datagrams = pair.alice.outbox.map(\.octets)
    pair.alice.outbox = []
    #expect(datagrams.count == 12)
    let lost = datagrams.remove(at: 4)
    for datagram in datagrams.reversed() + [datagrams[0], datagrams[0]] {
      pair.bob.receive([datagram], along: Path(Pair.aliceEndpoint), pair.now)
      pair.bob.settle(pair.now)
      #expect(Self.bob(pair).expected == 13 && Self.bob(pair).received <= 12)
    }
    #expect(Self.bob(pair).received == 12 && pair.bob.machine.rejections[.replayed] == 2)
    pair.bob.receive([lost], along: Path(Pair.aliceEndpoint), pair.now)
    pair.bob.settle(pair.now)
    #expect(Self.bob(pair).received == 13, "what is late is not lost")
  }

  @Test func `damaged packets and burnt counters are missing, refused content is not`() {
    let pair = established()
    pair.alice.transmit([Pair.packet(fromAlice: true)], pair.now)
    pair.alice.settle(pair.now)
    var damaged = pair.alice.outbox.removeFirst().octets
    damaged[40] ^= 1
    pair.bob.receive([damaged], along: Path(Pair.aliceEndpoint), pair.now)
    pair.bob.settle(pair.now)
    #expect(Self.bob(pair).expected == 1, "what does not authenticate says nothing")
    for id in 0..<3 { pair.alice.transmit([Pair.packet(fromAlice: true, id: UInt16(id))], pair.now) }
    pair.alice.abandon(1, pair.now)
    pair.exchange()
    #expect(Self.bob(pair).expected == 5 && Self.bob(pair).received == 3)
    var foreign = Pair.packet(fromAlice: true)
    foreign[15] = 77
    pair.alice.transmit([foreign], pair.now)
    pair.exchange()
    #expect(pair.bob.machine.rejections[.innerSource] == 1)
    #expect(Self.bob(pair).expected == 6 && Self.bob(pair).received == 4)
  }

  @Test func `a new session goes on counting where the last one was, on both sides`() {
    let pair = established()
    let sessions = pair.count(.initiation, fromAlice: true)
    var (number, lost) = (0, 0)
    pair.wire = { datagram in
      guard datagram.kind == .data, datagram.path.remote == Pair.bobEndpoint else { return true }
      number += 1
      // Never the last of a session: nobody could know of it.
      guard number % 7 == 3 else { return true }
      lost += 1
      return false
    }
    for id in 0..<300 {
      pair.send(fromAlice: true, id: UInt16(id))
      pair.send(fromAlice: false, id: UInt16(id))
      pair.pass(.seconds(1))
    }
    #expect(pair.count(.initiation, fromAlice: true) >= sessions + 2)
    let sent = pair.sent.count { $0.isAlice && $0.datagram.kind == .data }
    let known = Self.bob(pair)
    #expect(lost > 30 && known.expected <= UInt64(sent) && known.expected + 3 >= UInt64(sent), "\(known) of \(sent)")
    #expect(known.expected - known.received <= UInt64(lost) && known.expected - known.received + 3 >= UInt64(lost))
    let other = Self.alice(pair)
    #expect(other.expected == other.received && other.received >= 300)
  }

  @Test func `what comes on the session before is counted there`() {
    let pair = established()
    pair.alice.transmit([Pair.packet(fromAlice: true)], pair.now)
    pair.alice.settle(pair.now)
    let late = pair.alice.outbox.removeFirst().octets
    pair.send(fromAlice: true)
    #expect(Self.bob(pair).expected == 3 && Self.bob(pair).received == 2)
    pair.pass(.seconds(121))
    pair.send(fromAlice: true)
    pair.send(fromAlice: true)
    #expect(pair.count(.initiation, fromAlice: true) == 2)
    let before = Self.bob(pair)
    pair.bob.receive([late], along: Path(Pair.aliceEndpoint), pair.now)
    pair.bob.settle(pair.now)
    let after = Self.bob(pair)
    #expect(after.received == before.received + 1 && after.expected == before.expected)
  }
}
