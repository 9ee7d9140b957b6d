public import RolloutMetadata

/// All that a gate looks at: the evidence on one release of a component in one channel, and who asks for what.
public struct GateLedger: Equatable, Sendable, Codable {
  /// Installs that count, and what of them is known.
  public struct Exposure: Equatable, Sendable, Codable {
    /// Installs whose probation passed with traffic.
    public var installs = 0
    /// Installs without a live peer: a tenth of an install each.
    public var idleInstalls = 0
    /// Days that all installs together have run.
    public var installDays = 0
    /// Installs that organisations attest, all together.
    public var attestedInstalls = 0

    /// Counts, none negative.
    public init(installs: Int = 0, idleInstalls: Int = 0, installDays: Int = 0, attestedInstalls: Int = 0) {
      self.installs = installs
      self.idleInstalls = idleInstalls
      self.installDays = installDays
      self.attestedInstalls = attestedInstalls
    }
  }

  /// A class of hardware.
  public struct Stratum: Equatable, Sendable, Codable {
    /// What it is called.
    public var name: String
    /// Its part of the fleet, in clients per million.
    public var sharePPM: Int
    /// Installs counted in it.
    public var installs: Int
    /// Why it may be missing, when somebody has signed that.
    public var waiver: String?

    /// A class of hardware with its counts.
    public init(name: String, sharePPM: Int, installs: Int, waiver: String? = nil) {
      self.name = name
      self.sharePPM = sharePPM
      self.installs = installs
      self.waiver = waiver
    }
  }

  /// Outcomes that clients reported by beacon in this step.
  public struct Beacons: Equatable, Sendable, Codable {
    /// Installs that reported.
    public var exposures: Int
    /// Those of them that failed.
    public var failures: Int

    /// Counts, `failures` ≤ `exposures`.
    public init(exposures: Int, failures: Int) {
      self.exposures = exposures
      self.failures = failures
    }
  }

  /// A rollback that was practised.
  public struct Drill: Equatable, Sendable, Codable {
    /// The test's name.
    public var id: String
    /// The release it began with.
    public var serial: UInt64
    /// When it passed.
    public var passedAt: UTCTime

    /// A drill that passed.
    public init(id: String, serial: UInt64, passedAt: UTCTime) {
      self.id = id
      self.serial = serial
      self.passedAt = passedAt
    }
  }

  /// Reports that people have looked at and decided to go on with.
  public struct Overrule: Equatable, Sendable, Codable {
    /// The reports, by name.
    public var reports: [String]
    /// Why, for the log.
    public var reason: String
    /// The keys that signed it.
    public var signers: [String]

    /// A decision; it counts with two keys and a reason.
    public init(reports: [String], reason: String, signers: [String]) {
      self.reports = reports
      self.reason = reason
      self.signers = signers
    }
  }

  /// What is to be rolled out.
  public var component: String
  /// The release.
  public var serial: UInt64
  /// To whom.
  public var channel: Channel
  /// The parameters, when they are not the channel's.
  public var parameters: GateParameters?
  /// Clients per million that are offered the release.
  public var ppm: Int
  /// Clients per million that shall be.
  public var targetPPM: Int
  /// When the gate is asked.
  public var now: UTCTime
  /// When this step began.
  public var stepStartedAt: UTCTime
  /// When the artifacts were last built.
  public var builtAt: UTCTime
  /// Clients of the channel, when that is known.
  public var fleet: Int?
  /// What is known of installs.
  public var exposure: Exposure
  /// The classes of hardware.
  public var strata: [Stratum]?
  /// The reports of all releases of the component.
  public var reports: [BugReport]
  /// Outcomes by beacon, where clients send any.
  public var beacons: Beacons?
  /// The test that they go through, when it is not the usual one.
  public var sequentialTest: SequentialTest?
  /// The newest rollback drill.
  public var drill: Drill?
  /// The release keys that have signed the next step.
  public var signers: [String]
  /// The newest security floor of the component.
  public var securityFloor: UInt64?
  /// The most clients per million that the brake lets through.
  public var brakePPM: Int?
  /// Why this release mends what attackers use, when it may skip waiting.
  public var securityReason: String?
  /// Open reports that were overruled.
  public var overrule: Overrule?
  /// The move to another phase, when the release makes one: who signs and what is reported is taken from the ledger.
  public var phase: PhaseGate?
  /// When the release was offered to all of the stable channel.
  public var fullOnStableSince: UTCTime?

