import Simulation
import Testing
import Tunnel

struct ProgressTests {
  private static func alice(_ pair: Pair) -> PeerProgress {
    pair.alice.machine.progress(of: pair.alicesBob, at: pair.now.instant)!
  }

  private static func bob(_ pair: Pair) -> PeerProgress {
    pair.bob.machine.progress(of: pair.bobsAlice, at: pair.now.instant)!
  }

  @Test func `of a peer that was never spoken to nothing is known`() {
    let pair = Pair()
    let progress = Self.alice(pair)
    #expect(progress.publicKey == pair.bobKey && progress.initiations == 0 && !progress.awaitsResponse)
    #expect(progress.sinceMessage == nil && progress.roundTrip == nil && progress.sessionAge == nil)
    #expect(progress.unconfirmedAge == nil && !progress.holdsCookie && progress.staged == 0 && progress.refusal == nil)
    let machine = pair.alice.machine.progress(at: pair.now.instant)
    #expect(machine.isUp && !machine.isUnderLoad && machine.sessions == 0 && machine.rejections[.malformed] == 0)
  }

  @Test func `initiations that nobody answers are counted, and what waits for them`() {
    let pair = Pair()
    pair.wire = { _ in false }
    pair.send(fromAlice: true)
    #expect(Self.alice(pair).awaitsResponse && Self.alice(pair).initiations == 1 && Self.alice(pair).staged == 1)
    pair.pass(.seconds(12))
    let progress = Self.alice(pair)
    #expect(progress.initiations == 3 && progress.awaitsResponse && progress.sessionAge == nil)
    #expect(progress.sinceMessage! < .seconds(3))
    #expect(pair.alice.machine.progress(at: pair.now.instant).staged == 1)
  }

  @Test func `a session has an age and a beginner, and its response took its time`() {
    let pair = Pair()
    pair.send(fromAlice: true)
    pair.pass(.seconds(5))
    #expect(Self.alice(pair).sessionAge == .seconds(5) && Self.alice(pair).sessionIsInitiator)
    #expect(Self.alice(pair).roundTrip == .nanoseconds(0), "the wire has no delay")
    #expect(Self.alice(pair).sessionPackets > 0 && Self.alice(pair).initiations == 0)
    #expect(Self.bob(pair).sessionAge == .seconds(5) && !Self.bob(pair).sessionIsInitiator)
    #expect(Self.bob(pair).roundTrip == nil, "who answers learns nothing of the way")
    #expect(pair.alice.machine.progress(at: pair.now.instant).sessions == 1)
  }

  @Test func `an answer that does not arrive leaves a session unconfirmed`() {
    let pair = Pair()
    pair.wire = { $0.kind != .response }
    pair.send(fromAlice: true)
    #expect(Self.bob(pair).unconfirmedAge == .nanoseconds(0) && Self.bob(pair).sessionAge == nil)
    #expect(Self.alice(pair).awaitsResponse)
  }

  @Test func `why a handshake was refused is remembered with its peer`() {
    let pair = Pair(presharedKey: Octets32(repeating: 5))
    pair.bob.machine.setPresharedKey(Octets32(repeating: 6), for: pair.bobsAlice)
    pair.send(fromAlice: true)
    #expect(Self.alice(pair).refusal == .handshakeFailed && Self.alice(pair).sinceRefusal == .nanoseconds(0))
    pair.set(pair.now.instant + .seconds(3))
    #expect(Self.alice(pair).sinceRefusal == .seconds(3) && Self.alice(pair).roundTrip == nil)
    #expect(Self.bob(pair).refusal == nil, "the responder cannot know")
  }

  @Test func `a replayed initiation is a stale one`() {
    let pair = Pair()
    pair.send(fromAlice: true)
    let initiation = pair.sent.first { $0.datagram.kind == .initiation }!.datagram
    pair.pass(.seconds(1))
    pair.bob.receive([initiation.octets], along: Path(Pair.aliceEndpoint), trafficClass: 0, pair.now)
    pair.exchange()
    #expect(Self.bob(pair).refusal == .staleInitiation)
    #expect(pair.bob.machine.progress(at: pair.now.instant).rejections[.staleInitiation] == 1)
  }

  /// X must tell of moves alone; otherwise every peer that is learned by its first message roams.
  @Test func `a peer that moves is told of, one that is learned or configured anew is not`() {
    let pair = Pair()
    pair.send(fromAlice: true)
    #expect(Self.bob(pair).sinceRoaming == nil && Self.alice(pair).sinceRoaming == nil)
    pair.alice.transmit([Pair.packet(fromAlice: true)], pair.now)
    pair.alice.settle(pair.now)
    let elsewhere = Path(Endpoint(IPAddress(v4: 0xc633_6407), port: 7))
    pair.bob.receive([pair.alice.outbox.removeFirst().octets], along: elsewhere, pair.now)
    pair.bob.settle(pair.now)
    #expect(Self.bob(pair).sinceRoaming == .nanoseconds(0))
    pair.set(pair.now.instant + .seconds(3))
    #expect(Self.bob(pair).sinceRoaming == .seconds(3) && Self.alice(pair).sinceRoaming == nil)
    pair.alice.machine.setEndpoint(Endpoint(IPAddress(v4: 0xc633_6408), port: 8), for: pair.alicesBob, pair.now)
    #expect(Self.alice(pair).sinceRoaming == nil)
  }

  @Test func `of a peer that is gone nothing is told`() {
    let pair = Pair()
    let peer = pair.alicesBob
    pair.alice.machine.removePeer(peer)
    #expect(pair.alice.machine.progress(of: peer, at: pair.now.instant) == nil)
  }
}
