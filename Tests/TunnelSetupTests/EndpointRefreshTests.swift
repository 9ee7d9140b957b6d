import ConfigurationFile
import Octets
import Testing
import TunnelReport
import TunnelSetup

/// Which peers are looked up again, and when.
@Suite struct EndpointRefreshTests {
  static let text = """
    [Peer]
    PublicKey = AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=
    Endpoint = vpn.example:51820
    [Peer]
    PublicKey = AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAI=
    Endpoint = 192.0.2.1:51820
    [Peer]
    PublicKey = AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAM=
    [Peer]
    PublicKey = AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQ=
    Endpoint = [2001:db8::1]:51820
    """

  static func document() throws -> ConfigurationDocument {
    try ConfigurationDocument.read(Array(text.utf8), dialect: .wgQuick).document
  }

  /// The tunnel of the file, all of whose peers have a handshake of then and have been sent so many bytes.
  static func state(handshake: Int64, sent: UInt64) throws -> TunnelState {
    var state = TunnelState(name: "wg0")
    for peer in try document().peers {
      var live = PeerState(publicKey: peer.publicKey)
      live.handshakeSeconds = handshake
      live.sentBytes = sent
      live.endpoint = EndpointWords(host: "192.0.2.7", port: "51820")
      state.peers.append(live)
    }
    return state
  }

  static let now: Int64 = 1_000_000

  @Test func `only a name is looked up, only when its peer is silent`() throws {
    let document = try Self.document()
    for (age, isDue) in [(0, false), (135, false), (136, true), (-5, false)] as [(Int64, Bool)] {
      var refresh = EndpointRefresh()
      let due = refresh.due(document, try Self.state(handshake: Self.now - age, sent: 5), now: Self.now)
      #expect(due.map { $0.peer } == (isDue ? [document.peers[0].publicKey] : []), "\(age) s")
      #expect(due.allSatisfy { $0.endpoint.text == "vpn.example:51820" && $0.current?.host == "192.0.2.7" })
    }
    var refresh = EndpointRefresh()
    #expect(refresh.due(document, try Self.state(handshake: 0, sent: 0), now: Self.now).count == 1, "never is silent")
  }

  @Test func `a peer that nothing is sent to is not looked up again`() throws {
    let document = try Self.document()
    var refresh = EndpointRefresh()
    func due(_ sent: UInt64, handshake: Int64 = 7) throws -> Int {
      refresh.due(document, try Self.state(handshake: handshake, sent: sent), now: Self.now).count
    }
    #expect(try due(100) == 1, "the first look knows nothing")
    #expect(try due(100) == 0)
    #expect(try due(248) == 1)
    #expect(try due(300, handshake: Self.now) == 0, "it answers")
    #expect(try due(300) == 0)
    // The daemon was started anew, and counts from 0.
    #expect(try due(0) == 0)
    #expect(try due(148) == 1)
  }

  @Test func `peers that the file or the tunnel does not have are left alone`() throws {
    var refresh = EndpointRefresh()
    #expect(refresh.due(ConfigurationDocument(), try Self.state(handshake: 0, sent: 1), now: Self.now).isEmpty)
    #expect(refresh.due(try Self.document(), TunnelState(name: "wg0"), now: Self.now).isEmpty)
  }
}
