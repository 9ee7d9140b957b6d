import COctets
public import Octets

// Text of keys in time that does not depend on the key: every character is looked at with arithmetic alone, no table
// and no branch, and whether all were legal is decided once at the end.

/// All ones when `low ≤ value ≤ high`, else 0; all three below 2^15.
///
/// The optimiser may not see through it: it would make a branch of choosing between a letter and a digit.
@inline(__always)
private func mask(_ value: Int32, from low: Int32, through high: Int32) -> Int32 {
  let mask = ((low &- 1 &- value) & (value &- high &- 1)) &>> 31
  return Int32(truncatingIfNeeded: octets_opaque(UInt64(truncatingIfNeeded: mask)))
}

extension FixedOctets {
  /// The octets written in `text` as 2 × `count` hexadecimal digits of either case; nil for anything else.
  public init?(hexadecimal text: RawSpan) {
    guard text.byteCount == 2 * count else { return nil }
    self.init()
    var legal: Int32 = -1
    for i in 0..<count {
      let high = Self.hexadecimal(text.octet(at: 2 * i), &legal)
      let low = Self.hexadecimal(text.octet(at: 2 * i + 1), &legal)
      self[i] = UInt8(truncatingIfNeeded: high &<< 4 | low)
    }
    guard legal != 0 else {
      wipe()
      return nil
    }
  }

  @inline(__always)
  private static func hexadecimal(_ character: UInt8, _ legal: inout Int32) -> Int32 {
    let character = Int32(character)
    let digit = mask(character, from: 48, through: 57)
    let upper = mask(character, from: 65, through: 70)
    let lower = mask(character, from: 97, through: 102)
    legal &= digit | upper | lower
    return digit & (character &- 48) | upper & (character &- 55) | lower & (character &- 87)
  }

  /// The hexadecimal digit, lower case, of the four bits `value`.
  @inline(__always)
  static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    let value = Int32(value)
    return UInt8(truncatingIfNeeded: value &+ 48 &+ (mask(value, from: 10, through: 15) & 39))
  }
}

extension FixedOctets where count == 32 {
  /// The characters of a key in base 64, padding included.
  public static var base64Count: Int { 44 }

  /// The key written in `text` as 44 characters of base 64, the last of them `=`; nil for anything else.
  ///
  /// The two bits that no byte uses must be zero unless `canonical` is false.
  public init?(base64 text: RawSpan, canonical: Bool = true) {
    guard text.byteCount == 44 && text.octet(at: 43) == .equals else { return nil }
    self.init()
    var legal: Int32 = -1
    var bits: UInt32 = 0
    var have: UInt32 = 0
    var place = 0
    for i in 0..<43 {
      bits = bits &<< 6 | UInt32(truncatingIfNeeded: Self.sextet(text.octet(at: i), &legal))
      have += 6
      if have >= 8 {
        have -= 8
        self[place] = UInt8(truncatingIfNeeded: bits &>> have)
        place += 1
      }
    }
    let unused = canonical ? bits & 3 : 0
    guard legal != 0 && unused == 0 else {
      wipe()
      return nil
    }
  }

  @inline(__always)
  private static func sextet(_ character: UInt8, _ legal: inout Int32) -> Int32 {
    let character = Int32(character)
    let upper = mask(character, from: 65, through: 90)
    let lower = mask(character, from: 97, through: 122)
    let digit = mask(character, from: 48, through: 57)
    let plus = mask(character, from: 43, through: 43)
    let slash = mask(character, from: 47, through: 47)
    legal &= upper | lower | digit | plus | slash
    let letters = upper & (character &- 65) | lower & (character &- 71)
    return letters | digit & (character &+ 4) | plus & 62 | slash & 63
  }

  /// The base-64 character of the six bits `value`.
  @inline(__always)
  static func base64Character(_ value: UInt8) -> UInt8 {
    let value = Int32(value)
    let upper = mask(value, from: 0, through: 25) & (value &+ 65)
    let lower = mask(value, from: 26, through: 51) & (value &+ 71)
    let digit = mask(value, from: 52, through: 61) & (value &- 4)
    let plus = mask(value, from: 62, through: 62) & 43
    let slash = mask(value, from: 63, through: 63) & 47
    return UInt8(truncatingIfNeeded: upper | lower | digit | plus | slash)
  }
}
