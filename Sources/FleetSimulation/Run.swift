internal import RolloutGate

/// How a run ended.
public enum Ending: String, Sendable, Codable, CaseIterable {
  /// Everybody was offered the release, and nothing halted it.
  case through
  /// Reports or failures kept the next step from beginning.
  case paused
  /// The last step did not begin because the test had not cleared the release.
  case undecided
  /// People's reports halted it.
  case haltedByReports
  /// Beacons halted it.
  case haltedByBeacons
}

/// What came of one run.
struct RunResult: Sendable {
  var ending = Ending.through
  /// Clients that had installed when it was halted or paused for good, or when time was up.
  var installs = 0
  /// Hours until everybody was offered the release, and until 95 % had it; nil when that never happened.
  var hoursToAll: Double?
  var hoursTo95: Double?
  /// Clients that had installed, every `Fleet.sampleHours`.
  var samples: [Int] = []
}

/// One run of one policy with one defect: ten million clients as a handful of counts.
struct Fleet {
  static let sampleHours = 6.0

  /// Failures that have not shown yet, with and without a beacon.
  private struct Hidden {
    var beacon = 0
    var other = 0
  }

  private let scenario: Scenario
  private let policy: Scenario.Policy
  private let failureRate: Double
  /// The share of failures that somebody reports.
  private let reportRate: Double
  private let test: SequentialTest
  private let tickHours: Double
  private let ticks: Int
  private var random: RandomStream

  /// Clients of each class that are offered the release and have not installed it.
  private var waiting: [Int]
  private let installChance: [Double]
  private var hidden = Hidden()
  private let showChance: Double
  /// The same in the tick of the install, which happens at any time in it.
  private let showChanceAtOnce: Double
  /// Reports by the tick in which they arrive.
  private var arriving: [Int]

  private var step = -1
  private var nextStep = 0
  private var isPaused = false
  private var reports = 0
  private var haltTick = Int.max
  private var stepBeacons = (exposures: 0, failures: 0)
  private var beaconFailures = 0
  private(set) var result = RunResult()

  init(_ scenario: Scenario, policy: Scenario.Policy, defect: Double, seed: UInt64, stream: UInt64) {
    self.scenario = scenario
    self.policy = policy
    failureRate = min(1, defect + scenario.backgroundRate)
    let reported = scenario.backgroundIsReported ? 1 : failureRate > 0 ? min(1, defect / failureRate) : 0
    reportRate = scenario.reports.rate * reported
    test = scenario.sequentialTest ?? SequentialTest()
    let hours = scenario.tickMinutes / 60
    tickHours = hours
    ticks = Int((scenario.hours / hours).rounded())
    random = RandomStream(seed: seed, stream: stream)
    waiting = scenario.discovery.map { _ in 0 }
    installChance = scenario.discovery.map { 1 - ElementaryFunctions.exponential(-hours / $0.meanHours) }
    let ratio = hours / scenario.manifestationMeanHours
    showChance = 1 - ElementaryFunctions.exponential(-ratio)
    showChanceAtOnce = 1 - showChance / ratio
    arriving = [Int](repeating: 0, count: ticks)
  }

  /// Plays the run; `samples` says whether to keep the exposure over time.
  mutating func play(samples: Bool) -> RunResult {
    let sampleTicks = max(1, Int((Self.sampleHours / tickHours).rounded()))
    var isOver = false
    for tick in 0..<ticks {
      if samples && tick % sampleTicks == 0 { result.samples.append(result.installs) }
      if isOver { continue }
      isOver = !begin(tick) || !advance(tick)
      if isOver && !samples { break }
    }
    return result
  }

