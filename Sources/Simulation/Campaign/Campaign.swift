internal import Tunnel

/// Many worlds, one after another and side by side.
public struct Campaign: Sendable {
  /// The first seed; the others follow it.
  public var firstSeed: UInt64
  /// How many.
  public var count: Int
  /// Whether worlds last longer and have more trouble.
  public var isLong: Bool
  /// How many worlds are played at a time.
  public var workers: Int

  /// What came of a campaign.
  public struct Outcome: Sendable {
    /// How many worlds were played to the end.
    public var played = 0
    /// The failing seed that comes first, and what went wrong.
    public var failure: (seed: UInt64, text: String)?
    /// What happened in all worlds together.
    public var tally = Tally()
  }

  /// A campaign.
  public init(firstSeed: UInt64, count: Int, isLong: Bool = false, workers: Int = 2) {
    self.firstSeed = firstSeed
    self.count = count
    self.isLong = isLong
    self.workers = workers
  }

  /// What a person types to play the world of `seed` again.
  public func command(replaying seed: UInt64) -> String {
    "swift run -c release simulate --seed \(seed) --count 1" + (isLong ? " --long" : "")
  }

  /// Plays one world. Returns what went wrong, if anything did.
  public static func play(_ seed: UInt64, isLong: Bool) -> (failure: String?, tally: Tally) {
    let world = World(seed: seed, isLong: isLong)
    world.play()
    return (world.book.failure, world.book.tally)
  }

  /// Plays all worlds, or as many as it takes for one to fail.
  public func run() async -> Outcome {
    await withTaskGroup(of: Outcome.self) { group in
      for worker in 0..<workers {
        group.addTask { play(worker) }
      }
      var total = Outcome()
      for await outcome in group {
        total.played += outcome.played
        total.tally += outcome.tally
        if let failure = outcome.failure, failure.seed &- firstSeed < (total.failure?.seed ?? .max) &- firstSeed {
          total.failure = failure
        }
      }
      return total
    }
  }

  /// Plays every `workers`-th world.
  private func play(_ worker: Int) -> Outcome {
    var outcome = Outcome()
    for number in stride(from: worker, to: count, by: workers) {
      let seed = firstSeed &+ UInt64(number)
      CrashNote.begin(seed, worker: worker)
      let (failure, tally) = Self.play(seed, isLong: isLong)
      outcome.played += 1
      outcome.tally += tally
      if let failure {
        outcome.failure = (seed, failure)
        break
      }
    }
    CrashNote.end(worker: worker)
    return outcome
  }
}
