import Octets
import Testing
import TunnelReport

@testable import TunnelNetlink

/// Which number a family has, and which interfaces are of WireGuard's.
struct QuestionTests {
  static let family = Bytes.message(
    kind: 16, [1, 2, 0, 0] + Bytes.attribute(2, Array("wireguard\0".utf8)) + Bytes.attribute(1, Bytes.two(0x125)))

  func number(_ datagram: [UInt8]) throws(NetlinkFault) -> UInt16? {
    var number: UInt16?
    _ = try Bytes.lend(datagram) { bytes throws(NetlinkFault) in
      try NetlinkReply.read(bytes, sequence: 1) { (kind, content) throws(NetlinkFault) in
        number = try FamilyMessages.number(kind: kind, content)
      }
    }
    return number
  }

  @Test func `the question for a family is as the kernel's headers say`() {
    #expect(
      Bytes.of(FamilyMessages.request(sequence: 1)) == [
        36, 0, 0, 0, 16, 0, 5, 0, 1, 0, 0, 0, 0, 0, 0, 0, 3, 1, 0, 0, 14, 0, 2, 0,
      ] + Array("wireguard".utf8) + [0, 0, 0])
  }

  @Test func `an answer has the family's number among its attributes`() throws {
    #expect(try number(Self.family) == 0x125)
    for count in 0..<Self.family.count { #expect((try? number(Array(Self.family.prefix(count)))) == nil, "\(count)") }
    for place in Self.family.indices {
      var changed = Self.family
      changed[place] = 0xff
      _ = try? number(changed)
    }
    #expect(throws: NetlinkFault.refused(2)) { try number(Bytes.message(kind: 2, Bytes.four(-2))) }
    #expect(try number(Bytes.message(kind: 16, [1, 2, 0, 0])) == nil)
    #expect(throws: NetlinkFault.malformed) { try number(Bytes.message(kind: 17, [1, 2, 0, 0])) }
  }

  static func link(_ name: String, _ kind: String?) -> [UInt8] {
    let information = kind.map { Bytes.nest(18, [Bytes.attribute(1, Array($0.utf8) + [0]), Bytes.nest(2, [])]) } ?? []
    return Bytes.message(
      kind: 16, flags: 2,
      [UInt8](repeating: 0, count: 16) + Bytes.attribute(3, Array(name.utf8) + [0]) + Bytes.attribute(4, Bytes.four(9))
        + information)
  }

  func names(_ datagram: [UInt8]) throws(NetlinkFault) -> [String] {
    var names: [String] = []
    _ = try Bytes.lend(datagram) { bytes throws(NetlinkFault) in
      try NetlinkReply.read(bytes, sequence: 1) { (kind, content) throws(NetlinkFault) in
        if let name = try LinkMessages.wireGuard(kind: kind, content) { names.append(name) }
      }
    }
    return names
  }

  @Test func `interfaces are of WireGuard's by their kind, not by their name`() throws {
    let links =
      Self.link("lo", nil) + Self.link("wg7", "veth") + Self.link("wg0", "wireguard") + Self.link("a", "wireguard")
    #expect(try names(links + Bytes.done) == ["wg0", "a"])
    let one = Self.link("wg0", "wireguard")
    for count in 1..<one.count { #expect((try? names(Array(one.prefix(count)))) == nil, "\(count)") }
  }

  @Test func `the question for interfaces is a dump`() {
    let expected =
      Bytes.four(32) + Bytes.two(18) + Bytes.two(0x305) + Bytes.four(1) + [UInt8](repeating: 0, count: 20)
    #expect(Bytes.of(LinkMessages.request(sequence: 1)) == expected)
  }
}
