internal import Octets
internal import TunnelReport

extension SecretBytes {
  /// Adds a text as the inside of a JSON string, a character at a time; what is no UTF-8 becomes U+FFFD.
  func append(jsonText bytes: RawSpan) {
    var rest = bytes
    while rest.byteCount > 0 {
      let length = rest.scalarLength
      guard length > 0 else {
        append("\\ufffd")
        rest = rest.extracting(droppingFirst: 1)
        continue
      }
      if length == 1 {
        append(JSONText.escape(String(Unicode.Scalar(rest.octet(at: 0)))))
      } else {
        for index in 0..<length { append(rest.octet(at: index)) }
      }
      rest = rest.extracting(droppingFirst: length)
    }
  }
}

extension RawSpan {
  /// The bytes of the UTF-8 scalar at the beginning; 0 when there is none (The Unicode Standard, table 3-7).
  fileprivate var scalarLength: Int {
    let first = octet(at: 0)
    let length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0
    guard length <= byteCount else { return 0 }
    for index in 0..<length where index > 0 {
      let low: UInt8 = index > 1 ? 0x80 : first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80
      let high: UInt8 = index > 1 ? 0xbf : first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf
      guard (low...high).contains(octet(at: index)) else { return 0 }
    }
    return length
  }
}
