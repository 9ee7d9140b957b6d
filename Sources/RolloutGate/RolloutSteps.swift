public import RolloutMetadata

/// One step of a rollout: the share of clients that are offered the release, and what must be true before the next.
public struct RolloutStep: Equatable, Sendable, Codable {
  /// Clients per million, 0 … 1,000,000.
  public var ppm: Int
  /// Hours the step lasts at least.
  public var bakeHours: Int
  /// Hours since the last blocking event, build or step.
  public var quietHours: Int
  /// Installs that must have been counted.
  public var minimumInstalls: Int
  /// Days that all installs together must have run.
  public var minimumInstallDays: Int
  /// The share of installs that a defect may show on without silence excluding it.
  public var largestDefect: Double

  /// A step; without `minimumInstallDays`, the minimum of installs for the time of the bake.
  public init(
    ppm: Int, bakeHours: Int, quietHours: Int, minimumInstalls: Int, minimumInstallDays: Int? = nil,
    largestDefect: Double
  ) {
    self.ppm = ppm
    self.bakeHours = bakeHours
    self.quietHours = quietHours
    self.minimumInstalls = minimumInstalls
    self.minimumInstallDays = minimumInstallDays ?? minimumInstalls * bakeHours / 24
    self.largestDefect = largestDefect
  }
}

/// What a gate asks of a channel.
public struct GateParameters: Equatable, Sendable, Codable {
  /// The steps in their order, growing.
  public var steps: [RolloutStep]
  /// One minus the confidence of what silence excludes.
  public var alpha: Double
  /// The share of people hit by a defect who report it: an assumption.
  public var reportRate: Double
  /// The share of installs with a defect for which the gate prints what silence says.
  public var notedDefect: Double

  /// Parameters; rates in (0, 1].
  public init(steps: [RolloutStep], alpha: Double = 0.05, reportRate: Double = 0.001, notedDefect: Double = 1e-4) {
    self.steps = steps
    self.alpha = alpha
    self.reportRate = reportRate
    self.notedDefect = notedDefect
  }

  /// The defaults of a channel. Each step's minimum of installs is what excludes its largest defect at the channel's
  /// report rate, rounded up; those who asked for early releases report more often.
  public static func standard(_ channel: Channel) -> GateParameters {
    let everybody = RolloutStep(
      ppm: 1_000_000, bakeHours: 0, quietHours: 0, minimumInstalls: 0, largestDefect: 1)
    switch channel {
    case .insider:
      return GateParameters(
        steps: [
          RolloutStep(ppm: 1_000_000, bakeHours: 24, quietHours: 24, minimumInstalls: 50, largestDefect: 1)
        ], reportRate: 0.1)
    case .preview:
      return GateParameters(
        steps: [
          RolloutStep(ppm: 100_000, bakeHours: 24, quietHours: 48, minimumInstalls: 500, largestDefect: 0.3),
          RolloutStep(ppm: 1_000_000, bakeHours: 72, quietHours: 72, minimumInstalls: 3000, largestDefect: 0.05),
        ], reportRate: 0.02)
    case .stable:
      return GateParameters(steps: [
        RolloutStep(ppm: 1000, bakeHours: 24, quietHours: 24, minimumInstalls: 3000, largestDefect: 1),
        RolloutStep(ppm: 10_000, bakeHours: 24, quietHours: 48, minimumInstalls: 30_000, largestDefect: 0.1),
        RolloutStep(ppm: 50_000, bakeHours: 48, quietHours: 72, minimumInstalls: 150_000, largestDefect: 0.02),
        RolloutStep(ppm: 250_000, bakeHours: 72, quietHours: 96, minimumInstalls: 1_000_000, largestDefect: 0.003),
        everybody,
      ])
    case .lts, .frozen: return GateParameters(steps: [everybody])
    }
  }
}
