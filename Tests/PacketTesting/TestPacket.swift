/// An IP packet built and checked field by field, with a checksum written down a second time, byte by byte.
package struct TestPacket: Equatable, Sendable {
  package var bytes: [UInt8]

  package enum Kind: CaseIterable, Sendable { case tcp4, tcp6, udp4, udp6 }

  package struct Fields: Sendable {
    /// The last byte of each address.
    package var source: UInt8 = 1
    package var destination: UInt8 = 2
    package var sourcePort: UInt16 = 4000
    package var destinationPort: UInt16 = 5000
    package var identification: UInt16 = 7
    package var dontFragment = true
    package var trafficClass: UInt8 = 0
    package var hopLimit: UInt8 = 64
    package var sequence: UInt32 = 1000
    package var acknowledgement: UInt32 = 77
    package var flags: UInt8 = 0x10
    package var window: UInt16 = 500
    package var options: [UInt8] = []

    package init(sourcePort: UInt16 = 4000, identification: UInt16 = 7, sequence: UInt32 = 1000) {
      (self.sourcePort, self.identification, self.sequence) = (sourcePort, identification, sequence)
    }
  }

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  package init(_ kind: Kind, _ fields: Fields = Fields(), payload: [UInt8]) {
    let isTCP = kind == .tcp4 || kind == .tcp6
    var transport = Self.big(fields.sourcePort) + Self.big(fields.destinationPort)
    if isTCP {
      transport += Self.big(fields.sequence) + Self.big(fields.acknowledgement)
      transport += [UInt8((20 + fields.options.count) / 4) << 4, fields.flags] + Self.big(fields.window)
      transport += [0, 0, 0, 0] + fields.options
    } else {
      transport += Self.big(UInt16(8 + payload.count)) + [0, 0]
    }
    transport += payload
    if kind == .tcp4 || kind == .udp4 {
      bytes = [0x45, fields.trafficClass] + Self.big(UInt16(20 + transport.count))
      bytes += Self.big(fields.identification) + Self.big(fields.dontFragment ? UInt16(0x4000) : 0)
      bytes += [fields.hopLimit, isTCP ? 6 : 17, 0, 0]
      bytes += [10, 0, 0, fields.source, 10, 0, 0, fields.destination]
    } else {
      bytes = [0x60 | fields.trafficClass >> 4, fields.trafficClass << 4, 0, 0] + Self.big(UInt16(transport.count))
      bytes += [isTCP ? 6 : 17, fields.hopLimit]
      bytes += [0xfd] + [UInt8](repeating: 0, count: 14) + [fields.source]
      bytes += [0xfd] + [UInt8](repeating: 0, count: 14) + [fields.destination]
    }
    bytes += transport
    fixChecksums()
  }

  // What its bytes say.
  package var isIPv6: Bool { bytes[0] >> 4 == 6 }
  package var isTCP: Bool { bytes[isIPv6 ? 6 : 9] == 6 }
  package var transport: Int { isIPv6 ? 40 : Int(bytes[0] & 15) * 4 }
  package var payloadStart: Int { transport + (isTCP ? Int(bytes[transport + 12] >> 4) * 4 : 8) }
  package var payload: [UInt8] { Array(bytes[payloadStart...]) }
  package var checksumPlace: Int { transport + (isTCP ? 16 : 6) }
  package var sequence: UInt32 {
    isTCP ? bytes[(transport + 4)..<(transport + 8)].reduce(0) { $0 << 8 | UInt32($1) } : 0
  }
  package var flags: UInt8 { bytes[transport + 13] }
  package func number(_ place: Int) -> UInt16 { UInt16(bytes[place]) << 8 | UInt16(bytes[place + 1]) }

  private var pseudoHeader: [UInt8] {
    let addresses = isIPv6 ? bytes[8..<40] : bytes[12..<20]
    return Array(addresses) + Self.big(UInt16(bytes.count - transport)) + [0, isTCP ? 6 : 17]
  }

  /// RFC 1071, the plain way.
  package static func sum(_ bytes: [UInt8]) -> UInt16 {
    var sum: UInt32 = 0
    for (index, byte) in bytes.enumerated() {
      sum += index % 2 == 0 ? UInt32(byte) << 8 : UInt32(byte)
      sum = (sum & 0xffff) + (sum >> 16)
    }
    return UInt16(sum)
  }

  package mutating func fixChecksums() {
    if !isIPv6 {
      (bytes[10], bytes[11]) = (0, 0)
      let header = ~Self.sum(Array(bytes[..<transport]))
      (bytes[10], bytes[11]) = (UInt8(header >> 8), UInt8(header & 0xff))
    }
    (bytes[checksumPlace], bytes[checksumPlace + 1]) = (0, 0)
    var sum = ~Self.sum(pseudoHeader + Array(bytes[transport...]))
    if sum == 0 { sum = 0xffff }
    (bytes[checksumPlace], bytes[checksumPlace + 1]) = (UInt8(sum >> 8), UInt8(sum & 0xff))
  }

  /// Leaves only the pseudo-header in the checksum field, as a kernel does that offloads checksums.
  package mutating func leaveChecksumOpen() {
    let sum = Self.sum(pseudoHeader)
    (bytes[checksumPlace], bytes[checksumPlace + 1]) = (UInt8(sum >> 8), UInt8(sum & 0xff))
  }

  /// Whether lengths and checksums are right.
  package var isSound: Bool {
    let length = isIPv6 ? 40 + Int(number(4)) : Int(number(2))
    guard length == bytes.count else { return false }
    if !isIPv6 && Self.sum(Array(bytes[..<transport])) != 0xffff { return false }
    if !isTCP && Int(number(transport + 4)) != bytes.count - transport { return false }
    return Self.sum(pseudoHeader + Array(bytes[transport...])) == 0xffff
  }

  package static func big(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xff)] }
  package static func big(_ value: UInt32) -> [UInt8] { big(UInt16(value >> 16)) + big(UInt16(value & 0xffff)) }
}
