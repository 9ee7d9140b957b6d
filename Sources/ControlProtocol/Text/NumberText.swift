import Octets

extension UInt64 {
  /// The number written in `text`: decimal digits and nothing else; nil when it is empty or does not fit.
  public init?(decimal text: RawSpan) {
    guard text.byteCount > 0 else { return nil }
    var value: UInt64 = 0
    for i in 0..<text.byteCount {
      guard let digit = text.octet(at: i).decimalDigit else { return nil }
      let (shifted, tooLong) = value.multipliedReportingOverflow(by: 10)
      let (sum, tooLarge) = shifted.addingReportingOverflow(UInt64(digit))
      if tooLong || tooLarge { return nil }
      value = sum
    }
    self = value
  }
}

extension UInt32 {
  /// The number written in `text`: decimal digits and nothing else; nil when it is empty or does not fit.
  public init?(decimal text: RawSpan) {
    guard let value = UInt64(decimal: text), let exact = UInt32(exactly: value) else { return nil }
    self = exact
  }
}

extension UInt16 {
  /// The number written in `text`: decimal digits and nothing else; nil when it is empty or does not fit.
  public init?(decimal text: RawSpan) {
    guard let value = UInt64(decimal: text), let exact = UInt16(exactly: value) else { return nil }
    self = exact
  }
}
