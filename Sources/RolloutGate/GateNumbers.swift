/// Numbers as a gate prints them.
enum GateNumbers {
  /// An integer with commas, as 1,000,000.
  static func grouped(_ number: Int) -> String {
    let digits = Array(String(number.magnitude))
    var text = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// With three decimals, as 0.960; |x| < 10^12.
  static func fixed(_ x: Double) -> String {
    let thousandths = Int((x.magnitude * 1000).rounded())
    let rest = String(thousandths % 1000)
    let sign = x < 0 && thousandths > 0 ? "-" : ""
    return sign + "\(thousandths / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
  }

  /// With two digits and an exponent, as 7.3e-3 or 1e-4; 0 < x ≤ 1.
  static func scientific(_ x: Double) -> String {
    var exponent = 0
    var m = x
    while m < 0.9999 && exponent > -300 {
      m *= 10
      exponent -= 1
    }
    var tenths = Int((m * 10).rounded())
    if tenths >= 100 {
      tenths = 10
      exponent += 1
    }
    let mantissa = tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    return exponent == 0 ? mantissa : mantissa + "e\(exponent)"
  }
}
