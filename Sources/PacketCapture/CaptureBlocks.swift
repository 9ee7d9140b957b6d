/// Captured packets as a file: the pcapng format, a filter for the kernel, and the bounds of both packets and file.
///
/// Everything here is a function of its arguments; where packets come from and where the file goes is the host's business.
/// Packets are not looked into.

/// The blocks of a pcapng file (draft-ietf-opsawg-pcapng), in little-endian order.
enum CaptureBlock {
  /// The kind of a block.
  enum Kind: UInt32 {
    case section = 0x0a0d_0d0a
    case interface = 1
    case statistics = 5
    case packet = 6
  }

  /// Packets that begin with an IP header (LINKTYPE_RAW).
  static let rawIP: UInt16 = 101

  /// The beginning of a file: who made it, and a comment.
  static func section(program: String, comment: String) -> [UInt8] {
    block(.section) { body in
      body.append(0x1a2b_3c4d as UInt32)
      body.append(1 as UInt16)
      body.append(0 as UInt16)
      // The length of the section is not known.
      body.append(UInt64.max)
      body.appendOption(1, text: comment)
      body.appendOption(3, text: "Linux")
      body.appendOption(4, text: program)
      body.appendOptionsEnd()
    }
  }

  /// An interface; packets name it by its number, counted from 0. At most `longest` bytes of each packet are kept.
  static func interface(name: String, description: String, longest: UInt32) -> [UInt8] {
    block(.interface) { body in
      body.append(rawIP)
      body.append(0 as UInt16)
      body.append(longest)
      body.appendOption(2, text: name)
      body.appendOption(3, text: description)
      // Times are in nanoseconds.
      body.appendOption(9, bytes: [9])
      body.appendOptionsEnd()
    }
  }

  /// A packet of an interface.
  static func packet(_ packet: CapturedPacket, interface: UInt32) -> [UInt8] {
    block(.packet) { body in
      body.append(interface)
      body.appendTime(packet.nanoseconds)
      body.append(UInt32(packet.bytes.count))
      body.append(packet.length)
      body.appendPadded(packet.bytes)
      // Inbound is 1, outbound is 2.
      let direction: UInt8 = packet.isOutgoing ? 2 : 1
      body.appendOption(2, bytes: [direction, 0, 0, 0])
      body.appendOptionsEnd()
    }
  }

  /// Bytes of a packet's block.
  static func length(of packet: CapturedPacket) -> UInt64 { UInt64(44 + (packet.bytes.count + 3) / 4 * 4) }

  /// Bytes that an interface takes up at the end.
  static let statisticsLength = 64

  /// What is to be said of an interface at the end: when its packets came, and how many there are.
  static func statistics(interface: UInt32, from: UInt64, to: UInt64, packets: UInt64) -> [UInt8] {
    block(.statistics) { body in
      body.append(interface)
      body.appendTime(to)
      for (code, time) in [(2 as UInt16, from), (3, to)] {
        body.append(code)
        body.append(8 as UInt16)
        body.appendTime(time)
      }
      body.append(8 as UInt16)
      body.append(8 as UInt16)
      body.append(packets)
      body.appendOptionsEnd()
    }
  }

  private static func block(_ kind: Kind, _ fill: (inout [UInt8]) -> Void) -> [UInt8] {
    var body: [UInt8] = []
    fill(&body)
    let length = UInt32(body.count + 12)
    var block: [UInt8] = []
    block.reserveCapacity(Int(length))
    block.append(kind.rawValue)
    block.append(length)
    block += body
    block.append(length)
    return block
  }
}

extension [UInt8] {
  fileprivate mutating func append(_ number: some FixedWidthInteger & UnsignedInteger) {
    for place in 0..<(number.bitWidth / 8) { append(UInt8(truncatingIfNeeded: number >> (8 * place))) }
  }

  /// A time: its upper half, then its lower.
  fileprivate mutating func appendTime(_ nanoseconds: UInt64) {
    append(UInt32(nanoseconds >> 32))
    append(UInt32(truncatingIfNeeded: nanoseconds))
  }

  fileprivate mutating func appendPadded(_ bytes: [UInt8]) {
    self += bytes
    self += [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
  }

  fileprivate mutating func appendOption(_ code: UInt16, bytes: [UInt8]) {
    append(code)
    append(UInt16(bytes.count))
    appendPadded(bytes)
  }

  /// An option of text, of which up to 1024 bytes are kept.
  fileprivate mutating func appendOption(_ code: UInt16, text: String) {
    appendOption(code, bytes: Array(text.utf8.prefix(1024)))
  }

  fileprivate mutating func appendOptionsEnd() { append(0 as UInt32) }
}
