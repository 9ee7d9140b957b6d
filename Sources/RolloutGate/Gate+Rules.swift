internal import RolloutMetadata

extension Gate {
  /// What a rule says; nil when it has nothing to say.
  func line(_ rule: GateRule) -> GateLine? {
    switch rule {
    case .brake: brake
    case .quiet: quiet
    case .open: open
    case .exposure: exposure
    case .bake: bake
    case .strata: strata
    case .power: power
    case .sprt: sequential
    case .drill: drill
    case .weekend: weekend
    case .people: people
    case .floor: floor
    case .phase: phase
    case .channel: channelRule
    }
  }

  private func line(_ rule: GateRule, _ holds: Bool, _ text: String) -> GateLine {
    GateLine(rule: rule, mark: holds ? .holds : .fails, text: text)
  }

  /// A rule that an urgent release may skip.
  private func skippable(_ rule: GateRule, _ holds: Bool, _ text: String) -> GateLine {
    if !holds && isUrgent {
      return GateLine(rule: rule, mark: .weak, text: text + ", skipped: \(ledger.securityReason ?? "")")
    }
    return line(rule, holds, text)
  }

  private var brake: GateLine? {
    guard let cap = ledger.brakePPM, cap < ledger.targetPPM else { return nil }
    return line(.brake, false, "at most \(cap) ppm, \(ledger.targetPPM) asked for")
  }

  /// The clock of silence. The newest of the last blocking event, the last build and the last step restarts it.
  private var quiet: GateLine? {
    guard let step else { return nil }
    var since = ledger.stepStartedAt
    var event = "this step began"
    if ledger.builtAt > since { (since, event) = (ledger.builtAt, "the last build") }
    if let last = reading.last, last.at > since { (since, event) = (last.at, "report \(last.id) changed state") }
    let quiet = ledger.now.seconds(since: since)
    return skippable(
      .quiet, quiet >= step.quietHours * 3600, "\(step.quietHours)h needed, \(quiet / 3600)h since \(event)")
  }

  private var open: GateLine? {
    let overruled = reading.open.count - standing.count
    var text = "\(standing.count) blocking"
    if !standing.isEmpty { text += ": " + Self.list(standing) }
    if !reading.confirmed.isEmpty { text += "; confirmed: " + Self.list(reading.confirmed) }
    if overruled > 0 {
      text += "; \(overruled) overruled by \(Set(ledger.overrule?.signers ?? []).count) keys: "
      return GateLine(
        rule: .open, mark: standing.isEmpty ? .weak : .fails, text: text + (ledger.overrule?.reason ?? ""))
    }
    return skippable(.open, standing.isEmpty, text)
  }

