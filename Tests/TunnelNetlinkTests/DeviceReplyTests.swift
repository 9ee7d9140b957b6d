import Octets
import Testing
import TunnelReport

@testable import TunnelNetlink

/// What the kernel tells: layouts by linux/wireguard.h, dumps that go on in other messages, and everything that is wrong.
struct DeviceReplyTests {
  static let interface =
    Bytes.attribute(6, Bytes.two(51820)) + Bytes.attribute(7, Bytes.four(0x1234))
    + Bytes.attribute(1, Bytes.four(3)) + Bytes.attribute(2, Array("wg0\0".utf8))
    + Bytes.attribute(3, Bytes.key(1)) + Bytes.attribute(4, Bytes.key(2))
  static let peer = [
    Bytes.attribute(1, Bytes.key(7)), Bytes.attribute(2, Bytes.key(8)),
    Bytes.attribute(6, Bytes.eight(1_700_000_000) + Bytes.eight(5)), Bytes.attribute(5, Bytes.two(25)),
    Bytes.attribute(8, Bytes.eight(1 << 40)), Bytes.attribute(7, Bytes.eight(3)), Bytes.attribute(10, Bytes.four(1)),
    Bytes.attribute(4, Bytes.two(2) + [0xca, 0x6c, 192, 0, 2, 1] + Bytes.eight(0)),
    Bytes.nest(9, [Bytes.prefix([10, 0, 0, 0], 8), Bytes.prefix([0xfd] + [UInt8](repeating: 0, count: 15), 8)]),
  ]
  static let whole = Bytes.device(interface, Bytes.nest(8, [Bytes.nest(0, peer)]))

  @Test func `every field is where the header says`() throws {
    let state = try #require(try Bytes.state(Self.whole, Bytes.done))
    #expect(state.name == "wg0")
    #expect(state.privateKey == Octets32(repeating: 1))
    #expect(state.listenPort == 51820)
    #expect(state.fwmark == 0x1234)
    var peer = PeerState(publicKey: Octets32(repeating: 7))
    peer.presharedKey = Octets32(repeating: 8)
    peer.endpoint = EndpointWords(host: "192.0.2.1", port: "51820")
    peer.handshakeSeconds = 1_700_000_000
    peer.handshakeNanoseconds = 5
    peer.receivedBytes = 3
    peer.sentBytes = 1 << 40
    peer.persistentKeepalive = 25
    peer.allowedIPs = [
      AllowedPrefix(IPAddress(v4: 0x0a00_0000), length: 8),
      AllowedPrefix(IPAddress(v6High: 0xfd00_0000_0000_0000, low: 0), length: 8),
    ]
    #expect(state.peers == [peer])
  }

  @Test func `an interface without an identity, a peer without preshared key and endpoint have none`() throws {
    let peer = [Bytes.attribute(1, Bytes.key(7)), Bytes.attribute(2, Bytes.key(0))]
    let state = try #require(try Bytes.state(Bytes.device(Bytes.nest(8, [Bytes.nest(0, peer)])), Bytes.done))
    #expect(state.privateKey == nil)
    #expect(state.peers == [PeerState(publicKey: Octets32(repeating: 7))])
  }

  @Test func `an IPv6 endpoint has its zone as a number`() throws {
    func peer(_ scope: Int) -> [UInt8] {
      let address: [UInt8] = [0xfe, 0x80] + [UInt8](repeating: 0, count: 13) + [1]
      let endpoint = Bytes.two(10) + [0, 53] + Bytes.four(0) + address + Bytes.four(scope)
      return Bytes.nest(8, [Bytes.nest(0, [Bytes.attribute(1, Bytes.key(7)), Bytes.attribute(4, endpoint)])])
    }
    #expect(try Bytes.state(Bytes.device(peer(4)), Bytes.done)?.peers[0].endpoint?.text == "[fe80::1%4]:53")
    #expect(try Bytes.state(Bytes.device(peer(0)), Bytes.done)?.peers[0].endpoint?.text == "[fe80::1]:53")
  }

