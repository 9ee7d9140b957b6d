import Simulation
import Testing
import Tunnel

/// Each timer at its deadline less a nanosecond, and at it (protocol.md §13, §14).
struct TimerTests {
  static let nanosecond = Interval.nanoseconds(1)

  /// A pair with a session that Alice initiated at `Pair.epoch`, confirmed and with no timer of data pending.
  func established() -> Pair {
    let pair = Pair()
    pair.send(fromAlice: true)
    pair.send(fromAlice: false)
    pair.sent = []
    return pair
  }

  @Test func `the initiator rekeys when it sends at 120 seconds, not before`() {
    let early = established()
    early.set(Pair.epoch + .nanoseconds(119_999_999_999))
    early.send(fromAlice: true)
    #expect(early.count(.initiation, fromAlice: true) == 0)

    let due = established()
    due.set(Pair.epoch + .seconds(120))
    due.send(fromAlice: true)
    #expect(due.count(.initiation, fromAlice: true) == 1)
  }

  @Test func `the responder does not rekey by time`() {
    let pair = established()
    pair.set(Pair.epoch + .seconds(150))
    pair.send(fromAlice: false)
    #expect(pair.count(.initiation, fromAlice: false) == 0)
  }

  @Test func `a receiving initiator rekeys at 165 seconds, once`() {
    let pair = established()
    pair.wire = { $0.kind != .response }
    pair.set(Pair.epoch + .nanoseconds(164_999_999_999))
    pair.send(fromAlice: false)
    #expect(pair.count(.initiation, fromAlice: true) == 0)
    pair.set(Pair.epoch + .seconds(165))
    pair.send(fromAlice: false)
    #expect(pair.count(.initiation, fromAlice: true) == 1)
    pair.set(Pair.epoch + .seconds(171))
    pair.send(fromAlice: false)
    #expect(pair.count(.initiation, fromAlice: true) == 1)
  }

  @Test func `a session neither sends nor receives at 180 seconds`() {
    let pair = established()
    pair.wire = { $0.kind == .data }
    pair.set(Pair.epoch + .nanoseconds(179_999_999_999))
    pair.send(fromAlice: false, id: 1)
    #expect(pair.alice.delivered.count == 2)
    pair.bob.transmit([Pair.packet(fromAlice: false, id: 2)], pair.now)
    pair.bob.settle(pair.now)
    pair.set(Pair.epoch + .seconds(180))
    pair.exchange()
    #expect(pair.alice.delivered.count == 2)
    #expect(pair.alice.machine.rejections[.expired] == 1)
    let before = pair.count(.data, fromAlice: false)
    pair.send(fromAlice: false, id: 3)
    #expect(pair.count(.data, fromAlice: false) == before)
    #expect(pair.count(.initiation, fromAlice: false) == 1)
  }

  @Test func `everything is wiped 540 seconds after the last session was derived`() {
    let pair = established()
    pair.pass(until: Pair.epoch + .nanoseconds(539_999_999_999))
    #expect(!pair.alice.reports.contains { $0.event == .erased })
    pair.pass(until: Pair.epoch + .seconds(540))
    #expect(pair.alice.reports.contains { $0.event == .erased })
    #expect(pair.bob.reports.contains { $0.event == .erased })
  }

  @Test func `an unanswered initiation is repeated 18 times in all, 5 to 5,333 seconds apart`() {
    let pair = Pair()
    pair.wire = { _ in false }
    pair.send(fromAlice: true)
    pair.pass(.seconds(200))
    let times = pair.sent.map(\.at)
    #expect(times.count == 18)
    for (earlier, later) in zip(times, times.dropFirst()) {
      #expect(later.since(earlier) >= .seconds(5))
      #expect(later.since(earlier) <= .milliseconds(5_333))
    }
    #expect(pair.alice.reports.contains { $0.event == .gaveUp })
    #expect(pair.alice.parkedCount == 0)
  }

  @Test func `jitter uses its whole range`() {
    var gaps: [Interval] = []
    let pair = Pair()
    pair.wire = { _ in false }
    for _ in 0..<20 {
      pair.send(fromAlice: true)
      pair.pass(.seconds(120))
    }
    for (earlier, later) in zip(pair.sent, pair.sent.dropFirst()) where later.at.since(earlier.at) < .seconds(6) {
      gaps.append(later.at.since(earlier.at))
    }
    #expect(gaps.count > 200)
    #expect(gaps.max()! > .milliseconds(5_300))
    #expect(gaps.min()! < .milliseconds(5_033))
  }

  @Test func `traffic without an answer retries for ever`() {
    let pair = Pair()
    pair.wire = { _ in false }
    for _ in 0..<300 {
      pair.send(fromAlice: true)
      pair.pass(.seconds(1))
    }
    #expect(!pair.alice.reports.contains { $0.event == .gaveUp })
    #expect(pair.sent.count >= 55)
    #expect(pair.alice.parkedCount == 128)
  }