  /// Begins the next step when it is time and nothing speaks against it; false when the run is over.
  private mutating func begin(_ tick: Int) -> Bool {
    while tick == nextStep && !isPaused && step + 1 < policy.steps.count {
      let isLast = step + 2 == policy.steps.count && step >= 0
      if isLast && policy.beacons == .sequential
        && test.decision(failures: stepBeacons.failures, exposures: stepBeacons.exposures) != .cleared
      {
        result.ending = .undecided
        return false
      }
      let before = step >= 0 ? offered(step) : 0
      step += 1
      var new = offered(step) - before
      var share = 1.0
      for (index, discovery) in scenario.discovery.enumerated() {
        let isRest = index == scenario.discovery.count - 1
        let count = isRest ? new : random.binomial(new, share > 0 ? min(1, discovery.share / share) : 0)
        waiting[index] += count
        new -= count
        share -= discovery.share
      }
      stepBeacons = (0, 0)
      if step + 1 == policy.steps.count { result.hoursToAll = Double(tick) * tickHours }
      nextStep = tick + Int((policy.steps[step].hours / tickHours).rounded())
    }
    return true
  }

  private func offered(_ step: Int) -> Int {
    let product = scenario.clients.multipliedFullWidth(by: policy.steps[step].ppm)
    return 1_000_000.dividingFullWidth(product).quotient
  }

  /// One tick; false when the rollout is halted in it.
  private mutating func advance(_ tick: Int) -> Bool {
    var installs = 0
    for index in waiting.indices {
      let count = random.binomial(waiting[index], installChance[index])
      waiting[index] -= count
      installs += count
    }
    result.installs += installs
    if result.hoursTo95 == nil && result.installs * 20 >= scenario.clients * 19 {
      result.hoursTo95 = Double(tick + 1) * tickHours
    }
    let beacons = policy.beacons == .none ? 0 : random.binomial(installs, scenario.beaconShare)
    let shownByBeacon = show(\.beacon, random.binomial(beacons, failureRate))
    let shown = shownByBeacon + show(\.other, random.binomial(installs - beacons, failureRate))
    for _ in 0..<random.binomial(shown, reportRate) { report(tick) }
    if hear(tick) && judge(exposures: beacons, failures: shownByBeacon) { return true }
    // What halts a rollout happens in the middle of a tick, on average.
    result.installs -= installs / 2
    return false
  }

  /// Lets failures show that were hidden or have just happened; those that do not yet stay hidden.
  private mutating func show(_ kind: WritableKeyPath<Hidden, Int>, _ new: Int) -> Int {
    let old = random.binomial(hidden[keyPath: kind], showChance)
    let atOnce = random.binomial(new, showChanceAtOnce)
    hidden[keyPath: kind] += new - old - atOnce
    return old + atOnce
  }

  /// Somebody will report a failure that showed in this tick.
  private mutating func report(_ tick: Int) {
    let delay =
      scenario.reports.medianDelayHours * ElementaryFunctions.exponential(scenario.reports.sigma * random.normal())
    let arrival = Double(tick) + random.uniform() + delay / tickHours
    if arrival < Double(ticks) { arriving[Int(arrival)] += 1 }
  }

  /// Reports that arrive in this tick; false when they halt the rollout.
  private mutating func hear(_ tick: Int) -> Bool {
    let isFull = step + 1 == policy.steps.count
    if arriving[tick] > 0 {
      if reports < scenario.reports.toHalt && reports + arriving[tick] >= scenario.reports.toHalt {
        haltTick = tick + Int((scenario.reports.triageHours / tickHours).rounded())
      }
      reports += arriving[tick]
      if policy.pausesAtFirstReport && !isFull { pause() }
    }
    if tick < haltTick { return true }
    result.ending = .haltedByReports
    return false
  }

  private mutating func pause() {
    isPaused = true
    result.ending = .paused
  }

  /// Outcomes that beacons bring; false when they halt the rollout.
  private mutating func judge(exposures: Int, failures: Int) -> Bool {
    stepBeacons.exposures += exposures
    stepBeacons.failures += failures
    beaconFailures += failures
    var hasFailed = false
    switch policy.beacons {
    case .none: break
    case .count:
      hasFailed = beaconFailures >= 3
      if beaconFailures > 0 && step + 1 < policy.steps.count { pause() }
    case .sequential:
      // A failure that was installed in an earlier step may be the first of this one.
      let total = max(stepBeacons.exposures, stepBeacons.failures)
      hasFailed = failures > 0 && test.decision(failures: stepBeacons.failures, exposures: total) == .failed
    }
    if hasFailed { result.ending = .haltedByBeacons }
    return !hasFailed
  }
}
