import ConfigurationFile
import ControlProtocolTesting
import Octets
import Testing

/// Draws documents that files of a dialect can say.
private struct Drawer {
  var random: Seeded
  let dialect: Dialect

  mutating func document() -> ConfigurationDocument {
    var document = ConfigurationDocument()
    document.interface.privateKey = Octets32(random.bytes(32))
    if random.oneIn(2) { document.interface.listenPort = .number(.random(in: 0...65535, using: &random)) }
    if dialect != .windows && random.oneIn(2) {
      document.interface.fwmark = .random(in: 0...UInt32.max, using: &random)
    }
    if dialect != .wg { fillExtras(of: &document.interface) }
    for number in 0..<Int.random(in: 0...4, using: &random) {
      var peer = ConfigurationDocument.Peer(publicKey: Octets32([UInt8(number)] + random.bytes(31)))
      if random.oneIn(2) { peer.presharedKey = Octets32(random.bytes(32)) }
      if random.oneIn(2) { peer.endpoint = endpoint() }
      if random.oneIn(2) { peer.persistentKeepalive = .random(in: 0...65535, using: &random) }
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        let address = address()
        let changes: [AllowedIP.Change] = dialect == .windows ? [.listed] : [.listed, .added, .removed]
        let prefix = Prefix(address, length: .random(in: 0...address.family.bitCount, using: &random))!
        peer.allowedIPs.append(AllowedIP(prefix, changes.randomElement(using: &random)!))
      }
      document.peers.append(peer)
    }
    return document
  }

  private mutating func fillExtras(of interface: inout ConfigurationDocument.Interface) {
    for _ in 0..<Int.random(in: 0...3, using: &random) {
      let address = address()
      let length = Int.random(in: 0...address.family.bitCount, using: &random)
      interface.addresses.append(InterfaceAddress(address, length: length)!)
      let domain = PlainText("a-\(length).example")
      interface.dns.append(random.oneIn(2) ? .server(self.address(), zone: nil) : .domain(domain))
    }
    if random.oneIn(2) { interface.mtu = .random(in: 576...65535, using: &random) }
    interface.table = [nil, .automatic, .off, .named("51820"), .named("main")].randomElement(using: &random)!
    if random.oneIn(2) { interface.postUp = [PlainText("echo %i # \(random.next())")] }
    if dialect != .windows && random.oneIn(2) { interface.preDown = ["one", "two = [2], 3"] }
    if dialect != .windows && random.oneIn(2) { interface.saveConfig = random.oneIn(2) }
  }

  private mutating func address() -> IPAddress {
    let value = UInt128.random(in: 0...UInt128.max, using: &random)
    return IPAddress(family: random.oneIn(2) ? .v4 : .v6, value: random.oneIn(3) ? value & 0xffff << 64 : value)
  }

  private mutating func endpoint() -> EndpointReference {
    let address = address()
    let zone = address.family == .v6 && random.oneIn(3) ? ["%eth0", "%7"].randomElement(using: &random)! : ""
    let port = PortReference.number(.random(in: 0...65535, using: &random))
    return EndpointReference(host: random.oneIn(4) ? "vpn.example.com" : PlainText(address.text + zone), port: port)
  }
}

@Suite struct WritingTests {
  @Test(arguments: [Dialect.wg, .wgQuick, .windows, .shared(.linux), .shared(.windows)])
  func `a written document reads back as itself`(dialect: Dialect) throws {
    var drawer = Drawer(random: Seeded(seed: Environment.seed), dialect: dialect)
    for _ in 0..<Environment.rounds(60) {
      let document = drawer.document()
      let text = try document.text(dialect: dialect)
      #expect(try read(text, dialect) == document, "NEEDLETAIL_SEED=\(Environment.seed)")
    }
  }

  @Test func `the canonical form`() throws {
    let text = """
      [Interface]
      PrivateKey = \(key(0x48))
      ListenPort = 51820
      FwMark = 0xcafe
      Address = 10.0.0.2/24, fd00::2/64
      DNS = 10.0.0.1, fe80::1%eth0, example.com
      MTU = 1380
      PreUp = echo %i # before
      PostUp = one
      PostUp = two
      PreDown = three
      PostDown = four
      Table = off
      SaveConfig = true

      [Peer]
      PublicKey = \(key(0xa1))
      PresharedKey = \(key(0xb1))
      AllowedIPs = 10.0.0.0/8, -fd00::/64
      Endpoint = [2001:db8::1]:51820
      PersistentKeepalive = 25

      [Peer]
      PublicKey = \(key(0xa2))
      PersistentKeepalive = off

      """
    #expect(try read(text, .shared(.linux)).text() == text)
    #expect(try ConfigurationDocument().text() == "[Interface]\n")
  }

  @Test func `no text of a document can become a line of its own`() throws {
    typealias Change = (inout ConfigurationDocument) -> Void
    let changes: [Change] = [
      { $0.interface.postUp = [PlainText("a\nPrivateKey = \(key(2))")] },
      { $0.interface.postUp = [" a"] },
      { $0.interface.postUp = [""] },
      { $0.interface.dns = [.domain("a, b")] },
      { $0.interface.dns = [.domain("a # b")] },
      { $0.interface.dns = [.server(address("fe80::1"), zone: "x\n[Peer]")] },
      { $0.interface.table = .named("a\n[Peer]") },
      { $0.interface.table = .named("off") },
      { $0.interface.listenPort = .service("7") },
      { $0.peers[0].endpoint = EndpointReference(host: "a\nb", port: .number(1)) },
      { $0.peers[0].endpoint = EndpointReference(host: "", port: .number(1)) },
      { $0.peers.append($0.peers[0]) },
    ]
    let base = try read("[Interface]\nPrivateKey = \(key(1))\n[Peer]\nPublicKey = \(key(2))\n", .shared(.linux))
    for (number, change) in changes.enumerated() {
      var document = base
      change(&document)
      #expect(throws: ConfigurationDocument.WritingError.cannotBeSaid, "change \(number)") { try document.text() }
    }
  }

  @Test func `a dialect refuses to write what it could not read`() throws {
    for lines in ["FwMark = 1", "SaveConfig = true", "PostUp = a\nPostUp = b", "MTU = 100000"] {
      let document = try read("[Interface]\nPrivateKey = \(key(1))\n\(lines)\n", .wgQuick)
      #expect(throws: ConfigurationDocument.WritingError.cannotBeSaid) { try document.text(dialect: .windows) }
    }
    let document = try read("[Interface]\nAddress = 10.0.0.1\n", .wgQuick)
    #expect(throws: ConfigurationDocument.WritingError.cannotBeSaid) { try document.text(dialect: .wg) }
  }

  @Test func `stripping leaves what wg knows and every comment`() {
    let text = """
      # top # two
      [Interface]
      PrivateKey = x # secret
      Address = 10.0.0.1/24
        address=1.2.3.4 # gone
      #Address = 1.2.3.4
      PostUp = echo # gone too
      Foo = bar
      [Peer]
      Address = stays here
        [interface]
      MTU=12
      """
    let expected = """
      # top # two
      [Interface]
      PrivateKey = x # secret
      #Address = 1.2.3.4
      Foo = bar
      [Peer]
      Address = stays here
      [interface]

      """
    #expect(String(decoding: ConfigurationDocument.stripped(Array(text.utf8)), as: UTF8.self) == expected)
  }
}
