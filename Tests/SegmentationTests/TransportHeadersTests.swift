import Octets
import PacketTesting
import Segmentation
import Testing

@Suite struct TransportHeadersTests {
  private func search(_ bytes: [UInt8]) -> TransportHeaders? {
    withBytes(bytes) { TransportHeaders(searching: $0, at: 0, length: bytes.count) }
  }

  @Test(arguments: TestPacket.Kind.allCases)
  func `headers are found`(_ kind: TestPacket.Kind) throws {
    let packet = TestPacket(kind, payload: [1, 2, 3])
    let found = try #require(search(packet.bytes))
    #expect(found.isIPv6 == packet.isIPv6 && found.isTCP == packet.isTCP)
    #expect(found.transport == packet.transport && found.payload == packet.payloadStart)
    #expect(found.checksum == packet.checksumPlace)
    // No shorter packet holds them.
    for count in 0..<found.payload { #expect(search(Array(packet.bytes[..<count])) == nil, "\(count) bytes") }
    #expect(search(Array(packet.bytes[..<found.payload])) != nil)
  }

  @Test func `extension headers are passed, and each has to end inside the packet`() throws {
    var bytes = TestPacket(.tcp6, payload: [1, 2, 3]).bytes
    bytes.insert(contentsOf: [6, 1] + [UInt8](repeating: 0, count: 14), at: 40)
    bytes.insert(contentsOf: [43, 0, 1, 4, 0, 0, 0, 0], at: 40)
    bytes[6] = 60
    #expect(search(bytes)?.transport == 64)
    // Nothing behind the header that should begin here.
    #expect(search(Array(bytes[..<40])) == nil)
    #expect(search(Array(bytes[..<47])) == nil)
    bytes[41] = 200
    #expect(search(bytes) == nil)
  }

  @Test(arguments: [
    (6, 0x20, "more fragments"), (7, 1, "a fragment's offset"), (9, 1, "ICMP"), (0, 0x44, "16 bytes of header"),
    (0, 0x55, "no such version"), (32, 0x40, "16 bytes of TCP header"), (32, 0xf0, "a TCP header beyond the packet"),
  ])
  func `what is no whole TCP or UDP packet has none`(_ place: Int, _ value: UInt8, _ what: String) {
    var bytes = TestPacket(.tcp4, payload: [1, 2, 3]).bytes
    bytes[place] = value
    #expect(search(bytes) == nil, "\(what)")
  }

  @Test func `a claim about the headers has to be true`() {
    func claim(_ kind: TestPacket.Kind, _ transport: Int, isTCP: Bool) -> Bool {
      let bytes = TestPacket(kind, payload: [UInt8](repeating: 0x66, count: 40)).bytes
      return withBytes(bytes) { view in
        TransportHeaders(of: view, at: 0, length: bytes.count, transport: transport, isTCP: isTCP) != nil
      }
    }
    #expect(claim(.tcp4, 20, isTCP: true) && claim(.udp6, 40, isTCP: false))
    #expect(!claim(.udp4, 24, isTCP: false) && !claim(.tcp4, 0, isTCP: true) && !claim(.tcp4, -4, isTCP: true))
    #expect(!claim(.udp6, 39, isTCP: false) && !claim(.udp6, 1000, isTCP: false))
  }
}
