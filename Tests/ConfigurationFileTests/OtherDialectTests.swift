import ConfigurationFile
import ControlProtocolTesting
import Octets
import Testing

@Suite struct WgQuickDialectTests {
  @Test func `everything wg-quick knows is read`() throws {
    let interface = try interface(
      """
      Address = 10.0.0.1/24, fd00::1/64
      Address = 10.1.0.1 10.2.0.1/16
      DNS = 10.0.0.53, example.com fe80::1%eth0
      MTU = 1380
      Table = 1234
      PreUp = echo %i # kept
      PostUp = one
      PostUp = two = 2
      PreDown=three
      PostDown = four
      SaveConfig = TRUE
      """, .wgQuick)
    #expect(interface.addresses.map(\.text) == ["10.0.0.1/24", "fd00::1/64", "10.1.0.1/32", "10.2.0.1/16"])
    #expect(
      interface.dns == [
        .server(address("10.0.0.53"), zone: nil), .domain("example.com"), .server(address("fe80::1"), zone: "eth0"),
      ])
    #expect(interface.mtu == 1380 && interface.table == .named("1234") && interface.saveConfig == true)
    #expect(interface.preUp == ["echo %i # kept"] && interface.postUp == ["one", "two = 2"])
    #expect(interface.preDown == ["three"] && interface.postDown == ["four"])
  }

  @Test func `routes go by themselves, nowhere, or into a table`() throws {
    for (text, table): (String, RoutingTable) in [
      ("auto", .automatic), ("", .automatic), ("off", .off), ("main", .named("main")), ("51820", .named("51820")),
    ] {
      #expect(try interface("Table = \(text)", .wgQuick).table == table)
    }
  }

  @Test func `its keys are its own only under a plain interface section`() {
    #expect(problems("[ Interface ]\nAddress = 10.0.0.1\n", .wgQuick) == [.wrongSection])
    #expect(problems("[Interface]\nAddress = 10.0.0.1\n", .wg) == [.notInDialect])
    #expect(interfaceProblems("Add ress = 10.0.0.1\n", .wgQuick) == [.wrongSection])
  }

  @Test func `bad values are refused`() {
    for (line, problem): (String, Problem) in [
      ("Address = 10.0.0.1/33", .notAddress), ("Address = x", .notAddress), ("DNS = 10.0.0", .notNameServer),
      ("DNS = a:b", .notNameServer), ("DNS = 1.2.3.4%lo", .notNameServer), ("MTU = 0", .notMTU), ("MTU = x", .notMTU),
      ("MTU = 4294967296", .notMTU), ("SaveConfig = yes", .notBoolean), ("SaveConfig =", .notBoolean),
      ("Table = a b", .notTable),
    ] {
      #expect(interfaceProblems(line, .wgQuick) == [problem], "\(line)")
    }
  }
}

@Suite struct WindowsDialectTests {
  @Test func `everything Windows knows is read`() throws {
    let interface = try interface(
      """
      Address = 10.0.0.1/24,fd00::1
      DNS = 10.0.0.53, example.com, 1.2.3
      MTU = 1280
      Table = off
      PostUp = echo one
      PostUp = echo %WIREGUARD_TUNNEL_NAME% # two
      """, .windows)
    #expect(interface.addresses.map(\.text) == ["10.0.0.1/24", "fd00::1/128"])
    #expect(interface.dns == [.server(address("10.0.0.53"), zone: nil), .domain("example.com"), .domain("1.2.3")])
    #expect(interface.mtu == 1280 && interface.table == .off)
    #expect(interface.postUp == ["echo %WIREGUARD_TUNNEL_NAME% # two"])
  }

  @Test func `what Windows does not know is refused`() {
    for (line, problem): (String, Problem) in [
      ("FwMark = 1", .notInDialect), ("SaveConfig = true", .notInDialect), ("MTU = 575", .notMTU),
      ("MTU = 65536", .notMTU),
      ("Table = vpn", .notTable), ("Table =", .emptyValue), ("Address = 10.0.0.1,,10.0.0.2", .emptyElement),
      ("Address = 10.0.0.1 10.0.0.2", .notAddress),
    ] {
      #expect(interfaceProblems(line, .windows) == [problem], "\(line)")
    }
  }

