internal import RolloutMetadata
internal import RolloutPublisher

/// What is published and signed about a step that somebody wants to take, in numbers: what the gate's ledger is filled
/// from. What waits as a draft counts for nothing.
struct StepFacts {
  struct Report {
    var id: String
    var serial: UInt64
    var severity: String
    var state: String
    var changedAt: Int
    var parent: String?
    var fixedIn: UInt64?
    var reporters: [String]
    var isReproduced: Bool
  }

  struct Step {
    var ppm: Int
    var bakeHours: Int
    var quietHours: Int
    var installs: Int
    var installDays: Int
  }

  let component: String
  let serial: UInt64
  let channel: String
  let now: Int
  /// What is offered already, in parts per million, and since when.
  var ppm = 0
  var startedAt: Int
  var builtAt: Int
  var installs = 0
  var installDays = 0
  /// Installations that organisations attest, none of whose attestations has a blocking report.
  var attestedInstalls = 0
  var beacons = 0
  var beaconFails = 0
  var drilledAt: Int?
  var strata: [(name: String, installs: Int)] = []
  /// The hardware classes that have to be represented.
  var required: [String] = []
  var reports: [Report] = []
  var steps: [Step] = []
  /// The evidence keys that have signed all of this.
  var evidenceSigners: [String] = []
  var isSecurity = false
  var floor: UInt64 = 0
  var brakePPM: Int?
  var fullOnStableSince: Int?
  /// The phase of the release before and of this one, when they differ, and where is written down what speaks for it.
  var move: (from: Phase, to: Phase, reason: String?, record: String)?

  /// The facts of a workspace about a serial.
  init(_ workspace: Workspace, _ component: Component, _ serial: UInt64, in channel: Channel, now: UTCTime)
    throws(PublisherError)
  {
    let trusted = try workspace.published(Root.self) == nil ? nil : try workspace.verify(now: now).trusted
    let releases = try workspace.newest(Releases.self)
    self.init(
      trusted, releases, evidenceSigners: try workspace.signers(of: .evidence), component, serial, in: channel, now: now
    )
    // The record is the publisher's own: of what is signed alone, nobody can say what speaks for a phase.
    if let release = releases?.release(component, serial),
      let before = Self.release(before: release, in: channel, trusted, releases), before.phase != release.phase
    {
      move = (
        before.phase, release.phase, release.phaseReason.map { string($0) }, workspace.phaseFile(of: component)
      )
    }
    for attestation in try workspace.attestations(of: component, serial, now: now)
    where attestation.blockingReports == 0 { attestedInstalls += Int(clamping: attestation.installs) }
  }

  /// The facts of what a client trusts, and of the releases there are.
  init(
    _ trusted: TrustedSet?, _ releases: Releases?, evidenceSigners: [String], _ component: Component, _ serial: UInt64,
    in channel: Channel, now: UTCTime
  ) {
    self.component = "\(component.name)"
    self.serial = serial
    self.channel = "\(channel.name)"
    self.now = Int(now.seconds)
    startedAt = self.now
    // Of what nobody has recorded, nothing good is assumed.
    builtAt = self.now
    for offer in trusted?.rollout?.document.offers ?? []
    where offer.component == component && offer.serial == serial {
      if offer.channel == .stable && offer.ppm == 1_000_000 { fullOnStableSince = Int(offer.startedAt.seconds) }
      guard offer.channel == channel else { continue }
      ppm = Int(offer.ppm)
      startedAt = Int(offer.startedAt.seconds)
      required = offer.strata.map { string($0) }
      steps = offer.steps.map {
        Step(
          ppm: Int($0.ppm), bakeHours: Int($0.bakeHours), quietHours: Int($0.quietHours),
          installs: Int(clamping: $0.minInstalls), installDays: Int(clamping: $0.minInstallDays))
      }
    }
    floor = releases?.floor(component) ?? 0
    isSecurity = releases?.release(component, serial)?.isSecurity ?? false
    if let cap = trusted?.brakeCap(component, serial, systemClock: now), cap < 1_000_000 { brakePPM = Int(cap) }
    if let evidence = trusted?.evidence?.document {
      self.evidenceSigners = evidenceSigners
      read(evidence, component)
    }
  }

  /// The release that the channel's machines come from: the newest older one that all of them are offered; or else that some
  /// of them are, or of another channel; or else none.
  private static func release(
    before release: Release, in channel: Channel, _ trusted: TrustedSet?, _ releases: Releases?
  ) -> Release? {
    let offers = (trusted?.rollout?.document.offers ?? []).filter {
      $0.component == release.component && $0.serial < release.serial
    }
    let here = offers.filter { $0.channel == channel }
    for chosen in [here.filter { $0.ppm == 1_000_000 }, here, offers] {
      if let newest = chosen.map(\.serial).max() { return releases?.release(release.component, newest) }
    }
    return nil
  }

  private mutating func read(_ evidence: Evidence, _ component: Component) {
    if let exposure = evidence.exposure(component, serial) {
      builtAt = Int(exposure.lastBuildAt.seconds)
      installs = Int(clamping: exposure.installs)
      installDays = Int(clamping: exposure.installDays)
      beacons = Int(clamping: exposure.beacons)
      beaconFails = Int(clamping: exposure.beaconFails)
      drilledAt = exposure.rollbackDrillAt.map { Int($0.seconds) }
      strata = exposure.strata.map { (string($0.name), Int(clamping: $0.installs)) }
    }
    for report in evidence.reports where report.component == component {
      var line = Report(
        id: string(report.id), serial: report.serial, severity: "\(report.severity.name)", state: "\(report.stateName)",
        changedAt: Int(report.changedAt.seconds), reporters: report.sources.map { string($0) },
        isReproduced: report.isReproduced)
      if case .duplicate(let other) = report.state { line.parent = string(other) }
      if case .fixed(let serial) = report.state { line.fixedIn = serial }
      reports.append(line)
    }
  }
}
