import ControlProtocol
import ControlProtocolTesting
import Foundation
import Octets
import Testing

private func hexadecimal(_ text: String) -> Octets32? { withText(text) { Octets32(hexadecimal: $0) } }
private func base64(_ text: String, canonical: Bool = true) -> Octets32? {
  withText(text) { Octets32(base64: $0, canonical: canonical) }
}

@Suite struct KeyTextTests {
  @Test func `a key prints and reads back in both notations`() {
    var random = Seeded(seed: Environment.seed)
    for _ in 0..<Environment.rounds(500) {
      let bytes = random.bytes(32)
      let key = Octets32(bytes)
      let hex = printed { $0.print(hexadecimal: key) }
      #expect(hex == bytes.map { String(format: "%02x", $0) }.joined())
      #expect(hexadecimal(hex) == key)
      #expect(hexadecimal(hex.uppercased()) == key)
      let text = printed { $0.print(base64: key) }
      #expect(text == Data(bytes).base64EncodedString())
      #expect(base64(text) == key)
    }
  }

  @Test func `each of the 256 bytes is the digit it should be or is refused`() {
    let zeros = [UInt8](repeating: UInt8(ascii: "0"), count: 62)
    for byte in UInt8.min...UInt8.max {
      let expected = Character(UnicodeScalar(byte)).hexDigitValue.flatMap { byte < 128 ? $0 : nil }
      let read = withBytes(zeros + [byte, byte]) { Octets32(hexadecimal: $0) }
      #expect(read?[31] == expected.map { UInt8($0 * 17) }, "\(byte)")
    }
  }

  @Test func `each of the 256 bytes is the base-64 character it should be or is refused`() {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    let rest = [UInt8](repeating: UInt8(ascii: "A"), count: 42) + [UInt8(ascii: "=")]
    for byte in UInt8.min...UInt8.max {
      let read = withBytes([byte] + rest) { Octets32(base64: $0) }
      #expect(read?[0] == alphabet.firstIndex(of: byte).map { UInt8($0 << 2) }, "\(byte)")
    }
  }

  @Test func `a key of the wrong length is refused`() {
    for count in [0, 1, 31, 62, 63, 65, 66, 128] { #expect(hexadecimal(String(repeating: "a", count: count)) == nil) }
    let good = Data(repeating: 7, count: 32).base64EncodedString()
    for text in [
      "", "=", String(good.dropLast()), String(good.dropFirst()), good + "=", good + "A", " " + good.dropLast(),
    ] {
      #expect(base64(text) == nil, "\(text.count)")
    }
    #expect(base64(Data(repeating: 7, count: 31).base64EncodedString()) == nil)
    #expect(base64(Data(repeating: 7, count: 33).base64EncodedString()) == nil)
    #expect(base64(String(good.dropLast()) + "A") == nil)
  }

  @Test func `the two unused bits must be zero unless the dialect is lenient`() {
    // 42 characters of zeros and then 000100, 000101, 000110, 000111: the same key but for the unused bits.
    let start = String(repeating: "A", count: 42)
    #expect(base64(start + "E=") != nil)
    for last in ["F=", "G=", "H="] {
      #expect(base64(start + last) == nil)
      #expect(base64(start + last, canonical: false) == base64(start + "E="))
    }
  }
}
