import ControlProtocol
import DriverInterfaceTesting
import Octets
import Testing
import Timeline

@testable import WindowsTunnel

/// The records: the same bytes as the driver's own tests make, and nothing that any bytes could break.
struct RecordTests {
  private static func octets(_ value: UInt8) -> Octets32 { Octets32(repeating: value) }

  @Test func `a request is what the driver's tests send`() throws {
    let directives: [Directive] = [
      .privateKey(Self.octets(0x40)), .listenPort(51820), .fwmark(7), .replacePeers,
      .beginPeer(Self.octets(7)), .presharedKey(Self.octets(8)), .persistentKeepalive(25),
      .endpoint(Endpoint(IPAddress(v4: 0xcb00_7109), port: 51820)), .replaceAllowedIPs,
      .addAllowedIP(Prefix(IPAddress(v4: 0x0a00_0000), length: 8)!),
      .removeAllowedIP(Prefix(IPAddress(v6High: 0xfd00_0000_0000_0000, low: 1), length: 128)!), .endPeer,
      .beginExistingPeer(Self.octets(9)),
      .endpoint(Endpoint(IPAddress(v6High: 0xfe80_0000_0000_0000, low: 1), port: 51820, scope: 7)), .endPeer,
      .removePeer(Self.octets(10)),
    ]
    var seven = Request.Peer(7, flags: 0x2f, [.v4(10, 0, 0, 0, 8), .v6(0xfd, 0, 128, flags: 1)])
    seven.presharedKey = [UInt8](repeating: 8, count: 32)
    seven.keepalive = 25
    seven.endpoint = endpoint4
    var nine = Request.Peer(9, flags: 0x89)
    nine.endpoint = endpoint6
    var request = Request(
      flags: 0xe, port: 51820, privateKey: [UInt8](repeating: 0x40, count: 32),
      peers: [seven, nine, Request.Peer(10, flags: 0x41)])
    request.peerCount = nil
    // The driver's tests fill what a client need not set.
    let expected = request.bytes.enumerated().map { place, byte in
      let inPeer = [80, 264, 400].first { (0..<136).contains(place - $0) }.map { place - $0 }
      return inPeer.map { (104..<128).contains($0) } == true ? 0 : byte
    }
    #expect(ConfigurationRequest(directives).bytes == expected)
  }

  @Test func `an answer tells what a request said`() throws {
    let prefixes = [
      Prefix(IPAddress(v4: 0x0a01_0000), length: 16)!, Prefix(IPAddress(v6High: 0xfd01 << 48, low: 0), length: 64)!,
    ]
    var bytes = ConfigurationRequest(
      [.privateKey(Self.octets(0x40)), .listenPort(9), .beginPeer(Self.octets(7)), .presharedKey(Self.octets(8))]
        + prefixes.map { .addAllowedIP($0) } + [
          .endPeer, .beginPeer(Self.octets(9)), .endpoint(Endpoint(IPAddress(v4: 0xc000_0201), port: 5)),
        ]
    ).bytes
    bytes.write(116_444_736_000_000_000 + 15_000_000, at: 80 + 120, count: 8)
    bytes.write(11, at: 80 + 104, count: 8)
    bytes.write(12, at: 80 + 112, count: 8)
    let answer = try #require(ConfigurationAnswer(bytes))
    #expect(answer.interface.privateKey == Self.octets(0x40) && answer.interface.listenPort == 9)
    let first = try #require(answer.firstPeer)
    let facts = answer.facts(ofPeer: first)
    #expect(facts.publicKey == Self.octets(7) && facts.presharedKey == Self.octets(8) && facts.endpoint == nil)
    #expect(facts.lastHandshake.seconds == 1 && facts.lastHandshake.nanoseconds == 500_000_000)
    #expect(facts.sentBytes == 11 && facts.receivedBytes == 12)
    #expect((0..<3).map { answer.allowedIP($0, ofPeer: first) } == prefixes + [nil])
    let second = try #require(answer.peer(after: first))
    #expect(answer.facts(ofPeer: second).endpoint == Endpoint(IPAddress(v4: 0xc000_0201), port: 5))
    #expect(answer.peer(after: second) == nil)
  }

  @Test func `no bytes read beyond their end or without an end`() {
    var random = SplitMix(state: 7)
    let good = ConfigurationRequest(
      (0..<5).flatMap { number -> [Directive] in
        [.beginPeer(Self.octets(number)), .addAllowedIP(Prefix(IPAddress(v4: 0x0a00_0000), length: 8)!), .endPeer]
      }
    ).bytes
    for _ in 0..<20000 {
      var bytes = Array(good.prefix(Int(random.next() % UInt64(good.count + 1))))
      for _ in 0..<random.next() % 8 where !bytes.isEmpty {
        bytes[Int(random.next() % UInt64(bytes.count))] = [0, 1, 0x7f, 0x80, 0xff][Int(random.next() % 5)]
      }
      guard let answer = ConfigurationAnswer(bytes) else {
        #expect(bytes.count < 80)
        continue
      }
      _ = answer.interface
      var count = 0
      var place = answer.firstPeer
      while let peer = place {
        _ = answer.facts(ofPeer: peer)
        for ordinal in 0..<3 { _ = answer.allowedIP(ordinal, ofPeer: peer) }
        _ = answer.allowedIP(Int.max, ofPeer: peer)
        place = answer.peer(after: peer)
        count += 1
      }
      #expect(count <= 5)
    }
  }
}

/// Numbers from a seed.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var word = state
    word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
    return word ^ word >> 31
  }
}
