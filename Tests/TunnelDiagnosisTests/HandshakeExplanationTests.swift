import Octets
import Testing
import TunnelReport

@testable import TunnelDiagnosis

struct HandshakeExplanationTests {
  static let key = Octets32(repeating: 1)
  static let now: Int64 = 2_000_000_000

  /// What is said of a peer that `change` has made.
  private static func explain(
    tells: Bool = true, endpointName: String? = nil,
    _ change: (inout TunnelState, inout PeerState, inout PeerObservation, inout TunnelObservation) -> Void
  ) -> HandshakeExplanation {
    var tunnel = TunnelState(name: "wg0")
    tunnel.privateKey = Octets32(repeating: 9)
    var peer = PeerState(publicKey: key)
    peer.endpoint = EndpointWords(host: "192.0.2.1", port: "51820")
    peer.allowedIPs = [AllowedPrefix(IPAddress(v4: 0x0a00_0002), length: 32)]
    var observed = PeerObservation(publicKey: key)
    var observation = TunnelObservation()
    observation.isUp = true
    change(&tunnel, &peer, &observed, &observation)
    tunnel.peers = [peer]
    observation.peers = [observed]
    return HandshakeExplanation(
      of: peer, in: tunnel, observation: tells ? observation : nil, endpointName: endpointName, now: now)
  }

  @Test func `what is plainly missing is named first, with what sets it`() {
    let down = Self.explain { _, _, _, observation in observation.isUp = false }
    let waiting = Self.explain { _, _, observed, observation in
      (observation.isUp, observed.awaitsResponse) = (false, true)
    }
    let named = Self.explain(endpointName: "vpn.example") { _, _, observed, _ in
      (observed.awaitsResponse, observed.initiations) = (true, 1)
    }
    #expect(named.summary == "no response x1; endpoint 192.0.2.1:51820 from the name vpn.example")
    #expect(waiting.summary == waiting.reason && waiting.reason.contains("interface is down"))
    #expect(down.reason.contains("interface is down") && down.remedies == ["ip link set up dev wg0"])
    let keyless = Self.explain { tunnel, _, _, _ in tunnel.privateKey = nil }
    #expect(keyless.reason.contains("no private key"))
    let lost = Self.explain { _, peer, _, _ in peer.endpoint = nil }
    #expect(lost.reason.contains("not known where the peer is") && lost.remedies[0].contains("endpoint HOST:PORT"))
    let unused = Self.explain { _, peer, _, _ in peer.allowedIPs = [] }
    #expect(unused.reason.contains("no allowed IPs"))
    let idle = Self.explain { _, _, _, _ in }
    #expect(idle.condition == .idle && idle.reason.contains("nothing was sent yet"))
  }

  @Test func `initiations without an answer bring what each side can look at`() {
    let explanation = Self.explain { _, _, observed, observation in
      observed.awaitsResponse = true
      observed.initiations = 3
      observed.messageAge = 4200
      observed.stagedPackets = 7
      observation.rejections = [.init(reason: "bad_mac1", count: 5), .init(reason: "replayed", count: 9)]
    }
    #expect(explanation.condition.text == "Handshaking(3/18)" && !explanation.condition.isHealthy)
    #expect(explanation.facts.contains("last handshake message sent 4 s ago"))
    #expect(explanation.facts.contains("7 packets wait for a session"))
    #expect(explanation.facts.contains { $0.hasPrefix("5 messages refused for bad_mac1") })
    #expect(!explanation.facts.contains { $0.contains("replayed") }, "a replay tells nothing of a handshake")
    #expect(explanation.summary == "last initiation 4 s ago, no response x3; endpoint 192.0.2.1:51820")
    #expect(explanation.remedies.count == 4 && explanation.remedies[0].contains("192.0.2.1:51820"))
    #expect(!"\(explanation)".contains(Octets32(repeating: 9).keyText), "no secret is told")
  }

  @Test func `a cookie, a refusal and an answer that is not confirmed are told apart`() {
    let loaded = Self.explain { _, _, observed, _ in
      (observed.awaitsResponse, observed.initiations, observed.holdsCookie) = (true, 2, true)
    }
    #expect(loaded.summary == loaded.reason)
    #expect(loaded.condition.text == "UnderLoad(2/18)" && loaded.reason.contains("under load"))
    for (age, word) in [(0, "Rejected"), (30_000, "Rejected"), (30_001, "Handshaking")] as [(UInt64, String)] {
      let refused = Self.explain { _, _, observed, _ in
        (observed.awaitsResponse, observed.initiations) = (true, 1)
        (observed.refusal, observed.refusalAge) = ("handshake_failed", age)
      }
      #expect(refused.condition.word == word, "after \(age) ms")
      #expect(refused.reason.contains("preshared") == (word == "Rejected"))
    }
    let stale = Self.explain { _, _, observed, _ in (observed.refusal, observed.refusalAge) = ("stale_initiation", 5) }
    #expect(stale.condition.text == "Rejected(stale_initiation)" && stale.reason.contains("clock"))
    let unconfirmed = Self.explain { _, _, observed, _ in observed.unconfirmedAge = 1500 }
    #expect(unconfirmed.reason.contains("our response may not reach it"))
    #expect(unconfirmed.facts.contains("answered 1 s ago, not confirmed yet"))
  }

  @Test func `a session is a session, whatever was refused before it`() {
    let explanation = Self.explain { _, peer, observed, _ in
      peer.handshakeSeconds = Self.now - 5
      (observed.sessionAge, observed.sessionIsInitiator, observed.sessionPackets) = (5000, true, 12)
      observed.roundTrip = 1234
      (observed.expectedPackets, observed.receivedPackets) = (200, 199)
      (observed.refusal, observed.refusalAge) = ("handshake_failed", 10_000)
      observed.unconfirmedAge = 10
    }
    #expect(explanation.condition.word == "Established" && explanation.remedies.isEmpty && explanation.summary == "")
    #expect(explanation.reason.contains("there is a session"))
    #expect(explanation.facts.contains("session 5 s old, began here, 12 packets sent in it"))
    #expect(explanation.facts.contains("1 of 200 packets of the peer were lost: 0.5%"))
    #expect(explanation.facts.contains("last handshake took 1234 µs"))
  }

  @Test func `of a server that cannot tell only the counters speak`() {
    let explanation = Self.explain(tells: false) { _, peer, _, _ in peer.sentBytes = 148 * 2 }
    #expect(explanation.condition.text == "Handshaking(2/18)")
    #expect(explanation.facts.contains("this server does not tell how far handshakes have come"))
  }
}
