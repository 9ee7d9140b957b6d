import Octets
import Testing
import TunnelReport

@testable import TunnelDiagnosis

struct PeerConditionTests {
  static func peer(handshake: Int64 = 0, sent: UInt64 = 0) -> PeerState {
    var peer = PeerState(publicKey: Octets32(repeating: 1))
    peer.handshakeSeconds = handshake
    peer.sentBytes = sent
    return peer
  }

  @Test func `the word follows the age of the newest session, at each edge`() {
    let now: Int64 = 2_000_000_000
    for (age, word, isHealthy) in [
      (0, "Established", true), (120, "Established", true), (121, "Rekeying", true), (180, "Rekeying", true),
      (181, "Stale", false), (-1, "Skewed", false),
    ] as [(Int64, String, Bool)] {
      let condition = PeerCondition(Self.peer(handshake: now - age), now: now)
      #expect(condition.word == word && condition.isHealthy == isHealthy, "age \(age)")
    }
  }

  @Test func `a peer with a session that has just moved is roaming, at each edge`() {
    let now: Int64 = 2_000_000_000
    func condition(_ age: Int64, roamed: UInt64?) -> PeerCondition {
      var observed = PeerObservation(publicKey: Octets32(repeating: 1))
      observed.roamedAge = roamed
      return PeerCondition(Self.peer(handshake: now - age), observed: observed, now: now)
    }
    #expect(condition(100, roamed: 30_000).text == "Roaming(100 s)" && condition(100, roamed: 0).isHealthy)
    #expect(condition(180, roamed: 1) == .roaming(age: 180))
    #expect(
      condition(100, roamed: 30_001) == .established(age: 100) && condition(100, roamed: nil).word == "Established")
    #expect(condition(181, roamed: 0) == .stale(age: 181) && condition(-1, roamed: 0) == .skewed(ahead: 1))
  }

  @Test func `without a session, what was sent tells how often it was tried`() {
    #expect(PeerCondition(Self.peer(), now: 1) == .idle)
    #expect(PeerCondition(Self.peer(sent: 148), now: 1).text == "Handshaking(1/18)")
    #expect(PeerCondition(Self.peer(sent: 148 * 18), now: 1).text == "Handshaking(18/18)")
    #expect(PeerCondition(Self.peer(sent: 148 * 19), now: 1).text.contains("given up"))
  }
}
