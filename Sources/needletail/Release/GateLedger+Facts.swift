internal import Foundation
internal import RolloutGate
internal import RolloutMetadata

extension GateLedger {
  /// The ledger of a step to `target` parts per million, by what is published, by who wants it, and by how many clients
  /// somebody says there are.
  init?(_ facts: StepFacts, to target: Int, signers: [String], fleet: Int?, securityReason: String?) throws {
    guard let channel = Channel(named: Array(facts.channel.utf8)) else { return nil }
    self.init(
      component: facts.component, serial: facts.serial, channel: channel, ppm: facts.ppm, targetPPM: target,
      now: UTCTime(seconds: Int64(facts.now)), stepStartedAt: UTCTime(seconds: Int64(min(facts.startedAt, facts.now))),
      builtAt: UTCTime(seconds: Int64(min(facts.builtAt, facts.now))))
    self.signers = signers
    self.fleet = fleet
    if facts.isSecurity { self.securityReason = securityReason }
    exposure = Exposure(
      installs: facts.installs, installDays: facts.installDays, attestedInstalls: facts.attestedInstalls)
    if facts.beacons > 0 { beacons = Beacons(exposures: facts.beacons, failures: facts.beaconFails) }
    drill = facts.drilledAt.map { Drill(id: "evidence", serial: facts.serial, passedAt: UTCTime(seconds: Int64($0))) }
    securityFloor = facts.floor > 0 ? facts.floor : nil
    brakePPM = facts.brakePPM
    fullOnStableSince = facts.fullOnStableSince.map { UTCTime(seconds: Int64($0)) }
    if !facts.steps.isEmpty {
      let usual = GateParameters.standard(channel)
      parameters = GateParameters(
        steps: facts.steps.map { step in
          RolloutStep(
            ppm: step.ppm, bakeHours: step.bakeHours, quietHours: step.quietHours, minimumInstalls: step.installs,
            minimumInstallDays: step.installDays,
            largestDefect: usual.steps.last { $0.ppm <= step.ppm }?.largestDefect ?? 1)
        }, alpha: usual.alpha, reportRate: usual.reportRate, notedDefect: usual.notedDefect)
    }
    if let move = facts.move {
      let record = FileManager.default.fileExists(atPath: move.record)
      phase = PhaseGate(
        from: move.from, to: move.to, now: now, builtAt: builtAt,
        record: record ? try Input.decode(PhaseRecord.self, from: move.record) : nil)
      if phase?.reason == nil { phase?.reason = move.reason }
    }
    fill(facts)
  }

  private mutating func fill(_ facts: StepFacts) {
    // Which part of the fleet a class is nobody has recorded: those that have to be there count as large, others by what
    // was installed of them.
    let total = max(1, facts.strata.reduce(0) { $0 + $1.installs })
    var classes = facts.required.map { name in
      Stratum(name: name, sharePPM: 1_000_000, installs: facts.strata.first { $0.name == name }?.installs ?? 0)
    }
    for stratum in facts.strata where !facts.required.contains(stratum.name) {
      let share = stratum.installs.multipliedFullWidth(by: 1_000_000)
      classes.append(
        Stratum(
          name: stratum.name, sharePPM: min(1_000_000, total.dividingFullWidth(share).quotient),
          installs: stratum.installs))
    }
    if !classes.isEmpty { strata = classes }
    reports = facts.reports.map { report in
      BugReport(
        id: report.id, component: facts.component, serial: report.serial,
        severity: .init(rawValue: report.severity) ?? .blocking, state: .init(rawValue: report.state) ?? .open,
        changedAt: UTCTime(seconds: Int64(min(report.changedAt, facts.now))), parent: report.parent,
        fixedIn: report.fixedIn,
        reporters: report.reporters, isReproduced: report.isReproduced, closedBy: facts.evidenceSigners)
    }
  }
}

/// What the gate says of a step, for those who do not know its types.
struct GateAnswer {
  /// Its lines.
  let lines: [String]
  /// Whether the step may be drafted: nothing fails, or nothing but signatures that can still come.
  let isOpen: Bool
  /// Whether nobody is to get the release any more.
  let isHalt: Bool
  /// The ledger, as `release gate explain` reads it.
  let ledger: String

  /// The step after what is offered, in parts per million; nil after the last.
  static func nextStep(_ facts: StepFacts) -> Int? {
    guard let channel = Channel(named: Array(facts.channel.utf8)) else { return nil }
    let usual = GateParameters.standard(channel).steps.map(\.ppm)
    return (facts.steps.isEmpty ? usual : facts.steps.map(\.ppm)).first { $0 > facts.ppm }
  }

  /// What the gate says of the move to the release's phase, when its next step is signed by two; nil after the last.
  static func phaseLine(_ facts: StepFacts) throws -> (text: String, holds: Bool)? {
    guard let target = nextStep(facts),
      let ledger = try GateLedger(facts, to: target, signers: ["first", "second"], fleet: nil, securityReason: nil),
      ledger.fault == nil, let line = Gate(ledger).verdict.lines.first(where: { $0.rule == .phase })
    else { return nil }
    return (line.text, line.mark == .holds)
  }

  /// Asks the gate. A step that is none is no question for it: the answer says which is.
  init?(_ facts: StepFacts, to target: Int, signers: [String], fleet: Int?, securityReason: String?) throws {
    guard let ledger = try GateLedger(facts, to: target, signers: signers, fleet: fleet, securityReason: securityReason)
    else { return nil }
    self.ledger = try Input.json(ledger) + "\n"
    if let fault = ledger.fault {
      // A step that is none opens nothing; that the release is to be halted shows at its first step as well.
      var first = ledger
      first.ppm = 0
      first.targetPPM = (ledger.parameters ?? .standard(ledger.channel)).steps.first?.ppm ?? 0
      (lines, isOpen) = ([fault], false)
      isHalt = first.fault == nil && Gate(first).verdict.decision == .halt
      return
    }
    let verdict = Gate(ledger).verdict
    lines = verdict.text.split(separator: "\n").map(String.init)
    isHalt = verdict.decision == .halt
    isOpen = verdict.decision == .advance || (verdict.decision == .wait && verdict.reasons == [.people])
  }
}
