public import RolloutGate

/// What a simulation assumes, and what it tries.
public struct Scenario: Equatable, Sendable, Codable {
  /// Clients that notice an update after a time of this mean, exponentially distributed.
  public struct Discovery: Equatable, Sendable, Codable {
    /// Their part of the fleet.
    public var share: Double
    /// The mean of the time after which they install what they are offered.
    public var meanHours: Double
  }

  /// What people do when something fails.
  public struct Reports: Equatable, Sendable, Codable {
    /// The share of failures that somebody reports.
    public var rate: Double
    /// The delay of a report after the failure: log-normal with this median.
    public var medianDelayHours: Double
    /// The deviation of the logarithm of the delay.
    public var sigma: Double
    /// As many reports halt the rollout.
    public var toHalt: Int
    /// So long after the last of them.
    public var triageHours: Double
  }

  /// What the outcomes that clients report by beacon do.
  public enum BeaconRule: String, Sendable, Codable {
    /// Nothing.
    case none
    /// The first failure pauses, the third halts.
    case count
    /// Wald's test, begun anew in each step: failed halts; the last step needs it cleared.
    case sequential
  }

  /// A way to roll out.
  public struct Policy: Equatable, Sendable, Codable {
    /// A share of clients, and how long until the next.
    public struct Step: Equatable, Sendable, Codable {
      /// Clients per million.
      public var ppm: Int
      /// Hours until the next step; of no effect in the last.
      public var hours: Double
    }

    /// What it is called.
    public var name: String
    /// The shares in their order.
    public var steps: [Step]
    /// Whether the first report of a person keeps the next step from beginning.
    public var pausesAtFirstReport: Bool
    /// What beacons do.
    public var beacons: BeaconRule
  }

  /// Clients.
  public var clients: Int
  /// How long each run lasts.
  public var hours: Double
  /// The length of a tick.
  public var tickMinutes: Double
  /// Runs of each policy with each defect.
  public var runs: Int
  /// The classes of clients; their shares add up to 1.
  public var discovery: [Discovery]
  /// The mean of the time after which a failure shows, exponentially distributed.
  public var manifestationMeanHours: Double
  /// What people do.
  public var reports: Reports
  /// The share of installs that fail without the release's fault.
  public var backgroundRate: Double
  /// Whether people report those as well.
  public var backgroundIsReported: Bool
  /// The share of clients that send beacons.
  public var beaconShare: Double
  /// The test that beacons go through.
  public var sequentialTest: SequentialTest?
  /// The ways to roll out.
  public var policies: [Policy]
  /// The shares of installs that fail through the release's fault.
  public var defects: [Double]
  /// The defect for which exposure is plotted over time.
  public var plottedDefect: Double?

  /// What is wrong with the scenario: nil when nothing is.
  public var fault: String? {
    if !(1...1_000_000_000).contains(clients) { return "clients: 1 to 1000000000" }
    if !(tickMinutes >= 0.5 && tickMinutes <= 1440) { return "tickMinutes: 0.5 to 1440" }
    if !(hours > 0 && hours * 60 / tickMinutes <= 1_000_000) {
      return "hours: more than 0, and at most a million ticks"
    }
    if !(1...10_000).contains(runs) { return "runs: 1 to 10000" }
    let shares = discovery.reduce(0) { $0 + $1.share }
    if discovery.isEmpty || discovery.count > 16 || !((shares - 1).magnitude < 1e-9) {
      return "discovery: 1 to 16 classes whose shares add up to 1"
    }
    if discovery.contains(where: { !($0.share >= 0) || !($0.meanHours > 0 && $0.meanHours < 1e6) }) {
      return "discovery: shares must not be negative, meanHours more than 0 and below a million"
    }
    if !(manifestationMeanHours > 0 && manifestationMeanHours < 1e6) { return "manifestationMeanHours: more than 0" }
    if !(reports.medianDelayHours > 0 && reports.medianDelayHours < 1e6) || !(0...10).contains(reports.sigma)
      || reports.toHalt < 1 || !(0...1e6).contains(reports.triageHours)
    {
      return "reports: medianDelayHours more than 0, sigma 0 to 10, toHalt at least 1, triageHours not negative"
    }
    if [reports.rate, backgroundRate, beaconShare].contains(where: { !(0...1).contains($0) }) {
      return "reports.rate, backgroundRate, beaconShare: 0 to 1"
    }
    if policies.isEmpty || policies.count > 64 || defects.isEmpty || defects.count > 64 {
      return "policies, defects: 1 to 64 of each"
    }
    if (defects + [plottedDefect ?? 0]).contains(where: { !(0...1).contains($0) }) { return "defects: each 0 to 1" }
    return policies.lazy.compactMap(\.fault).first
  }
}

extension Scenario.Policy {
  fileprivate var fault: String? {
    let ppms = steps.map(\.ppm)
    let grows = !zip(ppms, ppms.dropFirst()).contains { $0 >= $1 }
    if ppms.isEmpty || ppms.count > 256 || !grows || (ppms.first ?? 0) < 1 || (ppms.last ?? 0) > 1_000_000 {
      return "policies, \"\(name)\": 1 to 256 steps, each with more ppm than the one before, at most 1000000"
    }
    return steps.contains { !(0...1e6).contains($0.hours) } ? "policies, \"\(name)\": hours 0 to 1000000" : nil
  }
}
