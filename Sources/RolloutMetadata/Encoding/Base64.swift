/// Base64 (RFC 4648 §4) in its strict form: the standard alphabet, padding, no space, no bits set that stand for nothing.
public enum Base64 {
  /// The bytes that `text` stands for; nil when it is not in the one form of them.
  public static func decode(_ text: [UInt8]) -> [UInt8]? {
    guard text.count % 4 == 0 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 4 * 3)
    var place = 0
    while place < text.count {
      let isLast = place + 4 == text.count
      let padding = !isLast || text[place + 3] != equals ? 0 : text[place + 2] != equals ? 1 : 2
      var bits: UInt32 = 0
      for i in 0..<4 - padding {
        guard let value = value(of: text[place + i]) else { return nil }
        bits |= value << UInt32(18 - 6 * i)
      }
      for i in 0..<3 - padding { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(16 - 8 * i))) }
      if bits & (padding == 2 ? 0xffff : padding == 1 ? 0xff : 0) != 0 { return nil }
      place += 4
    }
    return bytes
  }

  /// The text that stands for `bytes`.
  public static func encode(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    var place = 0
    while place < bytes.count {
      let count = min(3, bytes.count - place)
      var bits: UInt32 = 0
      for i in 0..<count { bits |= UInt32(bytes[place + i]) << UInt32(16 - 8 * i) }
      for i in 0..<4 { text.append(i <= count ? digit(of: bits >> UInt32(18 - 6 * i) & 63) : equals) }
      place += count
    }
    return text
  }

  private static var equals: UInt8 { UInt8(ascii: "=") }

  private static func value(of digit: UInt8) -> UInt32? {
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }

  private static func digit(of value: UInt32) -> UInt8 {
    let value = UInt8(truncatingIfNeeded: value)
    return switch value {
    case 0..<26: UInt8(ascii: "A") + value
    case 26..<52: UInt8(ascii: "a") + value - 26
    case 52..<62: UInt8(ascii: "0") + value - 52
    case 62: UInt8(ascii: "+")
    default: UInt8(ascii: "/")
    }
  }
}