  /// The first names, and how many more there are.
  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(5).joined(separator: " ")
    return names.count > 5 ? shown + " and \(names.count - 5) more" : shown
  }

  private var exposure: GateLine? {
    guard asked > 0 else { return nil }
    var text = "\(GateNumbers.grouped(needed)) needed, \(GateNumbers.grouped(counted)) counted"
    let attested = min(ledger.exposure.attestedInstalls, needed / 2)
    if attested > 0 { text += " (org attestations \(GateNumbers.grouped(attested)))" }
    if counted >= needed && needed < asked {
      return GateLine(rule: .exposure, mark: .weak, text: text + ": " + excluded + ", nothing smaller")
    }
    return skippable(.exposure, counted >= needed, text)
  }

  private var excluded: String {
    let p = Exposure.excluded(installs: counted, alpha: parameters.alpha, reportRate: parameters.reportRate)
    let confidence = Int(((1 - parameters.alpha) * 100).rounded())
    return p <= 1
      ? "silence excludes p ≥ \(GateNumbers.scientific(p)) at \(confidence) %" : "silence excludes nothing yet"
  }

  private var bake: GateLine? {
    guard let step else { return nil }
    let hours = ledger.now.seconds(since: ledger.stepStartedAt) / 3600
    // Days are counted of the installs that are needed: a small fleet has fewer of both.
    let days =
      asked > 0 ? Int((Double(step.minimumInstallDays) * Double(needed) / Double(asked)).rounded(.up)) : 0
    let holds =
      ledger.now.seconds(since: ledger.stepStartedAt) >= step.bakeHours * 3600 && ledger.exposure.installDays >= days
    guard !holds else { return nil }
    let counts = "\(GateNumbers.grouped(days)) install days needed, \(GateNumbers.grouped(ledger.exposure.installDays))"
    return line(.bake, false, "\(step.bakeHours)h needed, \(hours)h since this step began; " + counts + " counted")
  }

  private var strata: GateLine? {
    guard let strata = ledger.strata, asked > 0 else { return nil }
    let least = (needed + 19) / 20
    let large = strata.filter { $0.sharePPM >= 20_000 }
    let missing = large.filter { $0.installs < least && ($0.waiver ?? "").isEmpty }
    let waived = large.filter { $0.installs < least && !($0.waiver ?? "").isEmpty }
    let covered = "\(large.count - missing.count) of \(large.count) ≥ 2 % covered"
    if !missing.isEmpty {
      return line(
        .strata, false, covered + ", \(GateNumbers.grouped(least)) each; missing: " + Self.list(missing.map(\.name)))
    }
    if !waived.isEmpty {
      return GateLine(rule: .strata, mark: .weak, text: covered + "; waived: " + Self.list(waived.map(\.name)))
    }
    return line(.strata, true, covered + " (min \(GateNumbers.grouped(large.map(\.installs).min() ?? 0)))")
  }

  /// What silence says of a small defect. Never keeps a step from being taken: it keeps people from calling it safe.
  private var power: GateLine? {
    guard asked > 0 else { return nil }
    let p = parameters.notedDefect
    let silence = Exposure.silence(installs: counted, p: p, reportRate: parameters.reportRate)
    let claim =
      "P(silence | p=\(GateNumbers.scientific(p)), r=\(parameters.reportRate)) = \(GateNumbers.fixed(silence))"
    return GateLine(
      rule: .power, mark: silence > parameters.alpha ? .weak : .holds, text: claim + " : \(excluded)")
  }

  private var sequential: GateLine? {
    guard let beacons = ledger.beacons, let decision = sequentialDecision else { return nil }
    let ratio = GateNumbers.fixed(test.ratio(failures: beacons.failures, exposures: beacons.exposures))
    let counts =
      "\(GateNumbers.grouped(beacons.failures)) of \(GateNumbers.grouped(beacons.exposures)) failed, llr \(ratio)"
    let isFinal = ledger.targetPPM == parameters.steps.last?.ppm && ledger.ppm > 0
    switch decision {
    case .failed: return line(.sprt, false, counts + " ≥ \(GateNumbers.fixed(test.upper)): failed")
    case .cleared: return line(.sprt, true, counts + " ≤ \(GateNumbers.fixed(test.lower)): cleared")
    case .inconclusive:
      return line(.sprt, !isFinal, counts + ": not decided" + (isFinal ? ", the last step needs cleared" : ""))
    }
  }

  private var drill: GateLine? {
    guard let drill = ledger.drill, drill.serial == ledger.serial, drill.passedAt <= ledger.now,
      ledger.now - drill.passedAt <= 7 * 86400
    else { return line(.drill, false, "none of \(ledger.serial) passed in the last 7 days") }
    return line(.drill, true, "passed \(drill.passedAt.dateText) (\(drill.id))")
  }

  /// The last step does not begin from Friday until Monday noon: nobody would be there.
  private var weekend: GateLine? {
    guard ledger.targetPPM == 1_000_000 else { return nil }
    let second = ledger.now.secondOfWeek
    let isWeekend = second >= 4 * 86400 || second < 43_200
    guard isWeekend else { return nil }
    return skippable(.weekend, false, "everybody only from Monday 12:00 to Friday 00:00 UTC, it is \(ledger.now)")
  }

  private var people: GateLine? {
    let count = Set(ledger.signers).count
    return line(.people, count >= 2, "\(count) of 2 release keys")
  }

  private var floor: GateLine? {
    guard let floor = ledger.securityFloor, ledger.serial < floor else { return nil }
    return line(.floor, false, "\(ledger.serial) is below the security floor \(floor)")
  }

  /// A release of another phase than the one before it moves everybody who has not chosen.
  private var phase: GateLine? {
    guard var move = ledger.phase else { return nil }
    // Some facts stand in the ledger already.
    move.now = ledger.now
    move.builtAt = ledger.builtAt
    // Who signs is asked of every step, by the rule of people: signatures may still come.
    move.signers = ["first", "second"]
    move.openReports = standing
    move.blockingChangedAt = reading.last?.at
    let refusals = move.refusals
    return line(.phase, refusals.isEmpty, (["\(move.from.name)→\(move.to.name)"] + refusals).joined(separator: "; "))
  }

  /// What slow channels ask for besides: lts takes what all of stable has had in quiet for 60 days.
  private var channelRule: GateLine? {
    switch ledger.channel {
    case .insider, .preview, .stable: return nil
    case .frozen: return line(.channel, false, "frozen machines take bundles with a change request, never a step")
    case .lts:
      if ledger.securityFloor == ledger.serial {
        return line(.channel, true, "\(ledger.serial) is the security floor")
      }
      guard var since = ledger.fullOnStableSince else {
        return line(.channel, false, "60d on all of stable needed, it is not there yet")
      }
      if let last = reading.last, last.at > since { since = last.at }
      let days = max(0, ledger.now.seconds(since: since)) / 86400
      return line(.channel, days >= 60, "60d on all of stable in quiet needed, \(days)d counted")
    }
  }
}
