import RolloutMetadata
import Testing

@testable import RolloutGate

struct GateTests {
  /// A ledger of driver 57 whose next step may begin, with nothing to spare.
  static func ledger() -> GateLedger {
    let now = UTCTime("2027-01-06T12:00:00Z")!  // A Wednesday.
    let before = UTCTime(seconds: now.seconds - 72 * 3600)
    var ledger = GateLedger(
      component: "driver", serial: 57, channel: .stable, ppm: 50_000, targetPPM: 250_000, now: now,
      stepStartedAt: before, builtAt: before)
    ledger.exposure = .init(installs: 150_000, installDays: 300_000)
    ledger.strata = [.init(name: "x", sharePPM: 20_000, installs: 7500)]
    ledger.drill = .init(id: "T-roll-04", serial: 57, passedAt: UTCTime(seconds: now.seconds - 7 * 86400))
    ledger.signers = ["a", "b"]
    return ledger
  }

  static func report(_ id: String, _ state: BugReport.State = .open) -> BugReport {
    BugReport(
      id: id, component: "driver", serial: 57, state: state,
      changedAt: UTCTime(seconds: ledger().now.seconds - 30 * 86400))
  }

  private func verdict(_ change: (inout GateLedger) -> Void) -> GateVerdict {
    var ledger = Self.ledger()
    change(&ledger)
    #expect(ledger.fault == nil)
    return Gate(ledger).verdict
  }

  @Test func `a step with nothing to spare begins`() {
    #expect(verdict { _ in }.decision == .advance)
  }

