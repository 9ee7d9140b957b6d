import Simulation
import Testing
import Tunnel

/// Under load: cookies and the rate limit (protocol.md §7).
struct LoadTests {
  /// Initiations from Alice that Bob has not worked on, enough to put him under load.
  func loaded() -> Pair {
    let pair = Pair()
    pair.alice.transmit([Pair.packet(fromAlice: true)], pair.now)
    pair.alice.settle(pair.now)
    let initiation = pair.alice.outbox.removeFirst().octets
    for _ in 0..<512 { pair.bob.receive([initiation], along: Path(Pair.aliceEndpoint), pair.now) }
    return pair
  }

  /// Alice's next initiation, six seconds on.
  func nextInitiation(_ pair: Pair) -> [UInt8] {
    pair.set(pair.now.instant + .seconds(6))
    pair.alice.advance(to: pair.now)
    pair.alice.settle(pair.now)
    return pair.alice.outbox.removeFirst().octets
  }

  @Test func `511 queued handshakes are not load, 512 are`() {
    let pair = loaded()
    #expect(pair.bob.outbox.isEmpty)
    #expect(pair.bob.machine.rejections[.cookieDemanded] == 0)
    let initiation = nextInitiation(pair)
    pair.bob.receive([initiation], along: Path(Pair.aliceEndpoint), pair.now)
    #expect(pair.bob.outbox.map(\.kind) == [.cookieReply])
    #expect(pair.bob.outbox[0].path == Path(Pair.aliceEndpoint))
  }

  @Test func `with the cookie the next initiation passes, from its own port only`() {
    let pair = loaded()
    pair.bob.receive([nextInitiation(pair)], along: Path(Pair.aliceEndpoint), pair.now)
    pair.alice.receive([pair.bob.outbox.removeFirst().octets], along: Path(Pair.bobEndpoint), pair.now)
    #expect(pair.alice.reports.contains { $0.event == .receivedCookie })

    let second = nextInitiation(pair)
    let elsewhere = Path(Endpoint(Pair.aliceEndpoint.address, port: 2))
    pair.bob.receive([second], along: elsewhere, pair.now)
    #expect(pair.bob.machine.rejections[.cookieDemanded] == 2)
    pair.bob.receive([second], along: Path(Pair.aliceEndpoint), pair.now)
    #expect(pair.bob.machine.rejections[.cookieDemanded] == 2)
    #expect(pair.bob.machine.rejections[.rateLimited] == 0)
  }

  @Test func `a second cookie reply to one message is ignored`() {
    let pair = loaded()
    pair.bob.receive([nextInitiation(pair)], along: Path(Pair.aliceEndpoint), pair.now)
    let reply = pair.bob.outbox.removeFirst().octets
    pair.alice.receive([reply], along: Path(Pair.bobEndpoint), pair.now)
    pair.alice.receive([reply], along: Path(Pair.bobEndpoint), pair.now)
    #expect(pair.alice.machine.rejections[.badCookie] == 1)
  }

  @Test func `under load a source passes five times, then not`() {
    let pair = loaded()
    pair.bob.receive([nextInitiation(pair)], along: Path(Pair.aliceEndpoint), pair.now)
    pair.alice.receive([pair.bob.outbox.removeFirst().octets], along: Path(Pair.bobEndpoint), pair.now)
    let second = nextInitiation(pair)
    for _ in 0..<7 { pair.bob.receive([second], along: Path(Pair.aliceEndpoint), pair.now) }
    #expect(pair.bob.machine.rejections[.rateLimited] == 2)
  }

  @Test func `the queue is bounded`() {
    var limits = MachineLimits()
    limits.queuedHandshakes = 3
    let pair = Pair(limits: limits)
    pair.alice.transmit([Pair.packet(fromAlice: true)], pair.now)
    pair.alice.settle(pair.now)
    let initiation = pair.alice.outbox.removeFirst().octets
    for _ in 0..<5 { pair.bob.receive([initiation], along: Path(Pair.aliceEndpoint), pair.now) }
    #expect(pair.bob.machine.rejections[.handshakeQueueFull] == 2)
  }
}
