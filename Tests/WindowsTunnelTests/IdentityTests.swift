import ConfigurationFile
import Octets
import Testing

@testable import WindowsTunnel

/// What stays with a tunnel, and what its file means to Windows' network.
struct IdentityTests {
  @Test func `an adapter's identifier depends on the name alone, and not on its case`() {
    let id = AdapterIdentity.id(ofTunnel: "office")
    #expect(AdapterIdentity.id(ofTunnel: "OFFICE") == id && AdapterIdentity.id(ofTunnel: "office2") != id)
    // Version 8, variant 10.
    #expect(id[6] >> 4 == 8 && id[8] >> 6 == 2)
    let text = (0..<16).map { String(id[$0] >> 4, radix: 16) + String(id[$0] & 15, radix: 16) }.joined()
    #expect(text == officeID, "what Windows knows about networks hangs on it: it never changes")
  }

  @Test func `a plan has each route once, and none when the file says so`() throws {
    let twice = office + "\n[Peer]\nPublicKey = \(key(8))\nAllowedIPs = 10.0.0.0/24, 10.9.0.0/16, -10.8.0.0/16\n"
    let document = try ConfigurationDocument.read(Array(twice.utf8), dialect: .shared(.windows)).document
    let plan = NetworkPlan(document, .v4)
    #expect(plan.routes.map { "\($0.address.text)/\($0.length)" } == ["10.0.0.0/24", "0.0.0.0/0", "10.9.0.0/16"])
    #expect(
      plan.isPreferred && plan.mtu == 1400 && plan.nameServers == ["10.0.0.1"] && plan.domains == ["corp.example"])
    #expect(!NetworkPlan(document, .v6).isPreferred)
    let off = try ConfigurationDocument.read(
      Array((office.replacing("MTU", with: "Table = off\nMTU")).utf8),
      dialect: .shared(.windows)
    ).document
    #expect(NetworkPlan(off, .v4).routes.isEmpty && !NetworkPlan(off, .v4).isPreferred)
    #expect(NetworkPlan(ConfigurationDocument(), .v4).isEmpty)
  }
}

/// By Python's hashlib: blake2s(b'Needletail adapter\0office'), cut to 16 bytes, version 8 and variant 10 put in.
private let officeID = "d477757caf578f41a84e3b2321ba45e0"
