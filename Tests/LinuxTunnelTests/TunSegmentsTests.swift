import Octets
import PacketTesting
import Testing

@testable import LinuxTunnel

@Suite struct TunSegmentsTests {
  /// All packets one read stands for, each written to the same place in a larger frame.
  private func packets(_ read: [UInt8], hasVirtioHeader: Bool = true) throws -> [TestPacket] {
    let memory = PacketMemory(read)
    let segments = try TunSegments(parsing: memory.bytes, count: read.count, hasVirtioHeader: hasVirtioHeader)
    var result: [TestPacket] = []
    for index in 0..<segments.count {
      let room = segments.length(of: index)
      var frame = PacketMemory([UInt8](repeating: 0xee, count: 16 + room + 16))
      var raw = frame.mutableBytes
      let length = segments.emit(index, of: memory.bytes, into: &raw, at: 16)
      #expect(length == room)
      let margins = frame.array(0..<16) + frame.array((16 + room)..<(32 + room))
      #expect(margins == [UInt8](repeating: 0xee, count: 32))
      result.append(TestPacket(frame.array(16..<(16 + room))))
    }
    return result
  }

  private func rejection(_ read: [UInt8]) -> TunRejection? {
    let memory = PacketMemory(read)
    do throws(TunRejection) {
      _ = try TunSegments(parsing: memory.bytes, count: read.count, hasVirtioHeader: true)
      return nil
    } catch {
      return error
    }
  }

  /// A super-packet as the kernel hands it over.
  private func superPacket(_ packet: TestPacket, segmentSize: Int, kind: UInt8? = nil) -> [UInt8] {
    var open = packet
    open.leaveChecksumOpen()
    let own: UInt8 = packet.isTCP ? (packet.isIPv6 ? 4 : 1) : 5
    return virtioHeader(
      needsChecksum: true, kind: kind ?? own, headerLength: packet.payloadStart, segmentSize: segmentSize,
      start: packet.transport, offset: packet.checksumPlace - packet.transport) + open.bytes
  }

