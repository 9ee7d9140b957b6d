import ConfigurationFile
import ControlProtocol
import ControlProtocolTesting
import Octets
import Testing

/// The request that does `update` with the file `text`.
func request(
  _ text: String, _ update: ConfigurationDocument.Update, resolver: some NameResolver = NumericOnly()
) throws -> String {
  let directives = try read(text, .wg).directives(to: update, resolver: resolver)
  var request = printed { _ = SetRequest.printBeginning(into: &$0) }
  for directive in directives { request += printed { _ = SetRequest.print(directive, into: &$0) } }
  return request + printed { _ = SetRequest.printEnd(into: &$0) }
}

/// 64 hexadecimal digits: the byte `value` thirty-two times.
func hex(_ value: UInt8) -> String { printed { $0.print(hexadecimal: Octets32(repeating: value)) } }

/// Knows one host and one service.
private struct Names: NameResolver {
  struct Unknown: Error {}
  func endpoint(_ reference: EndpointReference) throws(Unknown) -> Endpoint {
    guard reference.host == "vpn.example.com" else { throw Unknown() }
    return Endpoint(address("192.0.2.9"), port: 9)
  }
  func port(ofService name: PlainText) throws(Unknown) -> UInt16 {
    guard name == "domain" else { throw Unknown() }
    return 53
  }
}

private let file = """
  [Interface]
  ListenPort = 7
  [Peer]
  PublicKey = \(key(0xa1))
  PresharedKey = \(key(0xb1))
  AllowedIPs = 10.0.0.0/8
  Endpoint = 192.0.2.1:5
  PersistentKeepalive = 25
  [Peer]
  PublicKey = \(key(0xa2))
  """

private let peers = """
  public_key=\(hex(0xa1))
  preshared_key=\(hex(0xb1))
  endpoint=192.0.2.1:5
  persistent_keepalive_interval=25
  replace_allowed_ips=true
  allowed_ip=10.0.0.0/8
  public_key=\(hex(0xa2))
  replace_allowed_ips=true

  """

@Suite struct UpdateTests {
  @Test func `setting says everything and replaces all peers`() throws {
    let interface = "set=1\nprivate_key=\(hex(0))\nlisten_port=7\nfwmark=0\nreplace_peers=true\n"
    #expect(try request(file, .set) == interface + peers + "\n")
  }

  @Test func `adding says only what the file says`() throws {
    #expect(try request(file, .add) == "set=1\nlisten_port=7\n" + peers + "\n")
    #expect(try request("[Interface]\n", .add) == "set=1\n\n")
  }

  @Test func `synchronising removes what the file lacks and clears what it no longer says`() throws {
    let current = [
      ConfigurationDocument.CurrentPeer(publicKey: Octets32(repeating: 0xa3)),
      ConfigurationDocument.CurrentPeer(
        publicKey: Octets32(repeating: 0xa2), hasPresharedKey: true, persistentKeepalive: 5),
      ConfigurationDocument.CurrentPeer(
        publicKey: Octets32(repeating: 0xa1), hasPresharedKey: true, persistentKeepalive: 5),
    ]
    #expect(
      try request(file, .synchronise(with: current)) == """
        set=1
        private_key=\(hex(0))
        listen_port=7
        fwmark=0
        public_key=\(hex(0xa3))
        remove=true
        public_key=\(hex(0xa1))
        preshared_key=\(hex(0xb1))
        endpoint=192.0.2.1:5
        persistent_keepalive_interval=25
        replace_allowed_ips=true
        allowed_ip=10.0.0.0/8
        public_key=\(hex(0xa2))
        preshared_key=\(hex(0))
        persistent_keepalive_interval=0
        replace_allowed_ips=true


        """)
  }

  @Test func `synchronising without peers on either side is setting`() throws {
    #expect(try request(file, .synchronise(with: [])) == request(file, .set))
    let other = ConfigurationDocument.CurrentPeer(publicKey: Octets32(repeating: 0xa3))
    #expect(try request("[Interface]\n", .synchronise(with: [other])) == request("[Interface]\n", .set))
  }

  @Test func `a list with signs changes prefixes and replaces none`() throws {
    let text = "[Peer]\nPublicKey = \(key(0xa1))\nAllowedIPs = +10.0.0.0/8, -::/0\n"
    #expect(try request(text, .set).hasSuffix("public_key=\(hex(0xa1))\nallowed_ip=10.0.0.0/8\nallowed_ip=-::/0\n\n"))
  }

  @Test func `names are resolved once, and who cannot resolve says so`() throws {
    let text = "[Interface]\nListenPort = domain\n[Peer]\nPublicKey = \(key(2))\nEndpoint = vpn.example.com:5\n"
    let document = try read(text, .wg)
    let directives = try document.directives(to: .add, resolver: Names())
    #expect(directives.contains(.listenPort(53)))
    #expect(directives.contains(.endpoint(Endpoint(address("192.0.2.9"), port: 9))))
    #expect(throws: NumericOnly.Failure.serviceName) { try document.directives(to: .add, resolver: NumericOnly()) }
    let zone = try read("[Peer]\nPublicKey = \(key(2))\nEndpoint = [fe80::1%eth0]:5\n", .wg)
    #expect(throws: NumericOnly.Failure.hostName) { try zone.directives(to: .add, resolver: NumericOnly()) }
    #expect(throws: Names.Unknown.self) { try zone.directives(to: .add, resolver: Names()) }
  }
}
