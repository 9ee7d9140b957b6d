import ControlProtocol
import Octets

/// A piece of a file.
typealias Text = ArraySlice<UInt8>

extension UInt8 {
  /// Space, tab, line feed, vertical tab, form feed or carriage return, as C's `isspace` has it.
  var isSpace: Bool { self == 0x20 || (0x09...0x0d).contains(self) }
  /// An ASCII letter in lower case; any other byte as it is.
  var lowercased: UInt8 { (0x41...0x5a).contains(self) ? self | 0x20 : self }
  /// An ASCII digit.
  var isDigit: Bool { (0x30...0x39).contains(self) }
  /// The value of a hexadecimal digit; nil for any other byte.
  var hexadecimalValue: UInt8? {
    if isDigit { return self - 0x30 }
    return (0x61...0x66).contains(lowercased) ? lowercased - 0x57 : nil
  }
  /// An ASCII letter.
  var isLetter: Bool { (0x61...0x7a).contains(lowercased) }
}

extension Text {
  /// Without white space at both ends.
  var trimmed: Text { trimmed { $0.isSpace } }

  /// Without bytes at both ends that are `unwanted`.
  func trimmed(_ unwanted: (UInt8) -> Bool) -> Text {
    guard let first = firstIndex(where: { !unwanted($0) }), let last = lastIndex(where: { !unwanted($0) }) else {
      return self[startIndex..<startIndex]
    }
    return self[first...last]
  }

  /// Whether these are the bytes of `text`, in any case of ASCII letters.
  func matches(_ text: String) -> Bool {
    elementsEqual(text.utf8) { $0.lowercased == $1.lowercased }
  }

  /// Whether these are exactly the bytes of `text`.
  func equals(_ text: String) -> Bool { elementsEqual(text.utf8) }

  /// The text; nil when it is not UTF-8.
  var unicode: PlainText? { PlainText(self) }

  /// Before and after the first `byte`; nil when there is none.
  func cut(at byte: UInt8) -> (before: Text, after: Text)? {
    guard let place = firstIndex(of: byte) else { return nil }
    return (self[..<place], self[(place + 1)...])
  }

  /// A decimal number; nil when there is anything but digits, or it does not fit.
  func number<Number: FixedWidthInteger>(_: Number.Type = Number.self) -> Number? {
    withRawSpan { UInt64(decimal: $0) }.flatMap { Number(exactly: $0) }
  }

  /// An IPv4 or IPv6 address.
  var address: IPAddress? { withRawSpan { IPAddress(text: $0) } }

  /// An address with an optional length of its network, which otherwise is that of the address alone.
  var addressAndLength: InterfaceAddress? {
    guard let (before, after) = cut(at: UInt8(ascii: "/")) else {
      return address.flatMap { InterfaceAddress($0, length: $0.family.bitCount) }
    }
    guard let address = before.address, let length = after.number(Int.self) else { return nil }
    return InterfaceAddress(address, length: length)
  }
}
