import ControlProtocol
import Octets
import Testing
import TunnelReport

@testable import TunnelNetlink

/// Directives as messages: their bytes, their bounds, and what they come to when they are read back.
struct DeviceChangesTests {
  static func messages(_ directives: [Directive], name: String = "wg0") -> [[UInt8]] {
    var changes = DeviceChanges(directives, name: name, family: 0x20)
    var messages: [[UInt8]] = []
    while changes.isUnfinished { messages.append(Bytes.of(changes.next(sequence: 1))) }
    return messages
  }

  static func message(_ attributes: [UInt8]...) -> [UInt8] {
    Bytes.message(kind: 0x20, flags: 5, [1, 1, 0, 0] + Bytes.attribute(2, Array("wg0\0".utf8)) + attributes.joined())
      .enumerated().map { (12..<16).contains($0.offset) ? 0 : $0.element }
  }

  static let key = Octets32(repeating: 7)
  static func prefix(_ number: Int) -> Prefix { Prefix(IPAddress(v4: 0x0a00_0000 + UInt32(number)), length: 32)! }

  @Test func `the question for a tunnel is a dump`() {
    let expected =
      Bytes.four(28) + Bytes.two(0x20) + Bytes.two(0x305) + Bytes.four(9) + Bytes.four(0) + [0, 1, 0, 0]
      + Bytes.attribute(2, Array("wg0\0".utf8))
    #expect(Bytes.of(DeviceReply.request("wg0", family: 0x20, sequence: 9)) == expected)
  }

