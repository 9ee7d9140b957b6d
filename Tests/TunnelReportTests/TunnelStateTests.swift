import Octets
import Testing

@testable import TunnelReport

/// Takes what it is given for an endpoint.
struct AsWritten: EndpointNaming {
  func words(host: String, port: String) -> EndpointWords? { EndpointWords(host: host, port: port) }
}

struct TunnelStateTests {
  private static func state(_ reply: String) throws(ReplyFault) -> TunnelState {
    let bytes = SecretBytes()
    bytes.append(reply)
    return try bytes.withBytes { (span) throws(ReplyFault) in
      try TunnelState(name: "tt0", reply: span, naming: AsWritten())
    }
  }

  private static func hexadecimal(_ digit: Character) -> String { String(repeating: digit, count: 64) }

  @Test func `a reply is read, whole or not at all`() throws {
    let peer = "public_key=\(Self.hexadecimal("1"))\n"
    let state = try Self.state("listen_port=5\n\(peer)endpoint=[::1]:7\nallowed_ip=10.1.2.3/8\nerrno=0\n\n")
    #expect(state.listenPort == 5 && state.peers.count == 1 && state.publicKey == nil)
    #expect(state.peers[0].endpoint?.text == "[::1]:7")
    #expect(state.peers[0].allowedIPs[0].address.words == "10.1.2.3")
    for (reply, fault) in [
      ("errno=0\n", ReplyFault.malformed), ("\n", .malformed), ("errno=5\n\n", .refused(5)),
      ("x\nerrno=0\n\n", .malformed), ("listen_port=65536\nerrno=0\n\n", .malformed),
      (peer + "endpoint=1.2.3.4\nerrno=0\n\n", .malformed), (peer + "endpoint=[::1]x:5\nerrno=0\n\n", .malformed),
    ] {
      #expect(throws: fault) { try Self.state(reply) }
    }
  }

  @Test func `IPv4-compatible addresses are in mixed notation, and only those`() {
    func words(_ value: UInt128) -> String { IPAddress(family: .v6, value: value).words }
    #expect(words(0) == "::" && words(1) == "::1" && words(0xffff) == "::ffff")
    #expect(words(0x10000) == "::0.1.0.0" && words(0xffff_ffff) == "::255.255.255.255")
    #expect(words(0x1_0000_0000) == "::1:0:0")
    #expect(words(0xffff_0102_0304) == "::ffff:1.2.3.4")
  }

  @Test func `keys that are secret are overwritten`() throws {
    var state = try Self.state(
      "private_key=\(Self.hexadecimal("5"))\npublic_key=\(Self.hexadecimal("1"))\n"
        + "preshared_key=\(Self.hexadecimal("2"))\nerrno=0\n\n")
    #expect(state.privateKey != nil && state.peers[0].presharedKey != nil)
    state.wipe()
    #expect(state.privateKey == nil && state.peers[0].presharedKey == nil)
  }

  @Test func `the digest of a configuration follows what was told, and not what happened since`() throws {
    let one = Self.hexadecimal("1")
    let two = Self.hexadecimal("2")
    func digest(_ lines: String...) throws -> Octets32 {
      try Self.state((lines + ["errno=0\n\n"]).joined(separator: "\n")).configurationDigest
    }
    let told = [
      "private_key=\(Self.hexadecimal("5"))", "public_key=\(one)", "allowed_ip=10.0.0.0/8", "allowed_ip=::/0",
    ]
    let reference = try digest(told[0], told[1], told[2], told[3], "public_key=\(two)")
    for same in [
      try digest(told[0], "listen_port=7", told[1], told[3], told[2], "public_key=\(two)"),
      try digest(told[0], "public_key=\(two)", told[1], told[2], told[3]),
      try digest(
        told[0], told[1], "endpoint=1.2.3.4:5", "rx_bytes=7", "last_handshake_time_sec=9", told[2], told[3],
        "public_key=\(two)"),
    ] { #expect(same == reference) }
    for other in [
      try digest(told[1], told[2], told[3], "public_key=\(two)"),
      try digest("private_key=\(Self.hexadecimal("6"))", told[1], told[2], told[3], "public_key=\(two)"),
      try digest(told[0], "fwmark=1", told[1], told[2], told[3], "public_key=\(two)"),
      try digest(told[0], told[1], told[2], told[3]),
      try digest(told[0], told[1], told[2], "public_key=\(two)", told[3]),
      try digest(told[0], told[1], "persistent_keepalive_interval=5", told[2], told[3], "public_key=\(two)"),
      try digest(told[0], told[1], "preshared_key=\(two)", told[2], told[3], "public_key=\(two)"),
    ] { #expect(other != reference) }
  }

  @Test func `bytes grow and stay what they are`() {
    let bytes = SecretBytes(capacity: 1)
    for number in 0..<10000 { bytes.append("\(number % 10)") }
    #expect(bytes.count == 10000 && bytes.text == String(repeating: "0123456789", count: 1000))
  }

  @Test func `a text in JSON is one string`() {
    #expect(JSONText.escape("a\"b\\c\nd\u{1}é") == "a\\\"b\\\\c\\nd\\u0001é")
  }
}
