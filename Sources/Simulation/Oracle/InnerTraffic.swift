internal import Tunnel

/// Small inner packets with honest headers, each of which can be told from every other.
enum InnerTraffic {
  /// Bytes of an IPv4 header and an identifier.
  static let shortest = 28
  /// Bytes of an IPv6 header and an identifier.
  static let shortest6 = 48

  /// What may be wrong with a packet.
  enum Fault { case none, version, length }

  /// Packet number `id`: a header, the number, and bytes that follow from it.
  static func packet(
    _ id: Int, from source: IPAddress, to destination: IPAddress, length: Int, field: UInt8, fault: Fault = .none
  ) -> [UInt8] {
    let header = source.family == .v4 ? 20 : 40
    var bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: id &* 31), count: max(length, header + 8))
    for i in 0..<8 { bytes[header + i] = UInt8(truncatingIfNeeded: id >> (8 * i)) }
    let total = fault == .length ? bytes.count + 16 : bytes.count
    if source.family == .v4 {
      bytes[0] = 0x45
      bytes[1] = field
      (bytes[2], bytes[3]) = (UInt8(total >> 8), UInt8(total & 0xff))
      for i in 4..<8 { bytes[i] = 0 }
      (bytes[8], bytes[9], bytes[10], bytes[11]) = (64, 17, 0, 0)
      store(source, at: 12, in: &bytes)
      store(destination, at: 16, in: &bytes)
      let sum = checksum(bytes[..<20])
      (bytes[10], bytes[11]) = (UInt8(sum >> 8), UInt8(sum & 0xff))
    } else {
      bytes[0] = 0x60 | field >> 4
      bytes[1] = field << 4
      (bytes[2], bytes[3]) = (0, 0)
      (bytes[4], bytes[5]) = (UInt8((total - 40) >> 8), UInt8((total - 40) & 0xff))
      (bytes[6], bytes[7]) = (17, 64)
      store(source, at: 8, in: &bytes)
      store(destination, at: 24, in: &bytes)
    }
    if fault == .version { bytes[0] = 0x75 }
    return bytes
  }

  /// The number of a packet made here; nil when it has none.
  static func id(of packet: ArraySlice<UInt8>) -> Int? {
    guard let first = packet.first else { return nil }
    // A packet with a wrong version has the header of an IPv4 packet.
    let start = packet.startIndex + (first >> 4 == 6 ? 40 : 20)
    guard packet.endIndex >= start + 8 else { return nil }
    return (0..<8).reduce(0) { $0 | Int(packet[start + $1]) << (8 * $1) }
  }

  /// What `packet` looks like after a tunnel whose datagram arrived with the DS field `outer` (protocol.md §20).
  static func carried(_ packet: [UInt8], outer: UInt8) -> [UInt8] {
    var packet = packet
    let isVersion4 = packet[0] >> 4 == 4
    let inner = isVersion4 ? packet[1] & 3 : packet[1] >> 4 & 3
    let marked: UInt8 =
      switch (inner, outer & 3) {
      case (1, 3), (2, 3): 3
      case (2, 1): 1
      default: inner
      }
    guard marked != inner else { return packet }
    if isVersion4 {
      packet[1] = packet[1] & ~3 | marked
      (packet[10], packet[11]) = (0, 0)
      let sum = checksum(packet[..<20])
      (packet[10], packet[11]) = (UInt8(sum >> 8), UInt8(sum & 0xff))
    } else {
      packet[1] = packet[1] & ~0x30 | marked << 4
    }
    return packet
  }

  private static func store(_ address: IPAddress, at offset: Int, in bytes: inout [UInt8]) {
    bytes.withRawSpan { _ = address.store(into: &$0, at: offset) }
  }

  private static func checksum(_ header: ArraySlice<UInt8>) -> UInt16 {
    var sum: UInt32 = 0
    for i in stride(from: header.startIndex, to: header.endIndex, by: 2) {
      sum += UInt32(header[i]) << 8 | UInt32(header[i + 1])
    }
    while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
    return ~UInt16(sum)
  }
}
