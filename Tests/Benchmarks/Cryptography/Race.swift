/// Contenders that do the same work, the first of them the reference.
struct Race {
  /// One of them: a name, and the work.
  struct Contender {
    let name: String
    let work: () -> Void
  }

  let title: String
  let byteCount: Int
  let contenders: [Contender]

  /// Runs everybody `rounds` times in turn and tells the medians and the speed relative to the reference.
  func run(rounds: Int) -> String {
    // Long enough for the clock, short enough that many rounds fit between two disturbances.
    let repeats = max(1, 20_000 / max(byteCount, 64))
    var times = contenders.map { _ in [Double]() }
    let clock = ContinuousClock()
    for _ in 0..<rounds {
      for (index, contender) in contenders.enumerated() {
        let start = clock.now
        for _ in 0..<repeats { contender.work() }
        times[index].append((clock.now - start) / .nanoseconds(1) / Double(repeats))
      }
    }
    let medians = times.map { $0.sorted()[$0.count / 2] }
    return zip(contenders, medians).map { contender, median in
      let gigabytes = byteCount > 0 ? ", \(rounded(Double(byteCount) / median)) GB/s" : ""
      return "\(title): \(contender.name) \(rounded(median)) ns\(gigabytes), \(rounded(medians[0] / median)) x"
    }.joined(separator: "\n")
  }
}

/// Two decimals.
func rounded(_ value: Double) -> String {
  let hundredths = Int(value * 100 + 0.5)
  return "\(hundredths / 100).\(hundredths % 100 / 10)\(hundredths % 10)"
}
