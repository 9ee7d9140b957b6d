import ConfigurationFile
import ControlProtocolTesting
import Octets
import Testing

private let all: [Dialect] = [.wg, .wgQuick, .windows, .shared(.linux), .shared(.windows)]
private let core: [Dialect] = [.wg, .wgQuick]

@Suite struct CoreDialectTests {
  @Test(arguments: all)
  func `what every dialect knows means the same in all`(dialect: Dialect) throws {
    let document = try read(
      """
      # a comment
      [Interface]
      PrivateKey = \(key(0x48)) # another
      ListenPort = 51820

      [Peer]
      PublicKey = \(key(0xa1))
      PresharedKey = \(key(0xb1))
      AllowedIPs = 10.0.0.0/8, fd00::/64
      AllowedIPs = 192.0.2.1
      Endpoint = [2001:db8::1]:51821
      PersistentKeepalive = 25
      [Peer]
      PublicKey = \(key(0xa2))
      Endpoint = vpn.example.com:51820
      PersistentKeepalive = off
      """, dialect)
    #expect(document.interface.privateKey == Octets32(repeating: 0x48))
    #expect(document.interface.listenPort == .number(51820))
    let one = document.peers[0]
    #expect(one.publicKey == Octets32(repeating: 0xa1) && one.presharedKey == Octets32(repeating: 0xb1))
    #expect(one.allowedIPs == ["10.0.0.0/8", "fd00::/64", "192.0.2.1/32"].map { AllowedIP(prefix($0)) })
    #expect(one.endpoint == EndpointReference(host: "2001:db8::1", port: .number(51821)))
    #expect(one.endpoint?.numeric == Endpoint(address("2001:db8::1"), port: 51821))
    #expect(one.persistentKeepalive == 25)
    let two = document.peers[1]
    #expect(two.endpoint == EndpointReference(host: "vpn.example.com", port: .number(51820)))
    #expect(two.endpoint?.numeric == nil && two.persistentKeepalive == 0 && two.presharedKey == nil)
    #expect(document.peers.count == 2)
  }

  @Test(arguments: all)
  func `lines may end with a carriage return and the last one with nothing`(dialect: Dialect) throws {
    let text = "[Interface]\r\nPrivateKey = \(key(1))\r\n\r\n[Peer]\r\nPublicKey = \(key(2))\r\nAllowedIPs = ::/0"
    #expect(try read(text, dialect).peers[0].allowedIPs == [AllowedIP(prefix("::/0"))])
    #expect(try read(text + "\r\n", dialect) == read(text, dialect))
  }

  @Test(arguments: all)
  func `sections and keys are known in any case`(dialect: Dialect) throws {
    let text = "[INTERFACE]\nprivatekey=\(key(1))\nLISTENPORT=7\n[peer]\npublicKEY=\(key(2))\nallowedips=::/0\n"
    #expect(try read(text, dialect).interface.listenPort == .number(7))
    #expect(try read(text, dialect).peers[0].allowedIPs.count == 1)
  }

  @Test(arguments: all)
  func `sections of the interface merge and the last of two values holds`(dialect: Dialect) throws {
    let text =
      "[Interface]\nPrivateKey=\(key(1))\nListenPort=1\n[Peer]\nPublicKey=\(key(2))\n[Interface]\nListenPort=2\n"
    #expect(try read(text, dialect).interface.listenPort == .number(2))
    #expect(problems(text, dialect) == [.repeatedKey])
  }

  @Test func `wg takes white space out of keys and values`() throws {
    let text =
      "[ Inter face ]\nPrivate Key = \(key(1))\n[Peer]\nPublicKey=\(key(2))\nAllowed\tIPs = 10.0. 0.0 / 8\u{b}\n"
    #expect(try read(text, .wg).peers[0].allowedIPs == [AllowedIP(prefix("10.0.0.0/8"))])
    #expect(problems(text, .windows).contains(.unknownSection))
    #expect(peerProblems("Allowed IPs = 10.0.0.0/8\n", .shared(.linux)) == [.unknownKey])
    #expect(peerProblems("AllowedIPs = 10.0. 0.0/8\n", .shared(.linux)) == [.notPrefix])
  }

