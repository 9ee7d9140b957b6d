import ControlProtocol
import Foundation
import Octets
import Testing
import TunnelReport

@testable import TunnelNetlink

/// Messages as they went between Debian's `wg` and the WireGuard of Linux 6.12, seen with strace, and what `wg` said they mean.
struct RecordedTests {
  /// The answer to the question for a tunnel, and the end behind it.
  static let answer = """
    8AEAACIAAgABAAAAEwEAAAABAAAGAAYAbMoAAAgABwAgAAAACAABAAIAAAAIAAIAd2cwACQAAwCo5+J3QYhfGuPjreRe3qMHJpz44geMbUy3ZPLO\
    6Gk2TSQABABqBIuh98zByswvE1iNa388p9TJB+Ndhn1iL5MVeIt9b3QBCIDIAACAJAABACGug0rrC+3DKRzfgGztSBlrywoFkyTyJAtcyaMwDu5O\
    JAACAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAFAAGAAAAAAAAAAAAAAAAAAAAAAAGAAUAAAAAAAwACAAAAAAAAAAAAAwABwAAAAAA\
    AAAAAAgACgABAAAAIAAEAAoAAAcAAAAA/oAAAAAAAAAAAAAAAAAAAQEAAAAgAAmAHAAAgAUAAwAQAAAABgABAAIAAAAIAAIACgEAAKgAAIAkAAEA\
    LjnAiKuYwqZvXbmkuFAQIf87LYaBQZXKp3YKDv6LtCMkAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAUAAYAAAAAAAAAAAAAAAAA\
    AAAAAAYABQAAAAAADAAIAAAAAAAAAAAADAAHAAAAAAAAAAAACAAKAAEAAAAgAAmAHAAAgAUAAwAQAAAABgABAAIAAAAIAAIACgMAABQAAAADAAIA\
    AQAAABMBAAAAAAAA
    """
  /// The content of a message that `wg set` sent.
  static let change = """
    AQEAAAgAAgB3ZzAALAEIgLgAAIAkAAEALjnAiKuYwqZvXbmkuFAQIf87LYaBQZXKp3YKDv6LtCMkAAIAYGxSSsatgwEI2huYOO8baMDTqCtuN1kg\
    GStQkAiE0wEUAAQAAgAABcAAAgEAAAAAAAAAAAYABQAZAAAACAADAAIAAABIAAmAHAAAgAYAAQACAAAACAACAAoAAAAFAAMACAAAACgAAIAGAAEA\
    CgAAABQAAgD9AAAAAAAAAAAAAAAAAAAABQADAAgAAABwAACAJAABACGug0rrC+3DKRzfgGztSBlrywoFkyTyJAtcyaMwDu5OIAAEAAoAAAcAAAAA\
    /oAAAAAAAAAAAAAAAAAAAQEAAAAIAAMAAgAAACAACYAcAACABgABAAIAAAAIAAIACgEAAAUAAwAQAAAA
    """

  static func bytes(_ text: String) throws -> [UInt8] { try Array(#require(Data(base64Encoded: text))) }
  static func key(_ text: String) throws -> Octets32 {
    try #require(Bytes.lend(Array(text.utf8)) { Octets32(base64: $0) })
  }

  @Test func `an answer of the kernel's is what the stock tool made of it`() throws {
    var reply = DeviceReply(name: "wg0")
    let isOver = try Bytes.lend(try Self.bytes(Self.answer)) { bytes throws(NetlinkFault) in
      try NetlinkReply.read(bytes, sequence: 1) { (kind, content) throws(NetlinkFault) in
        try reply.take(kind: kind, content, family: 0x22, naming: Naming())
      }
    }
    #expect(isOver)
    let state = reply.state
    #expect(state.privateKey == (try Self.key("qOfid0GIXxrj463kXt6jByac+OIHjG1Mt2TyzuhpNk0=")))
    #expect(state.publicKey == (try Self.key("agSLoffMwcrMLxNYjWt/PKfUyQfjXYZ9Yi+TFXiLfW8=")))
    #expect(state.listenPort == 51820 && state.fwmark == 0x20)
    var first = PeerState(publicKey: try Self.key("Ia6DSusL7cMpHN+AbO1IGWvLCgWTJPIkC1zJozAO7k4="))
    first.endpoint = EndpointWords(host: "fe80::1%1", port: "7")
    first.allowedIPs = [AllowedPrefix(IPAddress(v4: 0x0a01_0000), length: 16)]
    var second = PeerState(publicKey: try Self.key("LjnAiKuYwqZvXbmkuFAQIf87LYaBQZXKp3YKDv6LtCM="))
    second.allowedIPs = [AllowedPrefix(IPAddress(v4: 0x0a03_0000), length: 16)]
    #expect(state.peers == [first, second])
  }

  @Test func `a change comes to the stock tool's message, but for the order of attributes`() throws {
    let directives: [Directive] = [
      .beginPeer(try Self.key("LjnAiKuYwqZvXbmkuFAQIf87LYaBQZXKp3YKDv6LtCM=")),
      .presharedKey(try Self.key("YGxSSsatgwEI2huYOO8baMDTqCtuN1kgGStQkAiE0wE=")),
      .endpoint(Endpoint(IPAddress(v4: 0xc000_0201), port: 5)), .persistentKeepalive(25), .replaceAllowedIPs,
      .addAllowedIP(Prefix(IPAddress(v4: 0x0a00_0000), length: 8)!),
      .addAllowedIP(Prefix(IPAddress(v6High: 0xfd << 56, low: 0), length: 8)!), .endPeer,
      .beginPeer(try Self.key("Ia6DSusL7cMpHN+AbO1IGWvLCgWTJPIkC1zJozAO7k4=")),
      .endpoint(Endpoint(IPAddress(v6High: 0xfe80 << 48, low: 1), port: 7, scope: 1)), .replaceAllowedIPs,
      .addAllowedIP(Prefix(IPAddress(v4: 0x0a01_0000), length: 16)!), .endPeer,
    ]
    var changes = DeviceChanges(directives, name: "wg0", family: 0x22)
    let ours = Array(Bytes.of(changes.next(sequence: 1)).dropFirst(16))
    #expect(!changes.isUnfinished)
    #expect(try Self.tree(ours) == Self.tree(try Self.bytes(Self.change)))
  }

  /// The attributes of a message, those of peers and prefixes sorted.
  private static func tree(_ content: [UInt8]) throws -> [String] {
    func attributes(_ bytes: RawSpan, from start: Int, depth: Int) throws(NetlinkFault) -> [String] {
      var list: [String] = []
      try bytes.forEachAttribute(from: start) { (attribute, value) throws(NetlinkFault) in
        // The list of peers, a peer in it, its list of prefixes, a prefix in it.
        let isNest = [attribute == 8, true, attribute == 9, true, false][depth]
        if isNest {
          list.append("\(attribute): \(try attributes(value, from: 0, depth: depth + 1))")
        } else {
          list.append("\(attribute): \((0..<value.byteCount).map { value.octet(at: $0) })")
        }
      }
      return depth == 2 || depth == 4 ? list.sorted() : list
    }
    return try Bytes.lend(content) { bytes throws(NetlinkFault) in try attributes(bytes, from: 4, depth: 0) }
  }
}
