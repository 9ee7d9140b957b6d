import Octets
import PacketTesting
import Segmentation
import Testing

@Suite struct OpenChecksumsTests {
  /// The packet in `bytes` with its checksums closed; nil when it is refused.
  private func close(
    _ bytes: [UInt8], ipv4Header: Bool = false, _ kind: OpenChecksums.Transport
  ) -> TestPacket? {
    let found = withBytes(bytes) {
      OpenChecksums(ofIPv4Header: ipv4Header, of: kind, in: $0, at: 0, length: bytes.count)
    }
    guard let found else { return nil }
    var frame = [0xee, 0xee] + bytes + [0xee, 0xee]
    withMutableBytes(&frame) { found.close(&$0, at: 2) }
    #expect(frame[..<2] + frame[(2 + bytes.count)...] == [0xee, 0xee, 0xee, 0xee])
    return TestPacket(Array(frame[2..<(2 + bytes.count)]))
  }

  @Test(arguments: TestPacket.Kind.allCases)
  func `open checksums are closed`(_ kind: TestPacket.Kind) {
    for count in 0..<60 {
      let packet = TestPacket(kind, payload: Array(0..<UInt8(count)))
      var open = packet
      open.leaveChecksumOpen()
      if !packet.isIPv6 { open.bytes.replaceSubrange(10..<12, with: [0x12, 0x34]) }
      #expect(close(open.bytes, ipv4Header: !packet.isIPv6, packet.isTCP ? .tcp : .udp) == packet)
    }
  }

  @Test func `each is closed alone`() {
    let packet = TestPacket(.tcp4, payload: [1, 2, 3])
    var open = packet
    open.bytes.replaceSubrange(10..<12, with: [0x12, 0x34])
    #expect(close(open.bytes, ipv4Header: true, .none) == packet)
    #expect(close(packet.bytes, .none) == packet)
    open = packet
    open.leaveChecksumOpen()
    #expect(close(open.bytes, .tcp) == packet)
  }

  @Test func `bytes behind the packet are left alone`() {
    let packet = TestPacket(.udp4, payload: [1, 2, 3])
    var open = packet
    open.leaveChecksumOpen()
    #expect(close(open.bytes + [7, 7, 7], .udp)?.bytes == packet.bytes + [7, 7, 7])
  }

  @Test func `a packet that is not as its sender says is refused`() {
    let packet = TestPacket(.tcp4, payload: [1, 2, 3])
    #expect(close(packet.bytes, .udp) == nil)
    #expect(close(TestPacket(.udp6, payload: []).bytes, ipv4Header: true, .none) == nil)
    #expect(close(Array(packet.bytes[..<19]), .none) == nil)
    #expect(close(Array(packet.bytes[..<42]), .tcp) == nil, "shorter than its header says")
    var short = packet.bytes
    short.replaceSubrange(2..<4, with: [0, 39])
    #expect(close(short, .tcp) == nil, "a packet that ends in its headers")
    var options = packet.bytes
    options[0] = 0x4f
    #expect(close(options, ipv4Header: true, .none) == nil, "a header beyond the packet")
    options[0] = 0x44
    #expect(close(options, ipv4Header: true, .none) == nil, "16 bytes of header")
  }

  @Test func `no bytes make it trap`() {
    var random = SeededGenerator(seed: 8)
    var accepted = 0
    for round in 0..<20_000 {
      var bytes = TestPacket(TestPacket.Kind.allCases[round % 4], payload: random.bytes(round % 90)).bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 0..<min(bytes.count, 60), using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      bytes.removeLast(Int.random(in: 0...min(bytes.count, 60), using: &random))
      let kind: OpenChecksums.Transport = round % 3 == 0 ? .none : round % 3 == 1 ? .tcp : .udp
      if close(bytes, ipv4Header: round % 5 == 0, kind) != nil { accepted += 1 }
    }
    #expect(accepted > 1000)
  }
}
