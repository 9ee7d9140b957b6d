import Octets
import Testing
import TunnelReport

@testable import TunnelDiagnosis

struct RouteExplanationTests {
  private static func tunnel(_ name: String, _ prefixes: [(UInt32, UInt8)]) -> TunnelState {
    var state = TunnelState(name: name)
    state.peers = prefixes.enumerated().map { number, prefix in
      var peer = PeerState(publicKey: Octets32(repeating: UInt8(number + 1)))
      peer.allowedIPs = [AllowedPrefix(IPAddress(v4: prefix.0), length: prefix.1)]
      return peer
    }
    return state
  }

  @Test func `the longest prefix of each tunnel wins there`() {
    let one = Self.tunnel("one", [(0x0a00_0000, 8), (0x0a01_0203, 16), (0, 0), (0x0b00_0000, 8)])
    let other = Self.tunnel("other", [(0, 0)])
    let explanation = RouteExplanation(IPAddress(v4: 0x0a01_ffff), in: [one, other])
    #expect(explanation.matches.map(\.prefix.words) == ["10.1.0.0/16", "10.0.0.0/8", "0.0.0.0/0", "0.0.0.0/0"])
    #expect(explanation.winners.map(\.tunnel) == ["one", "other"])
    #expect(explanation.winner(on: "one")?.peer == Octets32(repeating: 2))
    #expect(explanation.winner(on: "eth0") == nil && explanation.winner(on: nil) == nil)
  }

  @Test func `an address that nobody has is nobody's`() {
    let explanation = RouteExplanation(IPAddress(v6High: 1, low: 1), in: [Self.tunnel("one", [(0, 0)])])
    #expect(explanation.matches.isEmpty && explanation.winners.isEmpty)
  }

  @Test func `addresses are read without their zones`() {
    #expect(AddressText.address("10.0.0.1") == IPAddress(v4: 0x0a00_0001))
    #expect(AddressText.address("fe80::1%eth0") != nil && AddressText.address("host") == nil)
  }
}