  @Test func `the private key must be there and no public key may be zero`() {
    #expect(
      diagnostics("# x\n[Interface]\nMTU = 1280\n", .windows) == [Diagnostic(line: 2, problem: .missingPrivateKey)])
    #expect(diagnostics("", .windows) == [Diagnostic(line: 1, problem: .missingPrivateKey)])
    let text = "[Interface]\nPrivateKey = \(key(1))\n[Peer]\nPublicKey = \(key(0))\n"
    #expect(problems(text, .windows) == [.zeroPublicKey])
    #expect(problems(text, .shared(.linux)) == [.zeroPublicKey])
    #expect(problems(text, .wg) == [])
  }

  @Test(arguments: [Dialect.windows, .shared(.windows), .shared(.linux)])
  func `UTF-16 is read in either order, with and without its mark`(dialect: Dialect) throws {
    let text = "[Interface]\nPrivateKey = \(key(7))\nPostUp = echo ä🐦\n"
    for mark in ["", "\u{feff}"] {
      for isBig in [false, true] {
        let bytes = (mark + text).utf16.flatMap { unit in
          let pair = [UInt8(unit >> 8), UInt8(unit & 255)]
          return isBig ? pair : pair.reversed()
        }
        let document = try ConfigurationDocument.read(bytes, dialect: dialect).document
        #expect(document.interface.privateKey == Octets32(repeating: 7))
        #expect(document.interface.postUp == ["echo ä🐦"])
        for broken in [Array(bytes.dropLast()), bytes + (isBig ? [0xd8, 0] : [0, 0xd8])] {
          #expect(throws: ConfigurationFileError(diagnostics: [Diagnostic(line: 1, problem: .notText)])) {
            try ConfigurationDocument.read(broken, dialect: dialect)
          }
        }
      }
    }
  }

  @Test func `wg does not read UTF-16`() {
    #expect(throws: ConfigurationFileError(diagnostics: [Diagnostic(line: 1, problem: .notText)])) {
      try ConfigurationDocument.read([0xff, 0xfe] + Array("[\0P\0".utf8), dialect: .wg)
    }
  }
}

@Suite struct SharedDialectTests {
  @Test func `off and hexadecimal are read in any case`() throws {
    #expect(try interface("FwMark = 0XCAFE", .shared(.linux)).fwmark == 0xcafe)
    #expect(try interface("FwMark = OFF", .shared(.linux)).fwmark == 0)
    #expect(try interface("Table = OFF", .shared(.linux)).table == .off)
    #expect(try peer("PersistentKeepalive = OFF", .shared(.linux)).persistentKeepalive == 0)
  }

  @Test func `keys without effect on Windows are warned of there`() {
    let lines = "FwMark = 1\nSaveConfig = true\n"
    #expect(interfaceProblems(lines, .shared(.windows)) == [.ignoredOnWindows, .ignoredOnWindows])
    #expect(interfaceProblems(lines, .shared(.linux)) == [])
  }

  @Test func `two sections of one peer are merged with a warning`() throws {
    let text = """
      [Peer]
      PublicKey = \(key(2))
      AllowedIPs = 10.0.0.0/8, 10.1.0.0/16
      Endpoint = 192.0.2.1:1
      PersistentKeepalive = 1
      [Peer]
      PublicKey = \(key(3))
      [Peer]
      AllowedIPs = 10.0.0.0/8, ::/0
      PublicKey = \(key(2))
      PersistentKeepalive = 2
      """
    let document = try read(text, .shared(.linux))
    #expect(document.peers.map(\.publicKey) == [Octets32(repeating: 2), Octets32(repeating: 3)])
    #expect(document.peers[0].allowedIPs.map(\.text) == ["10.0.0.0/8", "10.1.0.0/16", "::/0"])
    #expect(document.peers[0].persistentKeepalive == 2 && document.peers[0].endpoint?.text == "192.0.2.1:1")
    #expect(
      diagnostics(text, .shared(.linux)) == [
        Diagnostic(line: 8, problem: .repeatedPeer),
        Diagnostic(line: 9, key: .allowedIPs, element: 1, problem: .repeatedPrefix),
      ])
    #expect(try read(text, .wg).peers.count == 3)
  }

  @Test func `a prefix of two peers is warned of`() {
    let text =
      "[Peer]\nPublicKey=\(key(2))\nAllowedIPs=10.0.0.0/8,10.9.9.9/8\n[Peer]\nPublicKey=\(key(3))\nAllowedIPs=::/0,10.0.0.0/8\n"
    #expect(
      diagnostics(text, .shared(.linux)) == [
        Diagnostic(line: 3, key: .allowedIPs, element: 2, problem: .hostBits),
        Diagnostic(line: 3, key: .allowedIPs, element: 2, problem: .repeatedPrefix),
        Diagnostic(line: 6, key: .allowedIPs, element: 2, problem: .prefixOfOtherPeer),
      ])
  }

  @Test func `an interface without identity is well formed but cannot start`() throws {
    #expect(try read("[Interface]\n", .shared(.linux)).obstacle == .missingPrivateKey)
    #expect(try read("[Interface]\nPrivateKey = \(key(0))\n", .shared(.linux)).obstacle == .missingPrivateKey)
    #expect(try read("[Interface]\nPrivateKey = \(key(1))\n", .shared(.linux)).obstacle == nil)
  }

  @Test func `names of interfaces follow the rules of their system`() {
    for name in ["wg0", "a", "A_=+.-9", "123456789012345", ".", "con"] {
      #expect(InterfaceName.isValidOnLinux(name), "\(name)")
    }
    for name in ["", "1234567890123456", "a b", "a/b", "ä", "a\n"] {
      #expect(!InterfaceName.isValidOnLinux(name), "\(name)")
    }
    for name in ["wg0", "console", "com10", "12345678901234567890123456789012", "a.con"] {
      #expect(InterfaceName.isValidOnWindows(name), "\(name)")
    }
    for name in [
      "", "123456789012345678901234567890123", ".a", "a.", "con", "NUL", "com1", "LPT9.x", "Con.txt", "a\\b",
    ] {
      #expect(!InterfaceName.isValidOnWindows(name), "\(name)")
    }
  }
}
