internal import RolloutMetadata

/// Decides whether a rollout may take its next step: "a good time after nobody has reported a bug", made exact.
///
/// A pure function of a ledger. It does not check signatures, nor that what the ledger says is true: whoever fills the
/// ledger does.
public struct Gate {
  let ledger: GateLedger
  let parameters: GateParameters
  /// The step that is to be left; nil when the release is offered to nobody yet.
  let step: RolloutStep?
  let reading: ReportReading
  let test: SequentialTest

  /// A gate on a ledger without fault.
  public init(_ ledger: GateLedger) {
    precondition(ledger.fault == nil)
    self.ledger = ledger
    parameters = ledger.parameters ?? .standard(ledger.channel)
    step = parameters.steps.last { $0.ppm <= ledger.ppm }
    reading = ReportReading(ledger.reports, component: ledger.component, serial: ledger.serial)
    test = ledger.sequentialTest ?? SequentialTest()
  }

  /// Whether the release may skip waiting: a third key and a written reason.
  var isUrgent: Bool { !(ledger.securityReason ?? "").isEmpty && Set(ledger.signers).count >= 3 }

  /// The open reports that nobody has overruled with two keys and a reason. What is confirmed cannot be overruled.
  var standing: [String] {
    guard let overrule = ledger.overrule, Set(overrule.signers).count >= 2, !overrule.reason.isEmpty else {
      return reading.open
    }
    return reading.open.filter { !overrule.reports.contains($0) || reading.confirmed.contains($0) }
  }

  /// The verdict. A brake, a failed test and a confirmed report halt; an open report and a test without an end pause;
  /// all else waits.
  public var verdict: GateVerdict {
    let lines = GateRule.allCases.compactMap(line)
    let failed = lines.filter { $0.mark == .fails }.map(\.rule)
    let decision: GateVerdict.Decision
    let reasons: [GateRule]
    if ledger.brakePPM == 0 {
      (decision, reasons) = (.halt, [.brake])
    } else if sequentialDecision == .failed {
      (decision, reasons) = (.halt, [.sprt])
    } else if !reading.confirmed.isEmpty {
      (decision, reasons) = (.halt, [.open])
    } else if !standing.isEmpty && !isUrgent {
      (decision, reasons) = (.pause, [.open])
    } else if sequentialDecision == .inconclusive && (ledger.beacons?.exposures ?? 0) >= test.limit {
      (decision, reasons) = (.pause, [.sprt])
    } else {
      (decision, reasons) = failed.isEmpty ? (.advance, []) : (.wait, failed)
    }
    let name = "\(ledger.component) \(ledger.serial) \(ledger.channel.name)"
    let title = "\(name) \(ledger.ppm)→\(ledger.targetPPM) ppm : \(decision.rawValue.uppercased())"
    return GateVerdict(decision: decision, reasons: reasons, title: title, lines: lines)
  }

  var sequentialDecision: SequentialTest.Decision? {
    ledger.beacons.map { test.decision(failures: $0.failures, exposures: $0.exposures) }
  }

  /// Installs that count: those with traffic, a tenth of the idle ones, and of what organisations attest at most half of
  /// what is needed.
  var counted: Int {
    let attested = min(ledger.exposure.attestedInstalls, needed / 2)
    return ledger.exposure.installs + ledger.exposure.idleInstalls / 10 + attested
  }

  /// Installs that the step asks for, whatever the fleet's size.
  var asked: Int {
    guard let step else { return 0 }
    let excluding = Exposure.required(
      alpha: parameters.alpha, p: step.largestDefect, reportRate: parameters.reportRate)
    return step.minimumInstalls == 0 ? 0 : max(step.minimumInstalls, excluding)
  }

  /// Installs that are needed: what the step asks for, or six tenths of the clients it is offered to when there are not
  /// enough of them. Never nothing.
  var needed: Int {
    guard asked > 0, let step, let fleet = ledger.fleet else { return asked }
    let offered = fleet.multipliedFullWidth(by: step.ppm)
    let clients = 1_000_000.dividingFullWidth(offered).quotient
    return max(1, min(asked, clients / 10 * 6 + clients % 10 * 6 / 10))
  }
}