  @Test func `a peer goes on in the next message, and another one does not`() throws {
    func more(_ key: UInt8, _ number: UInt8) -> [UInt8] {
      Bytes.nest(0, [Bytes.attribute(1, Bytes.key(key)), Bytes.nest(9, [Bytes.prefix([10, 0, 0, number], 32)])])
    }
    let state = try #require(
      try Bytes.state(
        Bytes.device(Self.interface, Bytes.nest(8, [more(7, 1), more(8, 2)])),
        Bytes.device(Bytes.nest(8, [more(8, 3)])) + Bytes.device(Bytes.nest(8, [more(8, 4), more(9, 5)])), Bytes.done))
    #expect(
      state.peers.map { $0.allowedIPs.map(\.address.words) } == [
        ["10.0.0.1"], ["10.0.0.2", "10.0.0.3", "10.0.0.4"], ["10.0.0.5"],
      ])
    #expect(state.listenPort == 51820)
  }

  @Test func `a reply that does not end is none`() throws {
    #expect(try Bytes.state(Self.whole) == nil)
    #expect(try Bytes.state(Self.whole + Bytes.done) != nil)
  }

  @Test func `answers to other requests are passed over`() throws {
    let other = Bytes.message(kind: 2, sequence: 9, Bytes.four(-1))
    #expect(try Bytes.state(other + Self.whole, Bytes.done)?.peers.count == 1)
  }

  @Test func `errors are told by their number, whichever message has them`() {
    for kind in [2, 3] {
      #expect(throws: NetlinkFault.refused(19)) { try Bytes.state(Bytes.message(kind: kind, Bytes.four(-19))) }
    }
    #expect(throws: NetlinkFault.refused(71)) { try Bytes.state(Bytes.message(kind: 2, Bytes.four(.init(Int32.min)))) }
    #expect(throws: NetlinkFault.malformed) { try Bytes.state(Bytes.message(kind: 2, [1])) }
  }

  @Test func `a dump that was interrupted is told apart`() {
    var changed = Self.whole
    changed[6] |= 0x10
    #expect(throws: NetlinkFault.interrupted) { try Bytes.state(changed, Bytes.done) }
  }

  @Test func `a reply cut anywhere is refused, or not over`() {
    for count in 0..<Self.whole.count {
      let state = try? Bytes.state(Array(Self.whole.prefix(count)) + Bytes.done)
      #expect(count == 0 || state == nil, "\(count) bytes")
    }
  }

  @Test func `an attribute shorter or longer than its field is refused`() {
    let wrong: [[UInt8]] = [
      Bytes.attribute(3, Bytes.key(1).dropLast()), Bytes.attribute(3, Bytes.key(1) + [0]), Bytes.attribute(6, [1]),
      Bytes.attribute(7, [1, 2, 3]), Bytes.nest(8, [Bytes.nest(0, [])]),
      Bytes.nest(8, [Bytes.nest(0, [Bytes.attribute(1, [7])])]), [3, 0, 6, 0], [9, 0, 6, 0], [4, 0],
    ]
    for attribute in wrong {
      #expect(throws: NetlinkFault.malformed, "\(attribute)") { try Bytes.state(Bytes.device(attribute), Bytes.done) }
    }
    let peers: [[UInt8]] = [
      Bytes.attribute(2, [1]), Bytes.attribute(4, Bytes.two(2) + [0, 1]), Bytes.attribute(5, [1]),
      Bytes.attribute(4, Bytes.two(10) + [UInt8](repeating: 0, count: 14)), Bytes.attribute(6, Bytes.eight(1)),
      Bytes.attribute(7, Bytes.four(1)), Bytes.attribute(8, Bytes.four(1)),
      Bytes.nest(9, [Bytes.prefix([10, 0, 0, 0], 33)]), Bytes.nest(9, [Bytes.prefix([10, 0, 0], 8)]),
      Bytes.nest(9, [Bytes.nest(0, [Bytes.attribute(1, Bytes.two(2)), Bytes.attribute(3, [8])])]),
      Bytes.nest(9, [Bytes.nest(0, [Bytes.attribute(1, Bytes.two(10)), Bytes.attribute(2, [1, 2, 3, 4])])]),
      Bytes.nest(
        9,
        [
          Bytes.nest(
            0, [Bytes.attribute(1, Bytes.two(10)), Bytes.attribute(2, [1, 2, 3, 4]), Bytes.attribute(3, [8])])
        ]),
    ]
    for attribute in peers {
      let peer = Bytes.nest(8, [Bytes.nest(0, [Bytes.attribute(1, Bytes.key(7)), attribute])])
      #expect(throws: NetlinkFault.malformed, "\(attribute)") { try Bytes.state(Bytes.device(peer), Bytes.done) }
    }
  }

  @Test func `what is not known is passed over`() throws {
    let unknown = Bytes.attribute(99, [1, 2, 3])
    let peer = Bytes.nest(0, [unknown, Bytes.attribute(1, Bytes.key(7)), unknown])
    let state = try Bytes.state(Bytes.device(unknown, Bytes.nest(8, [peer]), unknown), Bytes.done)
    #expect(state?.peers.count == 1)
  }

  @Test func `bytes changed anywhere are no trap, and the keys of what was refused are gone`() throws {
    for place in Self.whole.indices {
      for value: UInt8 in [0, 1, 0x7f, 0x80, 0xff] {
        var changed = Self.whole
        changed[place] = value
        _ = try? Bytes.state(changed, Bytes.done)
      }
    }
    var reply = DeviceReply(name: "wg0")
    try Bytes.lend(Array(Self.whole.dropFirst(16))) { bytes throws(NetlinkFault) in
      try reply.take(kind: 0x20, bytes, family: 0x20, naming: Naming())
    }
    #expect(reply.state.privateKey != nil)
    #expect(throws: NetlinkFault.malformed) {
      try Bytes.lend([0, 1, 0, 0, 1]) { bytes throws(NetlinkFault) in
        try reply.take(kind: 0x20, bytes, family: 0x20, naming: Naming())
      }
    }
    #expect(reply.state.privateKey == nil && reply.state.peers.allSatisfy { $0.presharedKey == nil })
  }
}
