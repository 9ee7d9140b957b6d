internal import RolloutGate

extension RandomStream {
  /// A number with the standard normal distribution (Marsaglia's polar method).
  mutating func normal() -> Double {
    while true {
      let x = 2 * uniform() - 1
      let y = 2 * uniform() - 1
      let square = x * x + y * y
      if square < 1 && square > 0 {
        return x * (-2 * ElementaryFunctions.logarithm(square) / square).squareRoot()
      }
    }
  }

  /// How many of `count` trials succeed, each with probability `p`. Exact, in time that does not grow with `count`.
  ///
  /// Below ten expected successes by inversion, else by transformed rejection (Hörmann, *The generation of binomial
  /// random variates*, 1993, algorithm BTRS).
  mutating func binomial(_ count: Int, _ p: Double) -> Int {
    if count <= 0 || p <= 0 { return 0 }
    if p >= 1 { return count }
    if p > 0.5 { return count - binomial(count, 1 - p) }
    return Double(count) * p < 10 ? inverted(count, p) : rejected(count, p)
  }

  private mutating func inverted(_ count: Int, _ p: Double) -> Int {
    let ratio = p / (1 - p)
    let scale = Double(count + 1) * ratio
    var mass = ElementaryFunctions.exponential(Double(count) * ElementaryFunctions.logarithm(1 - p))
    var rest = uniform()
    var k = 0
    while rest > mass && k < count {
      rest -= mass
      k += 1
      mass *= scale / Double(k) - ratio
    }
    return k
  }

  private mutating func rejected(_ count: Int, _ p: Double) -> Int {
    let n = Double(count)
    let deviation = (n * p * (1 - p)).squareRoot()
    let b = 1.15 + 2.53 * deviation
    let a = -0.0873 + 0.0248 * b + 0.01 * p
    let center = n * p + 0.5
    let squeeze = 0.92 - 4.2 / b
    let alpha = (2.83 + 5.1 / b) * deviation
    let mode = ((n + 1) * p).rounded(.down)
    while true {
      let u = uniform() - 0.5
      let v = uniform()
      let edge = 0.5 - u.magnitude
      let k = ((2 * a / edge + b) * u + center).rounded(.down)
      if edge >= 0.07 && v <= squeeze { return Int(k) }
      if k < 0 || k > n { continue }
      let height = ElementaryFunctions.logarithm(v * alpha / (a / (edge * edge) + b))
      if height <= Self.logarithmicRatio(of: k, to: mode, n, p) { return Int(k) }
    }
  }

  /// ln of how much more probable `k` successes of `n` are than `mode`.
  private static func logarithmicRatio(of k: Double, to mode: Double, _ n: Double, _ p: Double) -> Double {
    let ln = ElementaryFunctions.logarithm
    let odds = p / (1 - p)
    return (mode + 0.5) * ln((mode + 1) / (odds * (n - mode + 1)))
      + (n + 1) * ln((n - mode + 1) / (n - k + 1))
      + (k + 0.5) * ln(odds * (n - k + 1) / (k + 1))
      + tail(mode) + tail(n - mode) - tail(k) - tail(n - k)
  }

  /// What Stirling's formula leaves of ln k!.
  private static func tail(_ k: Double) -> Double {
    let small = [
      0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.0207906721037651, 0.0166446911898211,
      0.0138761288230707, 0.0118967099458917, 0.0104112652619720, 0.0092554621827127, 0.0083305634333628,
    ]
    if k < 10 { return small[Int(k)] }
    let x = 1 / (k + 1)
    let square = x * x
    return (1.0 / 12 - (1.0 / 360 - square / 1260) * square) * x
  }
}