  /// The least of a ledger; the rest is set afterwards.
  public init(
    component: String, serial: UInt64, channel: Channel, ppm: Int, targetPPM: Int, now: UTCTime,
    stepStartedAt: UTCTime, builtAt: UTCTime
  ) {
    self.component = component
    self.serial = serial
    self.channel = channel
    self.ppm = ppm
    self.targetPPM = targetPPM
    self.now = now
    self.stepStartedAt = stepStartedAt
    self.builtAt = builtAt
    self.exposure = Exposure()
    self.reports = []
    self.signers = []
  }

  /// Why a ledger cannot be judged: nil when it can.
  public var fault: String? {
    let steps = (parameters ?? .standard(channel)).steps
    let ppms = steps.map(\.ppm)
    if ppms.isEmpty || zip(ppms, ppms.dropFirst()).contains(where: { $0 >= $1 }) {
      return "parameters.steps: at least one step is needed, each with more ppm than the one before"
    }
    if steps.contains(where: {
      $0.ppm < 1 || $0.ppm > 1_000_000 || $0.bakeHours < 0 || $0.bakeHours > 87_600 || $0.quietHours < 0
        || $0.quietHours > 87_600 || $0.minimumInstalls < 0 || $0.minimumInstallDays < 0
        || !($0.largestDefect > 0 && $0.largestDefect <= 1)
    }) {
      return "parameters.steps: ppm must be 1 to 1000000, hours 0 to 87600, counts not negative, largestDefect over 0 "
        + "and at most 1"
    }
    let rates = [(parameters ?? .standard(channel)).alpha, (parameters ?? .standard(channel)).reportRate]
    if rates.contains(where: { !($0 > 0 && $0 <= 1) }) {
      return "parameters: alpha and reportRate must be over 0 and at most 1"
    }
    if !(0...1_000_000).contains(ppm) || targetPPM <= ppm || !ppms.contains(targetPPM) {
      return "targetPPM: \(targetPPM) is no step above \(ppm); the steps are \(ppms)"
    }
    // From nothing, or from one step to the very next: no step may be skipped.
    let next = ppm == 0 ? ppms.first : ppms.firstIndex(of: ppm).flatMap { $0 + 1 < ppms.count ? ppms[$0 + 1] : nil }
    if next != targetPPM { return "targetPPM: the step after \(ppm) is \(next ?? ppm), not \(targetPPM)" }
    if builtAt > now || stepStartedAt > now { return "now: it is before builtAt or stepStartedAt" }
    if reports.contains(where: { $0.changedAt > now }) { return "reports: one has changed after now" }
    let counts = [
      exposure.installs, exposure.idleInstalls, exposure.installDays, exposure.attestedInstalls, fleet ?? 0,
    ]
    if counts.contains(where: { $0 < 0 || $0 > 1 << 53 }) { return "exposure, fleet: counts must not be negative" }
    if let beacons, beacons.failures < 0 || beacons.failures > beacons.exposures {
      return "beacons: failures must be from 0 to exposures"
    }
    let test = sequentialTest ?? SequentialTest()
    let chances = [test.background, test.defect, test.alpha, test.beta]
    if chances.contains(where: { !($0 > 0 && $0 < 1) }) || test.background >= test.defect || test.limit < 1 {
      return "sequentialTest: rates and chances must be between 0 and 1, background below defect, limit at least 1"
    }
    return nil
  }
}