  @Test func `a release of another phase needs what its move needs, and else the same as any`() {
    let move = { (ledger: inout GateLedger) in
      var record = PhaseRecord(codeChangedAt: UTCTime(seconds: ledger.now.seconds - 30 * 86400))
      record.cohortRegisteredAt = ledger.builtAt
      record.cohortStrata = ["intel", "amd", "arm"]
      ledger.phase = PhaseGate(
        from: .optIn, to: .default, now: ledger.now, builtAt: ledger.builtAt, record: record)
    }
    #expect(verdict(move).decision == .advance)
    #expect(verdict(move).lines.contains { $0.rule == .phase && $0.mark == .holds && $0.text == "optIn→default" })
    #expect(verdict { _ in }.lines.allSatisfy { $0.rule != .phase })
    // Each fact is the ledger's own, or the record's.
    func refused(_ change: (inout GateLedger) -> Void) -> Bool {
      verdict {
        move(&$0)
        change(&$0)
      }.lines.contains { $0.rule == .phase && $0.mark == .fails }
    }
    #expect(refused { $0.phase?.codeChangedAt.move(by: 1) })
    #expect(refused { $0.phase?.cohortRegisteredAt?.move(by: 1) })
    #expect(refused { $0.phase?.cohortStrata.removeLast() })
    // Signatures may still come: that they are missing is the rule of people's.
    #expect(!refused { $0.signers = [] })
    #expect(refused { $0.reports = [Self.report("NT-1")] })
    #expect(
      refused {
        var report = Self.report("NT-1", .wontfix)
        report.closedBy = ["a", "b"]
        report.changedAt.move(by: 60)
        $0.reports = [report]
      })
    #expect(refused { $0.phase?.to = .sole })
    #expect(refused { $0.phase = PhaseGate(from: .optIn, to: .default, now: $0.now, builtAt: $0.builtAt, record: nil) })
    // Back for a reason.
    let back = { (ledger: inout GateLedger) in
      ledger.phase = PhaseGate(from: .default, to: .optIn, now: ledger.now, builtAt: ledger.builtAt, record: nil)
    }
    #expect(verdict(back).reasons == [.phase])
    #expect(
      verdict {
        back(&$0)
        $0.phase?.reason = "NT-7"
      }.decision == .advance)
  }

  @Test func `a second less of quiet waits, whatever restarted its clock`() {
    #expect(verdict { $0.stepStartedAt.move(by: 1) }.reasons == [.quiet])
    #expect(verdict { $0.builtAt.move(by: 1) }.reasons == [.quiet])
    var report = Self.report("NT-1", .fixed)
    report.fixedIn = 57
    report.changedAt = Self.ledger().builtAt
    #expect(verdict { $0.reports = [report] }.decision == .advance)
    report.changedAt.move(by: 1)
    #expect(verdict { $0.reports = [report] }.reasons == [.quiet])
    report.severity = .major
    #expect(verdict { $0.reports = [report] }.decision == .advance)
    report.severity = .blocking
    report.component = "app"
    #expect(verdict { $0.reports = [report] }.decision == .advance)
  }

  @Test func `T32 silence by no users is worth nothing, for a year`() {
    let silent = verdict {
      $0.exposure = .init()
      $0.strata = nil
      $0.fleet = 0
      $0.stepStartedAt.move(by: -365 * 86400)
      $0.builtAt.move(by: -365 * 86400)
    }
    #expect(silent.decision == .wait)
    #expect(silent.reasons.contains(.exposure))
  }

  @Test func `one install less waits`() {
    #expect(verdict { $0.exposure.installs -= 1 }.reasons == [.exposure])
    #expect(verdict { $0.exposure.installDays -= 1 }.reasons == [.bake])
  }

  @Test func `ten installs without a live peer count as one`() {
    #expect(verdict { $0.exposure = .init(installs: 149_999, idleInstalls: 9, installDays: 300_000) }.decision == .wait)
    #expect(
      verdict { $0.exposure = .init(installs: 149_999, idleInstalls: 10, installDays: 300_000) }.decision == .advance)
  }

  @Test func `organisations attest half of what is needed at most`() {
    let half = GateLedger.Exposure(installs: 75_000, installDays: 300_000, attestedInstalls: 9_000_000)
    #expect(verdict { $0.exposure = half }.decision == .advance)
    #expect(
      verdict {
        $0.exposure = half
        $0.exposure.installs -= 1
      }.reasons == [.exposure])
  }

  @Test func `a small fleet needs six tenths of those who are offered the release, and is told what that excludes`() {
    let small = verdict {
      $0.fleet = 100_000
      $0.exposure = .init(installs: 3000, installDays: 6000)
      $0.strata = [.init(name: "x", sharePPM: 20_000, installs: 150)]
    }
    #expect(small.decision == .advance)
    #expect(small.lines.first { $0.rule == .exposure }?.mark == .weak)
    #expect(small.text.contains("nothing smaller"))
    #expect(
      verdict {
        $0.fleet = 100_000
        $0.exposure = .init(installs: 2999, installDays: 6000)
      }.decision == .wait)
  }

  @Test func `a stratum of two per cent needs a twentieth of the installs, or a waiver`() {
    #expect(verdict { $0.strata?[0].installs = 7499 }.reasons == [.strata])
    #expect(
      verdict {
        $0.strata?[0].installs = 0
        $0.strata?[0].sharePPM = 19_999
      }.decision == .advance)
    let waived = verdict {
      $0.strata?[0].installs = 0
      $0.strata?[0].waiver = "two machines are left"
    }
    #expect(waived.decision == .advance)
    #expect(waived.lines.first { $0.rule == .strata }?.mark == .weak)
  }

  @Test func `a drill is for this release and a week old at most`() {
    #expect(verdict { $0.drill?.passedAt.move(by: -1) }.reasons == [.drill])
    #expect(verdict { $0.drill?.serial = 56 }.reasons == [.drill])
    #expect(verdict { $0.drill = nil }.reasons == [.drill])
  }

  @Test func `two different keys are needed`() {
    #expect(verdict { $0.signers = ["a", "a"] }.reasons == [.people])
  }

  @Test func `nothing below the security floor goes on`() {
    #expect(verdict { $0.securityFloor = 57 }.decision == .advance)
    #expect(verdict { $0.securityFloor = 58 }.reasons == [.floor])
  }

  @Test(arguments: [
    ("2027-01-08T00:00:00Z", false), ("2027-01-07T23:59:59Z", true), ("2027-01-11T11:59:59Z", false),
    ("2027-01-11T12:00:00Z", true),
  ])
  func `everybody gets it only when people are at work`(at: String, advances: Bool) {
    let now = UTCTime(at)!
    let verdict = verdict {
      $0.now = now
      $0.stepStartedAt = now.adding(hours: -96)
      $0.builtAt = $0.stepStartedAt
      $0.ppm = 250_000
      $0.targetPPM = 1_000_000
      $0.exposure = .init(installs: 1_000_000, installDays: 3_000_000)
      $0.strata = nil
      $0.drill?.passedAt = now
    }
    #expect(verdict.reasons == (advances ? [] : [.weekend]))
  }

  @Test func `the last step needs beacons that have cleared it, the others that they have not failed it`() {
    #expect(verdict { $0.beacons = .init(exposures: 10, failures: 0) }.decision == .advance)
    #expect(verdict { $0.beacons = .init(exposures: 285, failures: 3) }.decision == .halt)
    #expect(verdict { $0.beacons = .init(exposures: 250_000, failures: 21) }.reasons == [.sprt])
    #expect(verdict { $0.beacons = .init(exposures: 250_000, failures: 21) }.decision == .pause)
    for (exposures, decision) in [(16_635, GateVerdict.Decision.wait), (16_636, .advance)] {
      let last = verdict {
        $0.ppm = 250_000
        $0.targetPPM = 1_000_000
        $0.stepStartedAt = $0.now.adding(hours: -96)
        $0.builtAt = $0.stepStartedAt
        $0.exposure = .init(installs: 1_000_000, installDays: 3_000_000)
        $0.strata = nil
        $0.beacons = .init(exposures: exposures, failures: 0)
      }
      #expect(last.decision == decision)
    }
  }

  @Test func `the brake halts, or keeps a step from going beyond it`() {
    #expect(verdict { $0.brakePPM = 0 }.decision == .halt)
    #expect(verdict { $0.brakePPM = 249_999 }.reasons == [.brake])
    #expect(verdict { $0.brakePPM = 250_000 }.decision == .advance)
  }

  @Test func `a third key and a reason skip waiting, not the drill, the keys and the brake`() {
    let urgent = { (ledger: inout GateLedger) in
      ledger.exposure = .init(installDays: 300_000)
      ledger.stepStartedAt.move(by: 3600)
      ledger.signers = ["a", "b", "c"]
      ledger.securityReason = "attackers read memory"
      ledger.strata = nil
    }
    #expect(verdict(urgent).decision == .advance)
    #expect(
      verdict {
        urgent(&$0)
        $0.signers = ["a", "b", "b"]
      }.decision == .wait)
    #expect(
      verdict {
        urgent(&$0)
        $0.securityReason = ""
      }.decision == .wait)
    #expect(
      verdict {
        urgent(&$0)
        $0.drill = nil
      }.reasons == [.drill])
    #expect(
      verdict {
        urgent(&$0)
        $0.brakePPM = 0
      }.decision == .halt)
  }

  @Test func `lts takes what was on all of stable in quiet for sixty days, or is the security floor`() {
    func slow(_ change: (inout GateLedger) -> Void) -> GateVerdict {
      verdict {
        $0.channel = .lts
        $0.ppm = 0
        $0.targetPPM = 1_000_000
        $0.fullOnStableSince = UTCTime(seconds: $0.now.seconds - 60 * 86400)
        change(&$0)
      }
    }
    #expect(slow { _ in }.decision == .advance)
    #expect(slow { $0.fullOnStableSince?.move(by: 1) }.reasons == [.channel])
    #expect(slow { $0.fullOnStableSince = nil }.reasons == [.channel])
    #expect(
      slow {
        $0.fullOnStableSince = nil
        $0.securityFloor = 57
      }.decision == .advance)
    #expect(slow { $0.channel = .frozen }.reasons == [.channel])
  }

  @Test func `a step that is skipped, and numbers that mean nothing, are faults of the ledger`() {
    func fault(_ change: (inout GateLedger) -> Void) -> String? {
      var ledger = Self.ledger()
      change(&ledger)
      return ledger.fault
    }
    #expect(fault { _ in } == nil)
    #expect(fault { $0.targetPPM = 1_000_000 } != nil)
    #expect(fault { $0.targetPPM = 50_000 } != nil)
    #expect(fault { $0.ppm = 0 } != nil)
    #expect(fault { $0.builtAt.move(by: 1_000_000) } != nil)
    #expect(fault { $0.beacons = .init(exposures: 1, failures: 2) } != nil)
    #expect(fault { $0.exposure.installs = -1 } != nil)
    #expect(fault { $0.parameters = GateParameters(steps: []) } != nil)
    #expect(fault { $0.sequentialTest = SequentialTest(background: 0.1, defect: 0.1) } != nil)
  }

  @Test func `the steps of each channel are those that are documented`() {
    let stable = GateParameters.standard(.stable).steps
    #expect(stable.map(\.ppm) == [1000, 10_000, 50_000, 250_000, 1_000_000])
    #expect(stable.map(\.bakeHours) == [24, 24, 48, 72, 0])
    #expect(stable.map(\.quietHours) == [24, 48, 72, 96, 0])
    #expect(stable.map(\.minimumInstalls) == [3000, 30_000, 150_000, 1_000_000, 0])
    for channel in Channel.allCases {
      let parameters = GateParameters.standard(channel)
      for step in parameters.steps where step.minimumInstalls > 0 {
        let needed = Exposure.required(
          alpha: parameters.alpha, p: step.largestDefect, reportRate: parameters.reportRate)
        #expect(needed <= step.minimumInstalls, "\(channel) \(step.ppm)")
      }
    }
  }
}

extension UTCTime {
  /// Becomes another moment.
  mutating func move(by seconds: Int64) { self = self + seconds }
}
