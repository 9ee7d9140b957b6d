import Octets
import PacketTesting
import Testing

@testable import LinuxTunnel

@Suite struct TunWriterTests {
  /// `count` consecutive packets of one flow with `size` bytes each.
  private func flow(
    _ kind: TestPacket.Kind, count: Int, size: Int, fields: TestPacket.Fields = .init(),
    _ change: (Int, inout TestPacket.Fields) -> Void = { _, _ in }
  ) -> [TestPacket] {
    (0..<count).map { index in
      var own = fields
      own.sequence &+= UInt32(index * size)
      own.identification &+= UInt16(index)
      change(index, &own)
      return TestPacket(kind, own, payload: (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ index) })
    }
  }

  private func records(_ packets: [TestPacket]) throws -> [WriterRig.Record] {
    var rig = try WriterRig()
    for packet in packets { rig.append(packet) }
    let flush = rig.flush()
    #expect(flush.written == packets.count && flush.dropped == 0)
    let records = try rig.records()
    #expect(flush.calls == records.count)
    return records
  }

  @Test(arguments: TestPacket.Kind.allCases)
  func `consecutive packets of a flow leave as one super-packet and can be cut up again`(
    _ kind: TestPacket.Kind
  ) throws {
    let packets = flow(kind, count: 40, size: 1368)
    let own: UInt8 = [.tcp4: 1, .tcp6: 4, .udp4: 5, .udp6: 5][kind]!
    #expect(try records(packets) == [.init(kind: own, packets: packets)])
  }

  @Test func `a shorter packet ends a super-packet, and a longer one begins another`() throws {
    var fields = TestPacket.Fields()
    let first = flow(.tcp4, count: 3, size: 100)
    fields.sequence = 1300
    fields.identification += 3
    let short = TestPacket(.tcp4, fields, payload: [1])
    fields.sequence = 1301
    let next = flow(.tcp4, count: 2, size: 200, fields: fields)
    #expect(
      try records(first + [short] + next) == [.init(kind: 1, packets: first + [short]), .init(kind: 1, packets: next)])
  }

  @Test(arguments: [UInt8(0x18), 0x11, 0x19])
  func `push and finish close a super-packet and are kept`(_ flags: UInt8) throws {
    let packets = flow(.tcp4, count: 6, size: 50) { index, fields in if index == 2 { fields.flags = flags } }
    #expect(
      try records(packets) == [
        .init(kind: 1, packets: Array(packets[..<3])), .init(kind: 1, packets: Array(packets[3...])),
      ])
  }

  @Test(arguments: [
    "window", "acknowledgement", "traffic class", "hop limit", "options", "flags", "gap", "repeat", "identification",
  ])
  func `a packet that differs is not merged and overtakes nothing`(_ difference: String) throws {
    for kind in [TestPacket.Kind.tcp4, .tcp6] where kind == .tcp4 || difference != "identification" {
      let packets = flow(kind, count: 5, size: 60) { index, fields in
        if difference == "identification" { fields.dontFragment = false }
        if difference == "options" { fields.options = [1, 1, 1, 1] }
        guard index == 2 else { return }
        switch difference {
        case "window": fields.window += 1
        case "acknowledgement": fields.acknowledgement += 1
        case "traffic class": fields.trafficClass = 3
        case "hop limit": fields.hopLimit -= 1
        case "options": fields.options = [1, 1, 1, 0]
        case "flags": fields.flags = 0x50
        case "gap": fields.sequence += 60
        case "repeat": fields.sequence -= 60
        default: fields.identification += 9
        }
      }
      let result = try records(packets)
      #expect(result.flatMap(\.packets) == packets, "\(difference)")
      #expect(result.count >= 3 && result[0].packets == Array(packets[..<2]), "\(difference)")
    }
  }

  @Test func `a damaged packet is passed on damaged and merged with nothing`() throws {
    for place in 0..<4 {
      for kind in TestPacket.Kind.allCases {
        var packets = flow(kind, count: 4, size: 70)
        packets[place].bytes[packets[place].payloadStart + 3] ^= 0x10
        let result = try records(packets)
        #expect(result.flatMap(\.packets) == packets)
        #expect(result.contains(.init(kind: 0, packets: [packets[place]])), "packet \(place)")
        var header = flow(.tcp4, count: 4, size: 70)
        header[place].bytes[10] ^= 1
        #expect(try records(header).contains(.init(kind: 0, packets: [header[place]])))
      }
    }
  }

  @Test func `flows are merged side by side and each keeps its order`() throws {
    let flows = (0..<5).map { number in
      flow(.tcp4, count: 4, size: 90, fields: .init(sourcePort: UInt16(number + 1)))
    }
    let mixed = (0..<4).flatMap { index in flows.map { $0[index] } }
    #expect(try records(mixed) == flows.map { .init(kind: 1, packets: $0) })
  }

  @Test func `a pure acknowledgement, a fragment and an unknown header are overtaken by nothing`() throws {
    let packets = flow(.tcp4, count: 4, size: 80)
    let acknowledgement = TestPacket(.tcp4, .init(sequence: 1160), payload: [])
    var fragment = TestPacket(.udp4, .init(sourcePort: 9), payload: [UInt8](repeating: 1, count: 64))
    fragment.bytes[6] = 0x20
    fragment.fixChecksums()
    var options = TestPacket(.udp6, payload: [UInt8](repeating: 1, count: 64))
    options.bytes[6] = 60
    for stranger in [acknowledgement, fragment, options] {
      #expect(
        try records([packets[0], packets[1], stranger, packets[2], packets[3]]) == [
          .init(kind: 1, packets: Array(packets[..<2])), .init(kind: 0, packets: [stranger]),
          .init(kind: 1, packets: Array(packets[2...])),
        ])
    }
    var echo = TestPacket(.udp4, payload: [UInt8](repeating: 1, count: 64))
    echo.bytes[9] = 1
    #expect(
      try records([packets[0], packets[1], echo, packets[2], packets[3]]) == [
        .init(kind: 1, packets: packets), .init(kind: 0, packets: [echo]),
      ], "a packet of no TCP or UDP flow is in nobody's way")
  }

  @Test func `control segments and datagrams without checksum are never merged`() throws {
    for flags in [UInt8(0x02), 0x12, 0x14, 0x30, 0x90, 0x00] {
      let packets = flow(.tcp6, count: 3, size: 40) { _, fields in fields.flags = flags }
      #expect(try records(packets) == packets.map { .init(kind: 0, packets: [$0]) })
    }
    var packets = flow(.udp4, count: 3, size: 40)
    for index in packets.indices { packets[index].bytes.replaceSubrange(26..<28, with: [0, 0]) }
    #expect(try records(packets) == packets.map { .init(kind: 0, packets: [$0]) })
  }

  @Test func `a super-packet never exceeds what an IP header can say`() throws {
    let packets = flow(.tcp4, count: 60, size: 1400)
    let result = try records(packets)
    #expect(result.flatMap(\.packets) == packets)
    #expect(result.map(\.packets.count) == [46, 14])
    let small = flow(.udp6, count: 300, size: 8)
    #expect(try records(small).map(\.packets.count) == [128, 128, 44])
  }

  @Test func `without offload every packet is written as it is`() throws {
    let packets = flow(.tcp4, count: 3, size: 40) + flow(.udp4, count: 3, size: 40)
    for header in [false, true] {
      var rig = try WriterRig(offload: TunOffload(hasVirtioHeader: header))
      for packet in packets { rig.append(packet) }
      #expect(rig.flush() == TunFlush(written: 6, calls: 6))
      #expect(try rig.records() == packets.map { .init(kind: 0, packets: [$0]) })
    }
  }

  @Test(arguments: TestPacket.Kind.allCases)
  func `a refused super-packet is taken apart again and that kind is not tried any more`(
    _ kind: TestPacket.Kind
  ) throws {
    let packets = flow(kind, count: 5, size: 333) { index, fields in if index == 4 { fields.flags = 0x18 } }
    var rig = try WriterRig(refusing: TunOffload(hasVirtioHeader: true, tcp: true, udp: true))
    let places = packets.map { rig.append($0) }
    #expect(rig.flush() == TunFlush(dropped: 5, calls: 6))
    for (place, packet) in zip(places, packets) {
      #expect(rig.memory.array(place..<(place + packet.bytes.count)) == packet.bytes)
    }
    #expect(rig.writer.offload.tcp == !packets[0].isTCP)
    #expect(rig.writer.offload.udp == packets[0].isTCP)
  }

  @Test func `whatever comes in goes out, and in order within each flow`() throws {
    var random = SeededGenerator(seed: 6)
    var merged = 0
    for _ in 0..<300 {
      var packets: [TestPacket] = []
      var sequences = [UInt32](repeating: 5, count: 3)
      for number in 0..<Int.random(in: 1...60, using: &random) {
        let flow = Int.random(in: 0..<3, using: &random)
        let size = [0, 1, 100, 100, 100, 100, 100][Int.random(in: 0..<7, using: &random)]
        var fields = TestPacket.Fields(sourcePort: UInt16(flow + 1), identification: UInt16(number))
        fields.sequence = sequences[flow]
        if Int.random(in: 0..<8, using: &random) == 0 { fields.flags = UInt8.random(in: 0...255, using: &random) }
        if Int.random(in: 0..<8, using: &random) != 0 { sequences[flow] &+= UInt32(size) }
        var packet = TestPacket(TestPacket.Kind.allCases[flow], fields, payload: random.bytes(size))
        if Int.random(in: 0..<12, using: &random) == 0 {
          let place = Int.random(in: 0..<packet.bytes.count, using: &random)
          packet.bytes[place] = UInt8.random(in: 0...255, using: &random)
        }
        packets.append(packet)
      }
      let result = try records(packets)
      merged += packets.count - result.count
      let written = result.flatMap(\.packets)
      #expect(written.count == packets.count)
      // Identifications of packets that are never fragmented may be counted anew.
      let essence = { (packet: TestPacket) in packet.isIPv6 ? packet.bytes : Array(packet.bytes[12...]) }
      let flow = { (packet: TestPacket) in
        packet.isIPv6
          ? [packet.bytes[6]] + Array(packet.bytes[8..<44]) : [packet.bytes[9]] + Array(packet.bytes[12..<24])
      }
      let sent = Dictionary(grouping: packets, by: flow)
      let received = Dictionary(grouping: written, by: flow)
      #expect(sent.count == received.count)
      for (key, own) in sent { #expect(received[key]?.map(essence) == own.map(essence)) }
    }
    #expect(merged > 2000)
  }
}
