/// What silence is worth: how many installs must have stayed without a report before a defect of some size would have
/// been heard of.
///
/// A defect that shows on a share `p` of installs, reported by a share `r` of those it hits, is silent on `n` installs
/// with probability exp(−n·p·r).
public enum Exposure {
  /// The installs after which silence excludes, with confidence 1 − `alpha`, a defect on a share `p` or more of installs.
  ///
  /// All three in (0, 1]; a result beyond 2^53 is cut to that.
  public static func required(alpha: Double, p: Double, reportRate: Double) -> Int {
    let count = (ElementaryFunctions.logarithm(1 / alpha) / (p * reportRate)).rounded(.up)
    return count < 0x1p53 ? Int(count) : 1 << 53
  }

  /// The probability that a defect on a share `p` of installs has not been reported by any of `installs`.
  public static func silence(installs: Int, p: Double, reportRate: Double) -> Double {
    ElementaryFunctions.exponential(-Double(installs) * p * reportRate)
  }

  /// The smallest share of installs that silence excludes with confidence 1 − `alpha`; more than 1 when it excludes
  /// nothing.
  public static func excluded(installs: Int, alpha: Double, reportRate: Double) -> Double {
    installs > 0 ? ElementaryFunctions.logarithm(1 / alpha) / (Double(installs) * reportRate) : .infinity
  }
}
