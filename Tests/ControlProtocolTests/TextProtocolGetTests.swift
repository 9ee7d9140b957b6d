import ControlProtocol
import ControlProtocolTesting
import Octets
import Testing
import Timeline

@Suite struct TextProtocolGetTests {
  @Test func `an empty interface answers with the result alone`() {
    var target = MemoryTarget()
    #expect(answer("get=1\n\n", from: &target) == "errno=0\n\n")
  }

  @Test func `everything that is known is printed, peers after the interface`() {
    var target = Example.target()
    #expect(
      answer("get=1\n\n", from: &target) == """
        private_key=\(Example.hex(0x48))
        listen_port=51820
        fwmark=51966
        public_key=\(Example.hex(0xa1))
        preshared_key=\(Example.hex(0xb1))
        protocol_version=1
        endpoint=192.0.2.7:1234
        last_handshake_time_sec=1700000000
        last_handshake_time_nsec=123456789
        tx_bytes=18446744073709551615
        rx_bytes=42
        persistent_keepalive_interval=25
        allowed_ip=10.0.0.0/8
        allowed_ip=fd00::/64
        public_key=\(Example.hex(0xa2))
        preshared_key=\(Example.hex(0))
        protocol_version=1
        endpoint=[fe80::1%lo]:5
        last_handshake_time_sec=0
        last_handshake_time_nsec=0
        tx_bytes=0
        rx_bytes=0
        persistent_keepalive_interval=0
        public_key=\(Example.hex(0xa3))
        preshared_key=\(Example.hex(0))
        protocol_version=1
        last_handshake_time_sec=0
        last_handshake_time_nsec=0
        tx_bytes=0
        rx_bytes=0
        persistent_keepalive_interval=0
        allowed_ip=0.0.0.0/0
        errno=0


        """)
  }

  @Test func `a scope without a name prints as a number`() {
    var target = Example.target()
    target.scopes = [:]
    #expect(answer("get=1\n\n", from: &target).contains("endpoint=[fe80::1%1]:5\n"))
  }

  @Test func `bytes before the blank line fail with a positive number and nothing is printed`() {
    var target = Example.target()
    for line in ["x", "get=1", "public_key=", String(repeating: "a", count: 300)] {
      #expect(answer("get=1\n\(line)\n\n", from: &target) == "errno=22\n\n", "\(line)")
    }
    #expect(answer("get=1\nx", ends: true, from: &target) == "errno=22\n\n")
  }

  @Test func `a line without end fails as soon as it is too long`() {
    var target = MemoryTarget()
    #expect(answer("get=1\n" + String(repeating: "a", count: 65536), from: &target) == "")
    #expect(answer("get=1\n" + String(repeating: "a", count: 65537), from: &target) == "errno=5\n\n")
  }

  @Test func `the end of the input does for the blank line`() {
    var target = MemoryTarget()
    #expect(answer("get=1\n", ends: true, from: &target) == "errno=0\n\n")
  }

  @Test func `a target that fails midway ends the reply with a positive number`() {
    var target = Example.target()
    target.readablePeers = 1
    let conversation = Conversation()
    conversation.send(Array("get=1\n\nget=1\n\n".utf8), to: &target)
    #expect(conversation.text.hasSuffix("allowed_ip=fd00::/64\nerrno=5\n\n"))
    #expect(conversation.closed)
    #expect(conversation.failure?.error == .inputOutput)
  }

  @Test func `the longest facts of a peer fit the room that is asked for`() throws {
    var target = MemoryTarget()
    target.interface.privateKey = Octets32(repeating: 0xff)
    target.interface.listenPort = .max
    target.interface.fwmark = .max
    let name = String(repeating: "n", count: 32)
    target.scopes = [name: 7]
    let address = IPAddress(family: .v6, value: UInt128.max)
    let prefix = try #require(Prefix(address, length: 128))
    try target.apply([
      .beginPeer(Octets32(repeating: 0xff)), .presharedKey(Octets32(repeating: 0xff)),
      .endpoint(Endpoint(address, port: .max, scope: 7)),
      .persistentKeepalive(.max), .addAllowedIP(prefix), .endPeer,
    ])
    target.peers[0].facts.lastHandshake = WallTime(seconds: .max, nanoseconds: .max)
    target.peers[0].facts.sentBytes = .max
    target.peers[0].facts.receivedBytes = .max
    let reply = answer("get=1\n\n", from: &target)
    #expect(reply.contains("endpoint=[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff%\(name)]:65535\n"))
    let peer = reply.split(separator: "public_key=")[1].utf8.count + "public_key=".utf8.count
    let allowedIP = "allowed_ip=ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128\n".utf8.count
    #expect(peer - allowedIP - "errno=0\n\n".utf8.count == 441)
  }

  @Test func `without room nothing is printed and nothing is lost`() {
    var target = Example.target()
    var server = TextProtocol()
    var step: TextProtocol.Step?
    let reply = [UInt8](capacity: 8) { output in
      step = withText("get=1\n\n") { server.receive($0, inputEnds: false, into: &output, target: &target) }
    }
    #expect(reply.isEmpty)
    #expect(step?.wants == .room && step?.consumed == 7)
    let rest = [UInt8](capacity: 4096) { output in
      step = withText("") { server.receive($0, inputEnds: false, into: &output, target: &target) }
    }
    #expect(String(decoding: rest, as: UTF8.self) == answer("get=1\n\n", from: &target))
    #expect(step?.wants == .input)
  }

  @Test func `peers that come and go between pages do not break the walk`() throws {
    var target = Example.target()
    var server = TextProtocol()
    var reply: [UInt8] = []
    var pages = 0
    var wants = TextProtocol.Want.room
    while wants == .room {
      reply += [UInt8](capacity: TextProtocol.minimumRoom) { output in
        wants =
          withText(pages == 0 ? "get=1\n\n" : "") {
            server.receive($0, inputEnds: false, into: &output, target: &target)
          }.wants
      }
      pages += 1
      if pages == 2 {
        // The first peer's facts are printed, its allowed IPs partly not: it goes, and a fourth comes.
        try target.apply([
          .removePeer(Octets32(repeating: 0xa1)), .beginPeer(Octets32(repeating: 0xa4)), .endPeer,
        ])
      }
    }
    let text = String(decoding: reply, as: UTF8.self)
    #expect(pages > 3)
    for key: UInt8 in [0xa1, 0xa2, 0xa3, 0xa4] {
      #expect(text.split(separator: "public_key=\(Example.hex(key))", omittingEmptySubsequences: false).count == 2)
    }
    #expect(text.hasSuffix("errno=0\n\n"))
  }
}
