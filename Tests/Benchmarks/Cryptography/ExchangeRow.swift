/// One line of the comparison of what a handshake is made of: this package and the others it is held against, in the same
/// rounds.
struct ExchangeRow {
  /// Somebody who does the row's work.
  struct Runner {
    let name: String
    let work: () -> Void
  }

  let title: String
  /// Operations a turn: enough for the clock, few enough that a turn falls between two disturbances.
  let repeats: Int
  let ours: Runner
  let others: [Runner]

  /// Lets everybody take turns for `rounds` rounds; a line to each of the others. A ratio is the median of the ratios
  /// inside the rounds, and above 1 this package is the faster.
  func lines(rounds: Int, json: Bool) -> [String] {
    let runners = [ours] + others
    var times = runners.map { _ in [Double]() }
    for round in 0..<rounds {
      // Who comes first changes, so that nobody always follows the same one.
      for turn in runners.indices {
        let index = (turn + round) % runners.count
        times[index].append(time(of: runners[index]))
      }
    }
    return others.indices.map { index in
      let ratios = zip(times[index + 1], times[0]).map { $0 / $1 }
      return line(
        nanoseconds: median(times[0]), theirs: median(times[index + 1]), ratio: median(ratios), to: others[index].name,
        json: json)
    }
  }

  private func time(of runner: Runner) -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    for _ in 0..<repeats { runner.work() }
    return (clock.now - start) / .nanoseconds(1) / Double(repeats)
  }

  private func line(nanoseconds: Double, theirs: Double, ratio: Double, to other: String, json: Bool) -> String {
    json
      ? """
      {"row": "\(title)", "who": "\(ours.name)", "ns": \(Int(nanoseconds)), "ratio": \(rounded(ratio)), \
      "to": "\(other)"}
      """
      : """
      \(title): \(ours.name) \(rounded(nanoseconds)) ns, \(other) \(rounded(theirs)) ns, \(rounded(ratio)) x
      """
  }
}

private func median(_ values: [Double]) -> Double {
  values.sorted()[values.count / 2]
}
