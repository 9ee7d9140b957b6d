import ControlProtocol
import Octets

// The words of a reply.

extension RawSpan {
  /// Gives each line's key and value to `body`, up to the empty line; throws what `errno` says.
  func forEachLine(_ body: (String, RawSpan) throws(ReplyFault) -> Void) throws(ReplyFault) {
    var number: Int32?
    var start = 0
    while true {
      guard let end = offset(of: UInt8(ascii: "\n"), from: start) else { throw .malformed }
      if end == start { break }
      guard let equals = offset(of: UInt8(ascii: "="), from: start), equals < end else { throw .malformed }
      let value = extracting(equals + 1..<end)
      let key = extracting(start..<equals).ascii
      if key == "errno" {
        number = Int32(try value.natural(atMost: UInt64(Int32.max)))
      } else {
        try body(key, value)
      }
      start = end + 1
    }
    guard let number else { throw .malformed }
    if number != 0 { throw .refused(number) }
  }

  /// Where a byte is, at `start` or behind it.
  func offset(of byte: UInt8, from start: Int) -> Int? {
    for place in start..<byteCount where octet(at: place) == byte { return place }
    return nil
  }

  /// The bytes as a text; not for secrets.
  var ascii: String {
    var bytes: [UInt8] = []
    for place in 0..<byteCount { bytes.append(octet(at: place)) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A key in hexadecimal.
  var key: Octets32 {
    get throws(ReplyFault) {
      guard let key = Octets32(hexadecimal: self) else { throw .malformed }
      return key
    }
  }

  /// Decimal digits and nothing else; a number too large for 64 bits counts as the largest.
  func natural(atMost limit: UInt64) throws(ReplyFault) -> UInt64 {
    var number: UInt64 = 0
    var isTooLarge = false
    for place in 0..<byteCount {
      let digit = octet(at: place) &- UInt8(ascii: "0")
      guard digit < 10 else { throw .malformed }
      let (product, one) = number.multipliedReportingOverflow(by: 10)
      let (sum, other) = product.addingReportingOverflow(UInt64(digit))
      isTooLarge = isTooLarge || one || other
      number = sum
    }
    if isTooLarge { number = .max }
    guard byteCount > 0, number <= limit else { throw .malformed }
    return number
  }
}