  @Test(arguments: core)
  func `a mark is off, decimal, or hexadecimal after a small x`(dialect: Dialect) throws {
    for (text, mark): (String, UInt32) in [
      ("off", 0), ("OFF", 0), ("0", 0), ("51820", 51820), ("0xcafe", 0xcafe), ("4294967295", .max),
    ] {
      #expect(try interface("FwMark = \(text)", dialect).fwmark == mark)
    }
    for text in ["4294967296", "0x", "0x100000000", "0XCAFE", "-1", "+1", "0x-1", "1a", "on", "0xg"] {
      #expect(interfaceProblems("FwMark = \(text)", dialect) == [.notMark], "\(text)")
    }
  }

  @Test(arguments: all)
  func `a port fits 16 bits`(dialect: Dialect) throws {
    #expect(try interface("ListenPort = 65535", dialect).listenPort == .number(65535))
    for text in ["65536", "-1", "+1", "1.0", "0x1", "99999999999999999999"] {
      #expect(interfaceProblems("ListenPort = \(text)", dialect) == [.notPort], "\(text)")
    }
  }

  @Test func `a port may be the name of a service except on Windows`() throws {
    for dialect: Dialect in [.wg, .wgQuick, .shared(.linux)] {
      #expect(try interface("ListenPort = domain", dialect).listenPort == .service("domain"))
      #expect(try peer("Endpoint = host:https", dialect).endpoint?.port == .service("https"))
    }
    #expect(interfaceProblems("ListenPort = domain", .windows) == [.notPort])
    #expect(peerProblems("Endpoint = host:https", .windows) == [.notEndpoint])
    #expect(interfaceProblems("ListenPort = \(key(1).dropLast())", .wg) == [.notPort])
  }

  @Test(arguments: all)
  func `a key that is not canonical base 64 of 32 bytes is refused`(dialect: Dialect) {
    let good = key(0x48)
    for text in [
      String(good.dropLast()), good + "=", String(good.dropFirst()), "A", "(none)", good.replacing("S", with: "-"),
    ] {
      #expect(problems("[Interface]\nPrivateKey = \(text)\n", dialect).contains(.notKey), "\(text)")
      #expect(peerProblems("PresharedKey = \(text)\n", dialect) == [.notKey], "\(text)")
    }
    // Unused bits set: only Windows takes it.
    let loose = String(repeating: "A", count: 42) + "B="
    #expect(peerProblems("PresharedKey = \(loose)\n", dialect) == (dialect == .windows ? [] : [.notKey]))
  }

  @Test(arguments: all)
  func `prefixes need an address of their family's form and a length in its range`(dialect: Dialect) throws {
    for text in [
      "10.0.0.0/33", "::/129", "10.0.0/8", "10.0.0.0/", "/8", "10.0.0.0/8/8", "10.0.0.0/-1", "10.0.0.0/a", "host",
      "1.2.3.04", "::1%lo",
    ] {
      #expect(peerProblems("AllowedIPs = \(text)\n", dialect) == [.notPrefix], "\(text)")
    }
    #expect(try peer("AllowedIPs = 10.1.2.3/8\n", dialect).allowedIPs == [AllowedIP(prefix("10.0.0.0/8"))])
    #expect(peerProblems("AllowedIPs = 10.1.2.3/8\n", dialect) == [.hostBits])
    for text in ["10.0.0.0/8,,::/0", "10.0.0.0/8,", ",10.0.0.0/8", ","] {
      #expect(peerProblems("AllowedIPs = \(text)\n", dialect).allSatisfy { $0 == .emptyElement }, "\(text)")
      #expect(!peerProblems("AllowedIPs = \(text)\n", dialect).isEmpty, "\(text)")
    }
  }

  @Test func `a sign makes the list a change, except on Windows`() throws {
    for dialect: Dialect in [.wg, .wgQuick, .shared(.linux)] {
      let peer = try peer("AllowedIPs = +10.0.0.0/8, -::/0\nAllowedIPs = 1.2.3.4\n", dialect)
      #expect(peer.allowedIPs.map(\.change) == [.added, .removed, .listed])
      #expect(!peer.replacesAllowedIPs)
      #expect(peerProblems("AllowedIPs = --::/0\n", dialect) == [.notPrefix])
    }
    #expect(peerProblems("AllowedIPs = +::/0\n", .windows) == [.signNotAllowed])
  }

