/// Logarithm and exponential from the four basic operations, which IEEE 754 rounds the same everywhere: a gate's verdict
/// and a simulation's figures do not depend on the machine's mathematical library.
///
/// Both are within 4 units in the last place.
public enum ElementaryFunctions {
  private static let ln2 = 0.693147180559945309417232121458
  // ln 2 in two parts: a multiple of the first, up to 2^20 times, is exact.
  private static let ln2High = 0.693147180369123816490
  private static let ln2Low = 1.90821492927058770002e-10

  /// The natural logarithm of a finite `x` > 0; for 0 it is −∞, below that it is not a number.
  public static func logarithm(_ x: Double) -> Double {
    if x == 0 { return -.infinity }
    guard x > 0, x.isFinite else { return x > 0 ? x : .nan }
    var exponent = Double(x.exponent)
    var m = x.significand
    if m > 1.4142135623730951 {
      m /= 2
      exponent += 1
    }
    // ln m = 2 artanh s, with |s| ≤ 0.1716: the series' twelfth term is below 10^-18.
    let s = (m - 1) / (m + 1)
    let square = s * s
    var sum = 0.0
    var divisor = 25.0
    while divisor > 1 {
      sum = (sum + 1 / divisor) * square
      divisor -= 2
    }
    return exponent * ln2High + (exponent * ln2Low + 2 * (s * sum) + 2 * s)
  }

  /// e to the power of `x`; 0 below −745, infinite above 709.78.
  public static func exponential(_ x: Double) -> Double {
    if x != x { return x }
    if x < -745.2 { return 0 }
    if x > 709.8 { return .infinity }
    let k = (x / ln2).rounded()
    let r = (x - k * ln2High) - k * ln2Low
    var sum = 1.0
    var divisor = 16.0
    while divisor > 0 {
      sum = 1 + sum * r / divisor
      divisor -= 1
    }
    // In two halves, so that neither is out of range when the result is subnormal.
    let half = Int(k) / 2
    return sum * Double(sign: .plus, exponent: half, significand: 1)
      * Double(sign: .plus, exponent: Int(k) - half, significand: 1)
  }
}
