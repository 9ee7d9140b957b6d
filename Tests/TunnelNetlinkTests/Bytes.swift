import ControlProtocol
import Octets
import TunnelReport

@testable import TunnelNetlink

/// Attributes and messages as the kernel writes them, and the reading of a whole reply.
enum Bytes {
  static func two(_ value: Int) -> [UInt8] { [UInt8(value & 0xff), UInt8(value >> 8 & 0xff)] }
  static func four(_ value: Int) -> [UInt8] { two(value & 0xffff) + two(value >> 16 & 0xffff) }
  static func eight(_ value: Int) -> [UInt8] { four(value & 0xffff_ffff) + four(value >> 32) }

  static func attribute(_ number: Int, _ content: [UInt8]) -> [UInt8] {
    two(4 + content.count) + two(number) + content + [UInt8](repeating: 0, count: (4 - content.count % 4) % 4)
  }

  static func nest(_ number: Int, _ content: [[UInt8]]) -> [UInt8] {
    attribute(number | 0x8000, Array(content.joined()))
  }

  static func message(kind: Int, flags: Int = 0, sequence: Int = 1, _ content: [UInt8]) -> [UInt8] {
    four(16 + content.count) + two(kind) + two(flags) + four(sequence) + four(77) + content
  }

  /// A message of the family 0x20.
  static func device(_ attributes: [UInt8]...) -> [UInt8] {
    message(kind: 0x20, flags: 2, [0, 1, 0, 0] + attributes.joined())
  }

  static let done = message(kind: 3, flags: 2, four(0))

  static func prefix(_ address: [UInt8], _ length: UInt8) -> [UInt8] {
    nest(
      0, [attribute(1, two(address.count == 4 ? 2 : 10)), attribute(2, address), attribute(3, [length])])
  }

  static func key(_ byte: UInt8) -> [UInt8] { [UInt8](repeating: byte, count: 32) }

  /// Lends bytes.
  static func lend<Result, Failure: Error>(
    _ bytes: [UInt8], _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let secret = SecretBytes()
    for byte in bytes { secret.append(byte) }
    return try secret.withBytes(body)
  }

  static func of(_ secret: SecretBytes) -> [UInt8] {
    secret.withBytes { bytes in (0..<bytes.byteCount).map { bytes.octet(at: $0) } }
  }

  /// The state that datagrams tell; nil when the reply does not end.
  static func state(_ datagrams: [UInt8]...) throws(NetlinkFault) -> TunnelState? {
    var reply = DeviceReply(name: "wg0")
    for datagram in datagrams {
      let isOver = try lend(datagram) { (bytes) throws(NetlinkFault) in
        try NetlinkReply.read(bytes, sequence: 1) { (kind, content) throws(NetlinkFault) in
          try reply.take(kind: kind, content, family: 0x20, naming: Naming())
        }
      }
      if isOver { return reply.state }
    }
    return nil
  }
}

/// Takes endpoints as they are.
struct Naming: EndpointNaming {
  func words(host: String, port: String) -> EndpointWords? { EndpointWords(host: host, port: port) }
}
