public import Octets

// Every one of these traps when there is no room: callers reserve for the longest text first.

extension OutputSpan where Element == UInt8 {
  /// Appends `value` in decimal: at most 20 bytes.
  @_lifetime(self: copy self)
  public mutating func print(decimal value: UInt64) {
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var rest = value
    var count = 0
    repeat {
      digits[count] = .zero + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
      count += 1
    } while rest > 0
    while count > 0 {
      count -= 1
      append(digits[count])
    }
  }

  /// Appends `value` in hexadecimal without leading zeros: at most 8 bytes.
  @_lifetime(self: copy self)
  public mutating func print(hexadecimal value: UInt32) {
    var shift: UInt32 = 28
    while shift > 0 && value &>> shift == 0 { shift -= 4 }
    while true {
      append(Octets32.hexadecimalDigit(UInt8(truncatingIfNeeded: value &>> shift) & 15))
      if shift == 0 { return }
      shift -= 4
    }
  }

  /// Appends `octets` as lower-case hexadecimal digits, in time that does not depend on them: 2 × n bytes.
  @_lifetime(self: copy self)
  public mutating func print<let n: Int>(hexadecimal octets: borrowing FixedOctets<n>) {
    for i in 0..<n {
      append(FixedOctets<n>.hexadecimalDigit(octets[i] &>> 4))
      append(FixedOctets<n>.hexadecimalDigit(octets[i] & 15))
    }
  }

  /// Appends `key` in base 64, in time that does not depend on it: 44 bytes.
  @_lifetime(self: copy self)
  public mutating func print(base64 key: borrowing Octets32) {
    var bits: UInt32 = 0
    var have: UInt32 = 0
    for i in 0..<32 {
      bits = bits &<< 8 | UInt32(key[i])
      have += 8
      while have >= 6 {
        have -= 6
        append(Octets32.base64Character(UInt8(truncatingIfNeeded: bits &>> have) & 63))
      }
    }
    append(Octets32.base64Character(UInt8(truncatingIfNeeded: bits &<< 2) & 63))
    append(.equals)
  }

  /// Appends `address` as RFC 5952 wants it, an IPv4-mapped one in mixed notation: at most 39 bytes.
  @_lifetime(self: copy self)
  public mutating func print(_ address: IPAddress) {
    if address.family == .v4 {
      print(dottedQuad: UInt32(truncatingIfNeeded: address.value))
    } else if address.value &>> 32 == 0xffff {
      print("::ffff:")
      print(dottedQuad: UInt32(truncatingIfNeeded: address.value))
    } else {
      print(groups: address.value)
    }
  }

  /// Appends `prefix` as `address/length`: at most 43 bytes.
  @_lifetime(self: copy self)
  public mutating func print(_ prefix: Prefix) {
    print(prefix.address)
    append(.slash)
    print(decimal: UInt64(prefix.length))
  }

  /// Appends `endpoint`, IPv6 in brackets; `zone` stands for a scope that has a name: at most 80 bytes.
  @_lifetime(self: copy self)
  public mutating func print(_ endpoint: Endpoint, zone: ScopeName? = nil) {
    let bracketed = endpoint.address.family == .v6
    if bracketed { append(.openingBracket) }
    print(endpoint.address)
    if bracketed && endpoint.scope != 0 {
      append(.percent)
      if let zone {
        for i in 0..<Int(zone.count) { append(zone.octets[i]) }
      } else {
        print(decimal: UInt64(endpoint.scope))
      }
    }
    if bracketed { append(.closingBracket) }
    append(.colon)
    print(decimal: UInt64(endpoint.port))
  }

  @_lifetime(self: copy self)
  private mutating func print(dottedQuad value: UInt32) {
    for i in 0..<4 {
      if i > 0 { append(.dot) }
      print(decimal: UInt64(value &>> UInt32(24 - 8 * i) & 255))
    }
  }

  /// Eight groups, the first of the longest runs of two or more zero groups left out (RFC 5952 §4.2).
  @_lifetime(self: copy self)
  private mutating func print(groups value: UInt128) {
    func group(_ i: Int) -> UInt32 { UInt32(truncatingIfNeeded: value &>> UInt128(low: UInt64(112 - 16 * i))) & 0xffff }
    var gap = 8
    var gapCount = 1
    var i = 0
    while i < 8 {
      var run = i
      while run < 8 && group(run) == 0 { run += 1 }
      if run - i > gapCount {
        gap = i
        gapCount = run - i
      }
      i = run + 1
    }
    i = 0
    while i < 8 {
      if i == gap {
        print("::")
        i += gapCount
      } else {
        print(hexadecimal: group(i))
        i += 1
        if i < 8 && i != gap { append(.colon) }
      }
    }
  }
}
