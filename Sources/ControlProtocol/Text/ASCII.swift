extension UInt8 {
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let percent = UInt8(ascii: "%")
  static let minus = UInt8(ascii: "-")
  static let dot = UInt8(ascii: ".")
  static let slash = UInt8(ascii: "/")
  static let zero = UInt8(ascii: "0")
  static let colon = UInt8(ascii: ":")
  static let equals = UInt8(ascii: "=")
  static let openingBracket = UInt8(ascii: "[")
  static let closingBracket = UInt8(ascii: "]")

  /// The value of a decimal digit; nil for any other byte.
  var decimalDigit: UInt8? {
    let value = self &- .zero
    return value < 10 ? value : nil
  }

  /// The value of a hexadecimal digit of either case; nil for any other byte. Not for secrets.
  var hexadecimalDigit: UInt8? {
    if let digit = decimalDigit { return digit }
    let letter = (self | 0x20) &- UInt8(ascii: "a")
    return letter < 6 ? letter + 10 : nil
  }
}
