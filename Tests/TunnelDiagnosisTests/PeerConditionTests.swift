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

  @Test func `without a session, what was sent tells how often it was tried`() {
    #expect(PeerCondition(Self.peer(), now: 1) == .idle)
    #expect(PeerCondition(Self.peer(sent: 148), now: 1).text == "Handshaking(1/18)")
    #expect(PeerCondition(Self.peer(sent: 148 * 18), now: 1).text == "Handshaking(18/18)")
    #expect(PeerCondition(Self.peer(sent: 148 * 19), now: 1).text.contains("given up"))
  }
}
