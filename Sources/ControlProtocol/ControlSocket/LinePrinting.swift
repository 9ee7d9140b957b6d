import Octets

// Lines of the control socket. Each `key` includes its `=`; each traps when there is no room.

extension OutputSpan where Element == UInt8 {
  /// Appends a line of `key` and a number.
  @_lifetime(self: copy self)
  mutating func print(line key: StaticString, _ value: UInt64) {
    print(key)
    print(decimal: value)
    append(.lineFeed)
  }

  /// Appends a line of `key` and 32 octets in hexadecimal.
  @_lifetime(self: copy self)
  mutating func print(line key: StaticString, _ value: borrowing Octets32) {
    print(key)
    print(hexadecimal: value)
    append(.lineFeed)
  }

  /// Appends a line of `key` and a prefix.
  @_lifetime(self: copy self)
  mutating func print(line key: StaticString, _ value: Prefix) {
    print(key)
    print(value)
    append(.lineFeed)
  }
}
