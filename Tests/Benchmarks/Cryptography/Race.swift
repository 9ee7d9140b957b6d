/// Contenders that do the same work, some of them the references that the others are measured by.
struct Race {
  /// One of them: a name, and the work.
  struct Contender {
    let name: String
    var isReference = false
    let work: () -> Void
  }

  /// What is done; tools find the row by this name.
  let title: String
  /// Bytes that one call works on; 0 where that says nothing.
  let byteCount: Int
  let contenders: [Contender]

  /// Runs everybody `rounds` times, in each round in another order.
  ///
  /// A turn begins with work that is not measured: caches, branch predictors and the processor's clock, which wide vectors
  /// may lower, are then the contender's own and not those of the one before.
  func run(rounds: Int) -> RaceResult {
    let turn = Duration.microseconds(300)
    let clock = ContinuousClock()
    let repeats = contenders.map { contender in
      contender.work()
      let start = clock.now
      var count = 0
      while clock.now - start < turn {
        contender.work()
        count += 1
      }
      return max(count, 1)
    }
    var random = SystemRandomNumberGenerator()
    var times = contenders.map { _ in [Double]() }
    for _ in 0..<rounds {
      for index in contenders.indices.shuffled(using: &random) {
        let work = contenders[index].work
        for _ in 0..<(repeats[index] + 3) / 4 { work() }
        let start = clock.now
        for _ in 0..<repeats[index] { work() }
        times[index].append((clock.now - start) / .nanoseconds(1) / Double(repeats[index]))
      }
    }
    return RaceResult(race: self, times: times)
  }
}
