import ControlProtocol
import ControlProtocolTesting
import Octets
import Testing
import Timeline

/// 44 characters of base 64: the byte `value` thirty-two times.
private func key(_ value: UInt8) -> String { printed { $0.print(base64: Octets32(repeating: value)) } }

/// Opens an interface with the state of `target`, lends it to `body` and closes it.
private func withInterface(_ target: MemoryTarget, _ body: (StubInterface) throws -> Void) throws {
  let interface = try StubInterface(target)
  defer { interface.close() }
  try body(interface)
}

@Suite(.enabled(if: StockTool.isAvailable, "the stock wg cannot be run here"))
struct StockToolTests {
  @Test func `wg show dump prints what the interface has`() throws {
    try withInterface(Example.target()) { interface in
      let dump = try StockTool("wg", ["show", interface.name, "dump"])
      #expect(dump.status == 0 && dump.complaint == "")
      let lines = dump.output.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
      #expect(lines.count == 4)
      #expect(lines[0][0] == key(0x48) && lines[0][2...] == ["51820", "0xcafe"])
      #expect(
        lines[1] == [
          key(0xa1), key(0xb1), "192.0.2.7:1234", "10.0.0.0/8,fd00::/64", "1700000000", "42", "18446744073709551615",
          "25",
        ])
      #expect(lines[2] == [key(0xa2), "(none)", "[fe80::1%lo]:5", "(none)", "0", "0", "0", "off"])
      #expect(lines[3] == [key(0xa3), "(none)", "(none)", "0.0.0.0/0", "0", "0", "0", "off"])
    }
  }

  @Test func `wg showconf prints a file that restores the interface`() throws {
    try withInterface(Example.target()) { interface in
      let shown = try StockTool("wg", ["showconf", interface.name])
      #expect(
        shown.output == """
          [Interface]
          ListenPort = 51820
          FwMark = 0xcafe
          PrivateKey = \(key(0x48))

          [Peer]
          PublicKey = \(key(0xa1))
          PresharedKey = \(key(0xb1))
          AllowedIPs = 10.0.0.0/8, fd00::/64
          Endpoint = 192.0.2.7:1234
          PersistentKeepalive = 25

          [Peer]
          PublicKey = \(key(0xa2))
          Endpoint = [fe80::1%lo]:5

          [Peer]
          PublicKey = \(key(0xa3))
          AllowedIPs = 0.0.0.0/0

          """)
      try withInterface(MemoryTarget()) { other in
        let set = try withFile(shown.output) { try StockTool("wg", ["setconf", other.name, $0]) }
        #expect(set.status == 0 && set.complaint == "")
        let again = try StockTool("wg", ["showconf", other.name])
        #expect(again.output == shown.output)
      }
    }
  }

  @Test func `wg show lists the interface after probing its socket`() throws {
    try withInterface(Example.target()) { interface in
      let list = try StockTool("wg", ["show", "interfaces"])
      #expect(list.output.split { $0.isWhitespace }.contains(Substring(interface.name)))
      let pretty = try StockTool("wg", ["show", interface.name])
      #expect(pretty.status == 0)
      #expect(pretty.output.contains("listening port: 51820") && pretty.output.contains("every 25 seconds"))
    }
  }

  @Test func `wg set changes what was named and nothing else`() throws {
    try withInterface(Example.target()) { interface in
      let before = interface.target.directives.count
      let set = try withFile(key(0x49)) { file in
        try StockTool(
          "wg",
          [
            "set", interface.name, "listen-port", "7", "fwmark", "0x10", "private-key", file, "peer", key(0xa4),
            "preshared-key", file, "endpoint", "[fe80::9%lo]:9", "persistent-keepalive", "3", "allowed-ips",
            "10.9.0.0/16,::/1",
            "peer", key(0xa1), "remove", "peer", key(0xa3), "allowed-ips", "",
          ])
      }
      #expect(set.status == 0 && set.complaint == "")
      let directives = Array(interface.target.directives[before...])
      let four = try #require(Prefix(IPAddress(v4: 0x0a09_0000), length: 16))
      let six = try #require(Prefix(IPAddress(family: .v6, value: 0), length: 1))
      #expect(
        directives == [
          // The tool sends the key as it is in the file; who computes with it clamps it.
          .privateKey(Octets32(repeating: 0x49)), .listenPort(7), .fwmark(16), .beginPeer(Octets32(repeating: 0xa4)),
          .presharedKey(Octets32(repeating: 0x49)),
          .endpoint(Endpoint(IPAddress(v6High: 0xfe80 << 48, low: 9), port: 9, scope: 1)), .persistentKeepalive(3),
          .replaceAllowedIPs, .addAllowedIP(four), .addAllowedIP(six), .endPeer, .removePeer(Octets32(repeating: 0xa1)),
          .beginPeer(Octets32(repeating: 0xa3)), .replaceAllowedIPs, .endPeer,
        ])
      #expect(interface.target.peers.map { $0.facts.publicKey[0] } == [0xa2, 0xa3, 0xa4])
      #expect(interface.target.peer(Octets32(repeating: 0xa3))?.allowedIPs == [])
    }
  }

  @Test func `wg addconf adds and wg syncconf removes what the file lacks`() throws {
    try withInterface(Example.target()) { interface in
      let file = """
        [Interface]
        [Peer]
        PublicKey = \(key(0xa2))
        AllowedIPs = 10.2.0.0/16
        [Peer]
        PublicKey = \(key(0xa5))
        """
      let added = try withFile(file) { try StockTool("wg", ["addconf", interface.name, $0]) }
      #expect(added.status == 0 && added.complaint == "")
      #expect(interface.target.peers.map { $0.facts.publicKey[0] } == [0xa1, 0xa2, 0xa3, 0xa5])
      #expect(interface.target.interface.listenPort == 51820)
      let synced = try withFile(file) { try StockTool("wg", ["syncconf", interface.name, $0]) }
      #expect(synced.status == 0 && synced.complaint == "")
      #expect(interface.target.peers.map { $0.facts.publicKey[0] } == [0xa2, 0xa5])
      #expect(interface.target.interface == InterfaceFacts())
    }
  }

  @Test func `wg says what the number of a refusal means`() throws {
    var target = MemoryTarget()
    target.portInUse = 53
    target.peerLimit = 0
    try withInterface(target) { interface in
      let port = try StockTool("wg", ["set", interface.name, "listen-port", "53"])
      #expect(port.status != 0 && port.complaint.contains("Address already in use"))
      let peer = try StockTool("wg", ["set", interface.name, "peer", key(0xa1)])
      #expect(peer.status != 0 && peer.complaint.contains("Invalid argument"))
    }
    target = Example.target()
    target.readablePeers = 1
    try withInterface(target) { interface in
      let show = try StockTool("wg", ["show", interface.name, "dump"])
      #expect(show.status != 0 && show.complaint.contains("Input/output error"))
    }
  }

  @Test func `a large interface is shown whole`() throws {
    var target = MemoryTarget()
    var lines = "set=1\n"
    for i in 0..<400 {
      lines += "public_key=\(Example.hex(0).dropLast(4) + String(0x1000 + i, radix: 16))\n"
      for j in 0..<20 { lines += "allowed_ip=10.\(i / 200).\(i % 200).\(j)/32\n" }
    }
    #expect(answer(lines + "\n", from: &target) == "errno=0\n\n")
    try withInterface(target) { interface in
      let dump = try StockTool("wg", ["show", interface.name, "allowed-ips"])
      let peers = dump.output.split(separator: "\n")
      #expect(peers.count == 400)
      #expect(peers.allSatisfy { $0.split(whereSeparator: \.isWhitespace).count == 21 })
    }
  }
}
