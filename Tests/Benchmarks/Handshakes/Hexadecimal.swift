import Octets

/// 64 hexadecimal digits.
func hexadecimal(_ octets: Octets32) -> String {
  (0..<32).map { index in
    let digits = String(octets[index], radix: 16)
    return digits.count == 1 ? "0" + digits : digits
  }.joined()
}

/// The octets that these 64 hexadecimal digits write; nil for anything else.
func octets(_ text: String) -> Octets32? {
  let digits = text.compactMap(\.hexDigitValue)
  guard digits.count == 64 && text.count == 64 else { return nil }
  var octets = Octets32()
  for i in 0..<32 { octets[i] = UInt8(digits[2 * i] << 4 | digits[2 * i + 1]) }
  return octets
}