  @Test func `data that is not answered is acknowledged by a keepalive after 10 seconds`() {
    let pair = established()
    pair.pass(.seconds(60))
    pair.sent = []
    let start = pair.now.instant
    pair.send(fromAlice: true)
    pair.pass(until: start + .nanoseconds(9_999_999_999))
    #expect(pair.keepalives(fromAlice: false) == 0)
    pair.pass(until: start + .seconds(10))
    #expect(pair.keepalives(fromAlice: false) == 1)
    pair.pass(until: start + .seconds(60))
    #expect(pair.keepalives(fromAlice: false) == 1)
    #expect(pair.keepalives(fromAlice: true) == 0)
  }

  @Test func `data that came while the keepalive was pending brings another`() {
    let pair = established()
    pair.pass(.seconds(60))
    pair.sent = []
    let start = pair.now.instant
    pair.send(fromAlice: true)
    pair.pass(.seconds(5))
    pair.send(fromAlice: true)
    pair.pass(until: start + .seconds(10))
    #expect(pair.keepalives(fromAlice: false) == 1)
    pair.pass(until: start + .nanoseconds(19_999_999_999))
    #expect(pair.keepalives(fromAlice: false) == 1)
    pair.pass(until: start + .seconds(20))
    #expect(pair.keepalives(fromAlice: false) == 2)
    pair.pass(until: start + .seconds(60))
    #expect(pair.keepalives(fromAlice: false) == 2)
  }

  @Test func `anything sent cancels the passive keepalive`() {
    let pair = established()
    pair.pass(.seconds(60))
    pair.sent = []
    pair.send(fromAlice: true)
    pair.pass(.seconds(9))
    pair.send(fromAlice: false)
    pair.pass(.milliseconds(9_900))
    #expect(pair.keepalives(fromAlice: false) == 0)
  }

  @Test func `a peer that stops answering gets a new handshake after 15 seconds`() {
    let pair = established()
    pair.pass(.seconds(60))
    pair.sent = []
    pair.wire = { _ in false }
    let start = pair.now.instant
    pair.send(fromAlice: true)
    pair.pass(until: start + .nanoseconds(14_999_999_999))
    #expect(pair.count(.initiation, fromAlice: true) == 0)
    pair.pass(until: start + .milliseconds(15_333))
    #expect(pair.count(.initiation, fromAlice: true) == 1)
  }

  @Test func `a persistent keepalive goes out every interval and is restarted by any traffic`() {
    let pair = established()
    pair.pass(.seconds(60))
    pair.alice.machine.setPersistentKeepalive(25, for: pair.alicesBob, pair.now)
    pair.exchange()
    pair.sent = []
    let start = pair.now.instant
    pair.pass(until: start + .nanoseconds(24_999_999_999))
    #expect(pair.keepalives(fromAlice: true) == 0)
    pair.pass(until: start + .seconds(25))
    #expect(pair.keepalives(fromAlice: true) == 1)
    pair.set(start + .seconds(30))
    pair.send(fromAlice: false)
    pair.sent = []
    pair.pass(until: start + .nanoseconds(39_999_999_999))
    #expect(pair.keepalives(fromAlice: true) == 0)
  }

  @Test func `a retry that a response suppressed is made up for`() {
    let pair = Pair()
    pair.bob.machine.setEndpoint(Pair.aliceEndpoint, for: pair.bobsAlice, pair.now)
    // Bob answers Alice, and the answer and all else is lost; his own wish for a session must survive.
    pair.wire = { $0.kind == .initiation }
    pair.alice.transmit([Pair.packet(fromAlice: true)], pair.now)
    pair.exchange()
    pair.wire = { _ in false }
    pair.pass(.seconds(1))
    pair.send(fromAlice: false)
    #expect(pair.count(.initiation, fromAlice: false) == 0)
    pair.pass(.milliseconds(4_333))
    #expect(pair.count(.initiation, fromAlice: false) == 1)
  }

  @Test func `times stand in their relations`() {
    #expect(ProtocolTime.stoppedHearing == ProtocolTime.keepalive + ProtocolTime.rekeyTimeout)
    #expect(ProtocolTime.zeroKeys.nanoseconds == 3 * SessionLimit.rejectAfterTime.nanoseconds)
    #expect(
      SessionLimit.rekeyOnReceiveAfterTime + ProtocolTime.keepalive + ProtocolTime.rekeyTimeout
        == SessionLimit.rejectAfterTime)
    #expect(UInt64(ProtocolTime.initiationsPerAttempt) * 5 == 90)
  }
}