  @Test(arguments: TestPacket.Kind.allCases)
  func `a super-packet becomes packets the kernel would have sent`(_ kind: TestPacket.Kind) throws {
    var random = SeededGenerator(seed: 3)
    var fields = TestPacket.Fields()
    fields.flags = 0x19
    fields.options = [1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8]
    for (size, total) in [(1368, 65_000), (1368, 1368 * 3), (1, 5), (1400, 1401), (700, 699)] {
      let whole = TestPacket(kind, fields, payload: random.bytes(total))
      let result = try packets(superPacket(whole, segmentSize: size))
      #expect(result.count == (total + size - 1) / size)
      #expect(result.allSatisfy { $0.isSound })
      #expect(result.flatMap(\.payload) == whole.payload)
      for (index, packet) in result.enumerated() {
        let isLast = index == result.count - 1
        if !whole.isIPv6 { #expect(packet.number(4) == 7 &+ UInt16(index)) }
        #expect(isLast || packet.payload.count == size)
        guard whole.isTCP else { continue }
        #expect(packet.sequence == whole.sequence &+ UInt32(index * size))
        #expect(packet.flags == (isLast ? 0x19 : 0x10))
      }
    }
  }

  @Test func `sequence numbers and identifications wrap round`() throws {
    var fields = TestPacket.Fields()
    fields.sequence = .max - 10
    fields.identification = .max
    let result = try packets(
      superPacket(TestPacket(.tcp4, fields, payload: [9, 9, 9] + Array(0..<40)), segmentSize: 20))
    #expect(result.map(\.sequence) == [.max - 10, 9, 29])
    #expect(result.map { $0.number(4) } == [.max, 0, 1])
    #expect(result.allSatisfy { $0.isSound })
  }

  @Test func `only the first packet says that the window was reduced when the header says so`() throws {
    var fields = TestPacket.Fields()
    fields.flags = 0x90
    let whole = TestPacket(.tcp6, fields, payload: [UInt8](repeating: 1, count: 30))
    #expect(try packets(superPacket(whole, segmentSize: 10, kind: 0x84)).map(\.flags) == [0x90, 0x10, 0x10])
    #expect(try packets(superPacket(whole, segmentSize: 10)).map(\.flags) == [0x90, 0x90, 0x90])
  }

  @Test func `IPv4 options and IPv6 extension headers stay in front of every packet`() throws {
    var random = SeededGenerator(seed: 4)
    let payload = random.bytes(1000)
    var options = TestPacket(.tcp4, payload: payload)
    options.bytes.insert(contentsOf: [7, 4, 4, 0], at: 20)
    options.bytes[0] = 0x46
    options.bytes.replaceSubrange(2..<4, with: TestPacket.big(UInt16(options.bytes.count)))
    options.fixChecksums()
    let result = try packets(superPacket(options, segmentSize: 300))
    #expect(result.count == 4 && result.allSatisfy { $0.isSound })
    #expect(result.allSatisfy { $0.bytes[20..<24] == [7, 4, 4, 0] })

    // A destination-options header: the reference knows nothing of it, so it is put in afterwards and taken out again.
    let plain = TestPacket(.udp6, payload: payload)
    var read = superPacket(plain, segmentSize: 300)
    read[10 + 6] = 60
    read.insert(contentsOf: [17, 0, 1, 4, 0, 0, 0, 0], at: 10 + 40)
    read.replaceSubrange(6..<8, with: [48, 0])
    read.replaceSubrange(14..<16, with: TestPacket.big(UInt16(8 + 8 + 1000)))
    let extended = try packets(read)
    #expect(extended.count == 4)
    for packet in extended {
      #expect(Int(packet.number(4)) == packet.bytes.count - 40)
      var bare = packet
      bare.bytes.removeSubrange(40..<48)
      bare.bytes[6] = 17
      bare.bytes.replaceSubrange(4..<6, with: TestPacket.big(UInt16(bare.bytes.count - 40)))
      #expect(bare.isSound)
    }
  }

  @Test func `a packet that stands for itself passes unchanged`() throws {
    let packet = TestPacket(.udp4, payload: [1, 2, 3])
    #expect(try packets(virtioHeader() + packet.bytes) == [packet])
    #expect(try packets(packet.bytes, hasVirtioHeader: false) == [packet])
  }

  @Test(arguments: TestPacket.Kind.allCases)
  func `an open checksum is finished`(_ kind: TestPacket.Kind) throws {
    let packet = TestPacket(kind, payload: [1, 2, 3, 4, 5])
    var open = packet
    open.leaveChecksumOpen()
    #expect(open != packet)
    let header = virtioHeader(
      needsChecksum: true, start: packet.transport, offset: packet.checksumPlace - packet.transport)
    #expect(try packets(header + open.bytes) == [packet])
  }

  @Test func `a header that does not fit its packet is refused`() {
    let packet = TestPacket(.tcp4, payload: [UInt8](repeating: 7, count: 100))
    let good = superPacket(packet, segmentSize: 50)
    #expect(rejection(good) == nil)
    #expect(rejection([]) == .header)
    #expect(rejection(Array(good[..<10])) == .header)
    func with(_ change: (inout [UInt8]) -> Void) -> TunRejection? {
      var read = good
      change(&read)
      return rejection(read)
    }
    #expect(with { $0[1] = 3 } == .header, "UDP fragmentation was not offered")
    #expect(with { $0[0] = 0 } == .layout, "a super-packet whose checksum is done")
    #expect(with { $0[4] = 0 } == .layout, "segments of no bytes")
    #expect(with { $0[1] = 4 } == .layout, "IPv6 segmentation of an IPv4 packet")
    #expect(with { $0[6] = 24 } == .layout, "the transport header is not behind the IP header")
    #expect(with { $0[8] = 6 } == .layout, "a UDP checksum in TCP")
    #expect(with { $0[10] = 0x44 } == .layout, "an IP header of 16 bytes")
    #expect(with { $0[10] = 0x75 } == .layout, "no such version")
    #expect(with { $0[10 + 20 + 12] = 0x40 } == .layout, "a TCP header of 16 bytes")
    #expect(
      with {
        $0[10 + 20 + 12] = 0xf0
        $0.removeLast(70)
      } == .layout, "a TCP header longer than the packet")
    #expect(with { $0.removeLast(100) } == .layout, "no payload")
    #expect(
      rejection(virtioHeader(needsChecksum: true, start: 4, offset: 6) + [UInt8](repeating: 0, count: 11)) == .layout)
  }

  @Test func `no bytes make the parser or the cutter trap`() {
    var random = SeededGenerator(seed: 5)
    var accepted = 0
    for round in 0..<20_000 {
      let kind = TestPacket.Kind.allCases[round % 4]
      var read = superPacket(
        TestPacket(kind, payload: random.bytes(Int.random(in: 1...200, using: &random))), segmentSize: 40)
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        read[Int.random(in: 0..<min(read.count, 64), using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      read.removeLast(Int.random(in: 0...min(read.count, 60), using: &random))
      let memory = PacketMemory(read)
      guard let segments = try? TunSegments(parsing: memory.bytes, count: read.count, hasVirtioHeader: true)
      else { continue }
      accepted += 1
      var frame = PacketMemory([], room: 600)
      var raw = frame.mutableBytes
      for index in 0..<segments.count {
        let length = segments.emit(index, of: memory.bytes, into: &raw, at: 0)
        #expect(length <= read.count)
      }
    }
    #expect(accepted > 1000)
  }
}
