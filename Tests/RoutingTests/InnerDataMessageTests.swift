import Octets
import Testing

@testable import Routing

struct InnerDataMessageTests {
  /// A UDP datagram whose payload begins with a data message for 0x04030201.
  private static func packet4(options: Int = 0, change: (inout [UInt8]) -> Void = { _ in }) -> [UInt8] {
    let start = 20 + 4 * options
    var packet = [UInt8](repeating: 0, count: start + 24)
    packet[0] = 0x45 + UInt8(options)
    packet[9] = 17
    packet.replaceSubrange(start + 8..<start + 16, with: [4, 0, 0, 0, 1, 2, 3, 4])
    change(&packet)
    return packet
  }

  private static func packet6() -> [UInt8] {
    var packet = [UInt8](repeating: 0, count: 64)
    packet[0] = 0x60
    packet[6] = 17
    packet.replaceSubrange(48..<56, with: [4, 0, 0, 0, 1, 2, 3, 4])
    return packet
  }

  private static func message(_ packet: [UInt8]) -> InnerDataMessage? { InnerDataMessage(unsafe packet.span.bytes) }

  @Test func `a data message is known by its receiver`() {
    for packet in (0...10).map({ Self.packet4(options: $0) }) + [Self.packet6()] {
      #expect(Self.message(packet)?.receiverIndex == 0x0403_0201)
    }
    #expect(Self.message(Self.packet4 { $0[6] = 0x20 }) != nil, "a first fragment")
  }

  @Test func `what is cut anywhere or something else is none`() {
    for packet in [Self.packet4(), Self.packet4(options: 10), Self.packet6()] {
      for count in 0..<packet.count { #expect(Self.message(Array(packet[..<count])) == nil) }
    }
    for (place, value) in [(9, 6), (7, 1), (6, 0x1f), (28, 1), (29, 1), (31, 1)] as [(Int, UInt8)] {
      #expect(Self.message(Self.packet4 { $0[place] = value }) == nil, "\(place)")
    }
  }
}
