import Octets

extension OutputSpan where Element == UInt8 {
  /// Appends the bytes of `text`; traps when there is no room.
  @_lifetime(self: copy self)
  public mutating func print(_ text: StaticString) {
    // SAFETY: every text in this package is an ASCII literal, so it has an address and this many bytes.
    for i in 0..<text.utf8CodeUnitCount { append(unsafe text.utf8Start[i]) }
  }
}

extension FixedOctets {
  /// The bytes of `text` and zeros behind them; traps when there are more than `count`.
  init(asciiOf text: StaticString) {
    self.init()
    precondition(text.utf8CodeUnitCount <= count)
    // SAFETY: as in `print`.
    for i in 0..<text.utf8CodeUnitCount { self[i] = unsafe text.utf8Start[i] }
  }
}

extension RawSpan {
  /// Whether these are the bytes of `text`. Not for secrets.
  func equals(_ text: StaticString) -> Bool {
    guard byteCount == text.utf8CodeUnitCount else { return false }
    // SAFETY: as in `print`; the offset is below the count of both.
    for i in 0..<byteCount where unsafe text.utf8Start[i] != octet(at: i) { return false }
    return true
  }
}
