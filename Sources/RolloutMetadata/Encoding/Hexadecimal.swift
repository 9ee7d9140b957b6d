public import Octets

extension FixedOctets {
  /// The bytes that `text` stands for: exactly two digits each, in lower case; nil otherwise.
  public init?(hexadecimal text: [UInt8]) {
    guard text.count == 2 * count else { return nil }
    self.init()
    for i in 0..<count {
      guard let high = nibble(text[2 * i]), let low = nibble(text[2 * i + 1]) else { return nil }
      self[i] = high << 4 | low
    }
  }

  /// Two digits for each byte, in lower case.
  public var hexadecimal: [UInt8] {
    var text: [UInt8] = []
    for i in 0..<count {
      for value in [self[i] >> 4, self[i] & 15] {
        text.append(value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10)
      }
    }
    return text
  }

  /// The bytes as an array.
  public var array: [UInt8] {
    var bytes: [UInt8] = []
    for i in 0..<count { bytes.append(self[i]) }
    return bytes
  }

  /// The `count` bytes of `bytes`; nil when there are more or fewer.
  public init?(exactly bytes: [UInt8]) {
    guard bytes.count == count else { return nil }
    self.init()
    for i in 0..<count { self[i] = bytes[i] }
  }
}

private func nibble(_ digit: UInt8) -> UInt8? {
  switch digit {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
  default: nil
  }
}
