import Messages
import Octets
import ProtocolVectors
import Testing

@Suite struct DatagramTests {
  /// Type, its exact length (minimum for data), its kind.
  static let types: [(type: UInt8, byteCount: Int, kind: Datagram.Kind)] = [
    (1, 148, .initiation), (2, 92, .response), (3, 64, .cookieReply), (4, 32, .data),
  ]

  func kind(_ bytes: [UInt8]) -> Datagram.Kind { Datagram.kind(of: bytes.rawSpan) }

  func message(_ type: UInt8, _ byteCount: Int) -> [UInt8] {
    [type] + [UInt8](repeating: 0, count: 3) + [UInt8](repeating: 0xa5, count: byteCount - 4)
  }

  @Test func `each type of its right length is recognised whatever follows the type`() {
    for (type, byteCount, expected) in Self.types { #expect(kind(message(type, byteCount)) == expected) }
  }

  @Test func `the published messages are recognised`() {
    #expect(kind(FirstHandshake.initiation) == .initiation)
    #expect(kind(FirstHandshake.response) == .response)
    #expect(kind(CookieVectors.reply) == .cookieReply)
    #expect(kind(TransportVectors.keepalive) == .data)
    #expect(kind(TransportVectors.data) == .data)
  }

  @Test func `a handshake message one byte short or long is refused`() {
    for (type, byteCount, _) in Self.types.prefix(3) {
      #expect(kind(message(type, byteCount - 1)) == .malformed(.wrongLength))
      #expect(kind(message(type, byteCount + 1)) == .malformed(.wrongLength))
    }
  }

  @Test func `data of 31 bytes is refused and of 33 bytes accepted`() {
    #expect(kind(message(4, 31)) == .malformed(.wrongLength))
    #expect(kind(message(4, 33)) == .data)
    #expect(kind(message(4, 65_507)) == .data)
  }

  @Test func `a message of one type with the length of another is refused`() {
    for (type, _, _) in Self.types {
      for (other, byteCount, _) in Self.types where other != type && type != 4 {
        #expect(kind(message(type, byteCount)) == .malformed(.wrongLength))
      }
    }
  }

  @Test func `every reserved bit makes a message invalid`() {
    for (type, byteCount, _) in Self.types {
      for bit in 8..<32 {
        var bytes = message(type, byteCount)
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        #expect(kind(bytes) == .malformed(.reservedBytes), "type \(type), bit \(bit)")
      }
    }
  }

  @Test func `every first byte other than one to four is an unknown type`() {
    for type in UInt8.min...UInt8.max where !(1...4).contains(type) {
      #expect(kind(message(type, 148)) == .malformed(.unknownType))
    }
  }

  @Test func `what is shorter than the type word is truncated`() {
    for count in 0..<4 { #expect(kind([UInt8](repeating: 1, count: count)) == .malformed(.truncated)) }
    #expect(kind([1, 0, 0, 0]) == .malformed(.wrongLength))
  }
}
