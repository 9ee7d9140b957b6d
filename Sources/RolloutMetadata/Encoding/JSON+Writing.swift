extension JSON {
  /// The value in canonical form. The members of each object must ascend, see `sorted`.
  public var canonical: [UInt8] {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return bytes
  }

  private func write(to bytes: inout [UInt8]) {
    switch self {
    case .boolean(let value): bytes += value ? ("true" as StaticString).octets : ("false" as StaticString).octets
    case .natural(let number): bytes += decimal(number)
    case .negative(let number):
      bytes.append(UInt8(ascii: "-"))
      bytes += decimal(number)
    case .text(let text): Self.write(text, to: &bytes)
    case .list(let elements):
      bytes.append(UInt8(ascii: "["))
      for i in 0..<elements.count {
        if i > 0 { bytes.append(UInt8(ascii: ",")) }
        elements[i].write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for i in 0..<members.count {
        if i > 0 { bytes.append(UInt8(ascii: ",")) }
        Self.write(members[i].name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        members[i].value.write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  private static func write(_ text: [UInt8], to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
      bytes.append(byte)
    }
    bytes.append(UInt8(ascii: "\""))
  }
}

/// The digits of a number.
func decimal(_ number: UInt64) -> [UInt8] {
  var digits: [UInt8] = []
  var rest = number
  repeat {
    digits.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
    rest /= 10
  } while rest > 0
  digits.reverse()
  return digits
}