  @Test(arguments: all)
  func `an endpoint is a host and a port`(dialect: Dialect) throws {
    #expect(try peer("Endpoint = [fe80::1%eth0]:5", dialect).endpoint?.host == "fe80::1%eth0")
    #expect(try peer("Endpoint = [fe80::1%7]:5", dialect).endpoint?.numeric?.scope == 7)
    #expect(try peer("Endpoint = 192.0.2.1:5", dialect).endpoint?.numeric == Endpoint(address("192.0.2.1"), port: 5))
    for text in ["host", "host:", ":5", "[::1]", "[::1]5", "[]:5", "[::1:5", "host:65536", "host:5:", "a b!:5"] {
      #expect(peerProblems("Endpoint = \(text)\n", dialect) == [.notEndpoint], "\(text)")
    }
  }

  @Test func `the last colon separates an address without brackets, which Windows refuses`() throws {
    for dialect in core {
      #expect(
        try peer("Endpoint = 2001:db8::1:51820", dialect).endpoint?.numeric
          == Endpoint(address("2001:db8::1"), port: 51820))
    }
    #expect(peerProblems("Endpoint = 2001:db8::1:51820", .shared(.linux)) == [.missingBrackets])
    #expect(peerProblems("Endpoint = 2001:db8::1:51820", .windows) == [.notEndpoint])
  }

  @Test(arguments: all)
  func `a keepalive is off or fits 16 bits`(dialect: Dialect) throws {
    #expect(try peer("PersistentKeepalive = 65535", dialect).persistentKeepalive == 65535)
    for text in ["65536", "-1", "25s", "on", "0x19"] {
      #expect(peerProblems("PersistentKeepalive = \(text)\n", dialect) == [.notKeepalive], "\(text)")
    }
    #expect(peerProblems("PersistentKeepalive = Off\n", dialect) == (dialect == .windows ? [.notKeepalive] : []))
  }

  @Test(arguments: all)
  func `what stands in the wrong place is refused`(dialect: Dialect) {
    #expect(problems("PrivateKey = \(key(1))\n[Interface]\nPrivateKey = \(key(1))\n", dialect) == [.outsideSection])
    #expect(peerProblems("ListenPort = 1\n", dialect) == [.wrongSection])
    #expect(peerProblems("Address = 10.0.0.1/24\n", dialect) == [dialect == .wg ? .notInDialect : .wrongSection])
    #expect(interfaceProblems("AllowedIPs = ::/0\n", dialect) == [.wrongSection])
    #expect(interfaceProblems("Unknown = 1\n", dialect) == [.unknownKey])
    #expect(interfaceProblems("ListenPort\n", dialect) == [.missingEquals])
    #expect(interfaceProblems("ListenPort =\n", dialect) == [.emptyValue])
    #expect(peerProblems("AllowedIPs =   # nothing\n", dialect) == [.emptyValue])
    #expect(interfaceProblems("[Server]\nListenPort = x\n", dialect) == [.unknownSection])
  }

  @Test(arguments: all)
  func `every peer needs its key`(dialect: Dialect) {
    let text = "[Interface]\nPrivateKey=\(key(1))\n[Peer]\nAllowedIPs=::/0\n[Peer]\nPublicKey=\(key(2))\n[Peer]\n"
    #expect(
      diagnostics(text, dialect) == [
        Diagnostic(line: 3, problem: .missingPublicKey), Diagnostic(line: 7, problem: .missingPublicKey),
      ])
  }

  @Test func `a byte-order mark is refused except by our own dialect`() throws {
    let text = "\u{feff}[Interface]\nPrivateKey = \(key(1))\n"
    for dialect: Dialect in [.wg, .wgQuick, .windows] { #expect(problems(text, dialect) == [.byteOrderMark]) }
    #expect(try read(text, .shared(.linux)).interface.privateKey == Octets32(repeating: 1))
  }

  @Test(arguments: all)
  func `a comment may hold any bytes, but a zero byte is no text`(dialect: Dialect) throws {
    let text = Array("[Interface]\nPrivateKey = \(key(1)) # ".utf8)
    #expect(try ConfigurationDocument.read(text + [0xe4, 0xff], dialect: dialect).warnings == [])
    do throws(ConfigurationFileError) {
      _ = try ConfigurationDocument.read(text + [0], dialect: dialect)
      Issue.record("a zero byte was taken")
    } catch {
      #expect(error.diagnostics.map(\.problem) == [.notText])
    }
  }
}
