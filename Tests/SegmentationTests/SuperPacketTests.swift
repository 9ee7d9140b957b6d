import Octets
import PacketTesting
import Segmentation
import Testing

@Suite struct SuperPacketTests {
  /// As NDIS has it: the sum without a length, identifications of 15 bits, zero for no checksum.
  private static let ndis = SegmentationRules(
    sumsLength: false, reducesWindowOnce: true, identificationMask: 0x7fff, zeroMeansNone: true)

  /// The super-packet of a packet that is too long: its checksum field has the pseudo-header without the length.
  private func open(_ packet: TestPacket, by rules: SegmentationRules = ndis) -> [UInt8] {
    var open = packet
    open.leaveChecksumOpen()
    let place = open.checksumPlace
    if !rules.sumsLength {
      let length = UInt16(truncatingIfNeeded: packet.bytes.count - packet.transport)
      let sum = TestPacket.sum(Array(open.bytes[place..<(place + 2)]) + TestPacket.big(~length))
      open.bytes.replaceSubrange(place..<(place + 2), with: TestPacket.big(sum))
    }
    return open.bytes
  }

  private func packets(_ bytes: [UInt8], segmentSize: Int, by rules: SegmentationRules = ndis) throws -> [TestPacket] {
    var result: [TestPacket] = []
    let found = withBytes(bytes) { view -> SuperPacket? in
      TransportHeaders(searching: view, at: 0, length: bytes.count).flatMap {
        SuperPacket($0, at: 0, length: bytes.count, segmentSize: segmentSize, rules: rules)
      }
    }
    let whole = try #require(found)
    for index in 0..<whole.count {
      let length = whole.length(of: index)
      var frame = [UInt8](repeating: 0xee, count: 8 + length + 8)
      let written = withMutableBytes(&frame) { raw in
        withBytes(bytes) { whole.emit(index, of: $0, into: &raw, at: 8) }
      }
      #expect(written == length)
      #expect(frame[..<8] + frame[(8 + length)...] == ArraySlice([UInt8](repeating: 0xee, count: 16)))
      result.append(TestPacket(Array(frame[8..<(8 + length)])))
    }
    return result
  }

  @Test(arguments: TestPacket.Kind.allCases, [false, true])
  func `a super-packet becomes the packets it stands for`(_ kind: TestPacket.Kind, _ sumsLength: Bool) throws {
    var random = SeededGenerator(seed: 7)
    let rules = SegmentationRules(sumsLength: sumsLength, reducesWindowOnce: true)
    var fields = TestPacket.Fields()
    fields.flags = 0x99
    fields.options = [1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8]
    for (size, total) in [(1368, 61_440), (1368, 1368 * 3), (1, 5), (1400, 1401), (700, 699), (1, 1)] {
      let whole = TestPacket(kind, fields, payload: random.bytes(total))
      let result = try packets(open(whole, by: rules), segmentSize: size, by: rules)
      #expect(result.count == (total + size - 1) / size)
      #expect(result.allSatisfy { $0.isSound })
      #expect(result.flatMap(\.payload) == whole.payload)
      for (index, packet) in result.enumerated() {
        let isLast = index == result.count - 1
        #expect(isLast || packet.payload.count == size)
        if !whole.isIPv6 { #expect(packet.number(4) == 7 &+ UInt16(index)) }
        guard whole.isTCP else { continue }
        #expect(packet.sequence == whole.sequence &+ UInt32(index * size))
        #expect(packet.flags == 0x10 | (isLast ? 0x09 : 0) | (index == 0 ? 0x80 : 0))
      }
    }
  }

  @Test func `lengths in the headers of a super-packet do not matter`() throws {
    var bytes = open(TestPacket(.tcp4, payload: Array(0..<100)))
    bytes.replaceSubrange(2..<4, with: [0, 0])
    #expect(try packets(bytes, segmentSize: 30).allSatisfy { $0.isSound })
    bytes = open(TestPacket(.udp6, payload: Array(0..<100)))
    bytes.replaceSubrange(4..<6, with: [0, 0])
    bytes.replaceSubrange(44..<46, with: [0, 0])
    #expect(try packets(bytes, segmentSize: 30).allSatisfy { $0.isSound })
  }

  @Test func `identifications stay in the range that the sender uses`() throws {
    var fields = TestPacket.Fields()
    fields.identification = 0x7ffe
    let bytes = open(TestPacket(.tcp4, fields, payload: Array(0..<40)))
    #expect(try packets(bytes, segmentSize: 10).map { $0.number(4) } == [0x7ffe, 0x7fff, 0, 1])
    fields.identification = 0xfffe
    let other = open(TestPacket(.tcp4, fields, payload: Array(0..<40)))
    #expect(try packets(other, segmentSize: 10).map { $0.number(4) } == [0xfffe, 0xffff, 0x8000, 0x8001])
  }

  @Test func `datagrams without a checksum stay without one`() throws {
    var bytes = open(TestPacket(.udp4, payload: Array(0..<40)))
    bytes.replaceSubrange(26..<28, with: [0, 0])
    let result = try packets(bytes, segmentSize: 10)
    #expect(result.map { $0.number(26) } == [0, 0, 0, 0])
    #expect(result.map { $0.number(24) } == [18, 18, 18, 18])
    let rules = SegmentationRules(sumsLength: false, reducesWindowOnce: false)
    #expect(try packets(bytes, segmentSize: 10, by: rules).allSatisfy { $0.number(26) != 0 })
  }

  @Test func `what cannot be cut is refused`() {
    let headers = TransportHeaders(isIPv6: false, isTCP: true, transport: 20, payload: 40)
    func make(_ length: Int, _ size: Int) -> Int? {
      SuperPacket(headers, at: 0, length: length, segmentSize: size, rules: Self.ndis)?.count
    }
    #expect(make(1000, 0) == nil)
    #expect(make(1000, -1) == nil)
    #expect(make(40, 10) == nil)
    #expect(make(39, 10) == nil)
    #expect(make(41, .max) == 1)
    #expect(make(41, 1) == 1)
  }
}
