internal import Tunnel

/// Many worlds, one after another and side by side.
public struct Campaign: Sendable {
  /// The first seed; the others follow it.
  public var firstSeed: UInt64
  /// How many.
  public var count: Int
  /// Whether worlds last longer and have more trouble.
  public var isLong: Bool
  /// Whether it goes on after a failure.
  public var playsAll = false
  /// How many worlds are played at a time.
  public var workers: Int

  /// What came of a campaign.
  public struct Outcome: Sendable {
    /// How many worlds were played to the end.
    public var played = 0
    /// The seeds that failed, the first ones first, and what went wrong.
    public var failures: [(seed: UInt64, text: String)] = []
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

  /// Plays one world, and tells `onNote` what happens. Returns what went wrong, if anything did.
  public static func play(
    _ seed: UInt64, isLong: Bool, onNote: ((String) -> Void)? = nil
  ) -> (failure: String?, tally: Tally) {
    let world = World(seed: seed, isLong: isLong)
    if let onNote {
      onNote("\(world.plan)")
      world.book.onNote = { [unowned world] in onNote("\(world.now.nanoseconds / 1000) us: \($0)") }
    }
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
        total.failures += outcome.failures
      }
      total.failures.sort { $0.seed &- firstSeed < $1.seed &- firstSeed }
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
        outcome.failures.append((seed, failure))
        if !playsAll { break }
      }
    }
    CrashNote.end(worker: worker)
    return outcome
  }
}