  @Test func `every directive of the interface has its attribute`() {
    let directives: [Directive] = [
      .privateKey(Octets32(repeating: 1)), .listenPort(51820), .fwmark(0x1234), .replacePeers,
    ]
    #expect(
      Self.messages(directives) == [
        Self.message(
          Bytes.attribute(3, Bytes.key(1)), Bytes.attribute(6, Bytes.two(51820)),
          Bytes.attribute(7, Bytes.four(0x1234)), Bytes.attribute(5, Bytes.four(1)), Bytes.nest(8, []))
      ])
    // To be told nothing is to be looked for.
    #expect(Self.messages([]) == [Self.message(Bytes.nest(8, []))])
  }

  @Test func `every directive of a peer has its attribute`() {
    let scoped = Endpoint(IPAddress(v6High: 0xfe80_0000_0000_0000, low: 1), port: 53, scope: 4)
    let directives: [Directive] = [
      .beginPeer(Self.key), .presharedKey(Octets32(repeating: 8)),
      .endpoint(Endpoint(IPAddress(v4: 0xc000_0201), port: 51820)), .persistentKeepalive(25), .replaceAllowedIPs,
      .addAllowedIP(Self.prefix(1)), .removeAllowedIP(Self.prefix(2)), .endPeer,
      .beginExistingPeer(Octets32(repeating: 9)), .endpoint(scoped), .endPeer, .removePeer(Octets32(repeating: 10)),
    ]
    let first = Bytes.nest(
      0,
      [
        Bytes.attribute(1, Bytes.key(7)), Bytes.attribute(3, Bytes.four(2)), Bytes.attribute(2, Bytes.key(8)),
        Bytes.attribute(4, Bytes.two(2) + [0xca, 0x6c, 192, 0, 2, 1] + Bytes.eight(0)),
        Bytes.attribute(5, Bytes.two(25)),
        Bytes.nest(
          9,
          [
            Bytes.prefix([10, 0, 0, 1], 32),
            Bytes.nest(
              0,
              [
                Bytes.attribute(1, Bytes.two(2)), Bytes.attribute(2, [10, 0, 0, 2]), Bytes.attribute(3, [32]),
                Bytes.attribute(4, Bytes.four(1)),
              ]),
          ]),
      ])
    let address: [UInt8] = [0xfe, 0x80] + [UInt8](repeating: 0, count: 13) + [1]
    let second = Bytes.nest(
      0,
      [
        Bytes.attribute(1, Bytes.key(9)), Bytes.attribute(3, Bytes.four(4)),
        Bytes.attribute(4, Bytes.two(10) + [0, 53] + Bytes.four(0) + address + Bytes.four(4)),
      ])
    let third = Bytes.nest(0, [Bytes.attribute(1, Bytes.key(10)), Bytes.attribute(3, Bytes.four(1))])
    #expect(Self.messages(directives) == [Self.message(Bytes.nest(8, [first, second, third]))])
  }

  @Test func `a peer whose prefixes go after some were added begins anew, so that none of them is left`() {
    let directives: [Directive] = [
      .beginPeer(Self.key), .addAllowedIP(Self.prefix(1)), .replaceAllowedIPs, .addAllowedIP(Self.prefix(2)), .endPeer,
    ]
    func entry(_ flags: Int, _ number: UInt8) -> [UInt8] {
      Bytes.nest(
        0,
        [
          Bytes.attribute(1, Bytes.key(7)), Bytes.attribute(3, Bytes.four(flags)),
          Bytes.nest(9, [Bytes.prefix([10, 0, 0, number], 32)]),
        ])
    }
    #expect(Self.messages(directives) == [Self.message(Bytes.nest(8, [entry(0, 1), entry(6, 2)]))])
  }

  @Test func `what the interface is told behind peers is told behind them`() {
    let directives: [Directive] = [.beginPeer(Self.key), .endPeer, .listenPort(5)]
    let messages = Self.messages(directives)
    #expect(messages.count == 2)
    #expect(messages[1] == Self.message(Bytes.attribute(6, Bytes.two(5)), Bytes.nest(8, [])))
  }

  @Test func `directives of a peer outside a block are passed over`() {
    #expect(Self.messages([.endpoint(Endpoint(IPAddress(v4: 1), port: 1)), .endPeer]) == Self.messages([]))
  }

  @Test
  func `many peers with many prefixes go in many messages, each in its bounds, and nothing is lost or told twice`()
    throws
  {
    var directives: [Directive] = [.privateKey(Octets32(repeating: 1)), .listenPort(9), .replacePeers]
    for number in 0..<500 {
      var key = Octets32(repeating: 7)
      key[0] = UInt8(number & 0xff)
      key[1] = UInt8(number >> 8)
      directives += [.beginPeer(key), .presharedKey(key), .replaceAllowedIPs]
      directives += (0..<number % 7 * 40).map { .addAllowedIP(Self.prefix(number << 9 | $0)) }
      directives.append(.endPeer)
    }
    let messages = Self.messages(directives)
    #expect(messages.count > 100)
    #expect(messages.allSatisfy { $0.count <= DeviceChanges.limit })
    // A message to the kernel reads as one of its answers.
    var reply = DeviceReply(name: "wg0")
    var replacements = 0
    for message in messages {
      try Bytes.lend(Array(message.dropFirst(16))) { bytes throws(NetlinkFault) in
        try reply.take(kind: 0x20, bytes, family: 0x20, naming: Naming())
        try bytes.forEachAttribute(from: 4) { (attribute, _) throws(NetlinkFault) in
          replacements += attribute == Device.flags ? 1 : 0
        }
      }
    }
    let state = reply.state
    #expect(replacements == 1)
    #expect(state.listenPort == 9)
    #expect(state.peers.count == 500)
    for (number, peer) in state.peers.enumerated() {
      #expect(peer.presharedKey == peer.publicKey)
      #expect(peer.allowedIPs.map(\.prefix) == (0..<number % 7 * 40).map { Self.prefix(number << 9 | $0) }, "\(number)")
    }
  }

  @Test func `a peer that goes on in another message must exist, and keeps the prefixes that it has got`() throws {
    let directives: [Directive] =
      [.beginPeer(Self.key), .replaceAllowedIPs] + (0..<2000).map { .addAllowedIP(Self.prefix($0)) } + [.endPeer]
    let flags = Self.messages(directives).map { message in
      var found: [UInt32] = []
      _ = try? Bytes.lend(Array(message.dropFirst(16))) { bytes throws(NetlinkFault) in
        try bytes.forEachAttribute(from: 4) { (attribute, value) throws(NetlinkFault) in
          guard attribute == Device.peers else { return }
          try value.forEachAttribute { (_, peer) throws(NetlinkFault) in
            try peer.forEachAttribute { (attribute, value) throws(NetlinkFault) in
              if attribute == Peer.flags { found.append(try value.number32()) }
            }
          }
        }
      }
      return found
    }
    #expect(flags.count > 2)
    #expect(flags.first == [2])
    #expect(flags.dropFirst().allSatisfy { $0 == [4] })
  }

  @Test func `a name that no interface has does not break the message`() {
    let message = Self.messages([], name: String(repeating: "x", count: 100_000))[0]
    #expect(message.count < 200)
  }
}
