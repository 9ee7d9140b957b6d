import Octets
import Testing

@testable import Routing

struct `Inner packets` {
  /// An IPv4 packet of `count` bytes whose header claims `length`.
  private func packet4(_ count: Int, length: Int, version: UInt8 = 0x45) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: max(count, 20))
    bytes[0] = version
    bytes[1] = 0xb9
    bytes[2] = UInt8(truncatingIfNeeded: length >> 8)
    bytes[3] = UInt8(truncatingIfNeeded: length)
    bytes.replaceSubrange(12..<20, with: [10, 0, 0, 1, 192, 168, 1, 2])
    return Array(bytes[..<count])
  }

  /// An IPv6 packet of `count` bytes whose header claims a payload of `payload`.
  private func packet6(_ count: Int, payload: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: max(count, 40))
    bytes[0] = 0x6b
    bytes[1] = 0x9f
    bytes[4] = UInt8(truncatingIfNeeded: payload >> 8)
    bytes[5] = UInt8(truncatingIfNeeded: payload)
    bytes.replaceSubrange(8..<12, with: [0x20, 0x01, 0x0d, 0xb8])
    bytes[23] = 1
    bytes.replaceSubrange(24..<26, with: [0xfe, 0x80])
    bytes[39] = 2
    return Array(bytes[..<count])
  }

  private func inspect(_ bytes: [UInt8]) -> Result<InnerPacket, InnerPacketRejection> {
    Result { () throws(InnerPacketRejection) in try InnerPacket.inspect(unsafe bytes.span.bytes) }
  }

  private func outgoing(_ bytes: [UInt8]) -> Result<InnerPacket, InnerPacketRejection> {
    Result { () throws(InnerPacketRejection) in try InnerPacket.inspectOutgoing(unsafe bytes.span.bytes) }
  }

  @Test func `an IPv4 header is read`() throws {
    let packet = try inspect(packet4(64, length: 50)).get()
    #expect(packet.family == .v4 && packet.length == 50 && packet.differentiatedServices == 0xb9)
    #expect(packet.source == IPAddress(v4: 0x0a00_0001) && packet.destination == IPAddress(v4: 0xc0a8_0102))
  }

  @Test func `an IPv6 header is read`() throws {
    let packet = try inspect(packet6(64, payload: 10)).get()
    #expect(packet.family == .v6 && packet.length == 50 && packet.differentiatedServices == 0xb9)
    #expect(packet.source == IPAddress(v6High: 0x2001_0db8_0000_0000, low: 1))
    #expect(packet.destination == IPAddress(v6High: 0xfe80_0000_0000_0000, low: 2))
  }

  @Test func `a header must be there in full`() {
    for count in 0...41 {
      let four = inspect(packet4(count, length: 20))
      let six = inspect(packet6(count, payload: 0))
      #expect(rejection(four) == (count == 0 ? .unknownVersion : count < 20 ? .truncatedHeader : nil))
      #expect(rejection(six) == (count == 0 ? .unknownVersion : count < 40 ? .truncatedHeader : nil))
      #expect(rejection(outgoing(packet4(count, length: 20))) == rejection(four))
      #expect(rejection(outgoing(packet6(count, payload: 0))) == rejection(six))
    }
  }

  @Test(arguments: 0...15) func `only versions 4 and 6 are known`(version: UInt8) {
    var bytes = packet6(64, payload: 0)
    bytes[0] = version << 4 | 5
    bytes[2] = 0
    bytes[3] = 64
    let isKnown = version == 4 || version == 6
    #expect(rejection(inspect(bytes)) == (isKnown ? nil : .unknownVersion))
    #expect(rejection(outgoing(bytes)) == (isKnown ? nil : .unknownVersion))
  }

  @Test func `an IPv4 length must cover the header and lie within the packet`() throws {
    for length in [0, 1, 19, 101, 102, 65535] {
      #expect(rejection(inspect(packet4(100, length: length))) == .dishonestLength)
    }
    for length in [20, 21, 99, 100] { #expect(try inspect(packet4(100, length: length)).get().length == length) }
  }

  @Test func `an IPv6 length must lie within the packet and does not wrap`() throws {
    for payload in [0, 1, 59, 60] { #expect(try inspect(packet6(100, payload: payload)).get().length == 40 + payload) }
    // 65,496 + 40 is 0 in 16 bits, 65,535 + 40 is 39.
    for payload in [61, 62, 65495, 65496, 65497, 65535] {
      #expect(rejection(inspect(packet6(100, payload: payload))) == .dishonestLength)
    }
    #expect(try inspect(packet6(65575, payload: 65535)).get().length == 65575)
    #expect(rejection(inspect(packet6(65574, payload: 65535))) == .dishonestLength)
  }

  @Test func `an outgoing packet may claim less than there is, never more`() throws {
    for length in [0, 19, 20, 100] { #expect(try outgoing(packet4(100, length: length)).get().length == length) }
    #expect(rejection(outgoing(packet4(100, length: 101))) == .dishonestLength)
    #expect(try outgoing(packet6(100, payload: 0)).get().destination == IPAddress(v6High: 0xfe80 << 48, low: 2))
    #expect(rejection(outgoing(packet6(100, payload: 61))) == .dishonestLength)
  }

  @Test func `header length and checksum of IPv4 are not looked at`() throws {
    #expect(try inspect(packet4(40, length: 40, version: 0x40)).get().length == 40)
    #expect(try inspect(packet4(40, length: 40, version: 0x4f)).get().length == 40)
  }

  private func rejection(_ result: Result<InnerPacket, InnerPacketRejection>) -> InnerPacketRejection? {
    switch result {
    case .success: nil
    case .failure(let rejection): rejection
    }
  }
}
