/// What came of a simulation.
public struct SimulationResult: Equatable, Sendable, Codable {
  /// One policy with one defect.
  public struct Cell: Equatable, Sendable, Codable {
    /// The policy's name.
    public let policy: String
    /// The share of installs that fail through the release's fault.
    public let defect: Double
    /// The part of the fleet that had the release when it was halted or paused: median of the runs.
    public let medianShare: Double
    /// The same, which a quarter of the runs does not exceed.
    public let share25: Double
    /// The same, which three quarters of the runs do not exceed.
    public let share75: Double
    /// The same, which 95 % of the runs do not exceed.
    public let share95: Double
    /// How many runs ended how.
    public let endings: [String: Int]
    /// Hours until everybody was offered it, and until 95 % had it: medians of the runs that came so far.
    public let hoursToAll: Double?
    /// Hours until 95 % of the fleet had it.
    public let hoursTo95: Double?

    init(policy: String, defect: Double, _ runs: [RunResult], clients: Int) {
      self.policy = policy
      self.defect = defect
      let shares = runs.map { Double($0.installs) / Double(clients) }
      medianShare = SimulationResult.quantile(shares, 0.5)
      share25 = SimulationResult.quantile(shares, 0.25)
      share75 = SimulationResult.quantile(shares, 0.75)
      share95 = SimulationResult.quantile(shares, 0.95)
      var endings: [String: Int] = [:]
      for run in runs { endings[run.ending.rawValue, default: 0] += 1 }
      self.endings = endings
      let all = runs.compactMap(\.hoursToAll)
      let most = runs.compactMap(\.hoursTo95)
      hoursToAll = all.isEmpty ? nil : SimulationResult.quantile(all, 0.5)
      hoursTo95 = most.isEmpty ? nil : SimulationResult.quantile(most, 0.5)
    }

    /// How many runs ended so.
    public func count(_ ending: Ending) -> Int { endings[ending.rawValue] ?? 0 }
  }

  /// Exposure over time under one policy.
  public struct Curve: Equatable, Sendable, Codable {
    /// The policy's name.
    public let policy: String
    /// Hours from one point to the next.
    public let hoursPerPoint: Double
    /// Parts of the fleet, medians of the runs.
    public let shares: [Double]
  }

  /// What was played.
  public let seed: UInt64
  /// Clients.
  public let clients: Int
  /// Runs of each cell.
  public let runs: Int
  /// Policies by defects.
  public let cells: [Cell]
  /// The defect of the curves.
  public let plottedDefect: Double?
  /// A curve for each policy.
  public let curves: [Curve]

  /// The value below which a part of the values lie, between neighbours by proportion; `values` not empty.
  static func quantile(_ values: [Double], _ part: Double) -> Double {
    let sorted = values.sorted()
    let place = part * Double(sorted.count - 1)
    let below = Int(place)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
  }
}
