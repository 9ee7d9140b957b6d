import RolloutMetadata
import Testing

@testable import RolloutGate

struct GateTextTests {
  @Test func `the lines are these, to the letter`() throws {
    let now = try #require(UTCTime("2027-01-12T09:00:00Z"))
    var ledger = GateLedger(
      component: "driver", serial: 57, channel: .stable, ppm: 50_000, targetPPM: 250_000, now: now,
      stepStartedAt: now.adding(hours: -200), builtAt: now.adding(hours: -300))
    var steps = GateParameters.standard(.stable).steps
    steps[2] = RolloutStep(
      ppm: 50_000, bakeHours: 72, quietHours: 96, minimumInstalls: 1_000_000, minimumInstallDays: 3_000_000,
      largestDefect: 0.003)
    ledger.parameters = GateParameters(steps: steps)
    ledger.exposure = .init(installs: 380_803, installDays: 3_000_000, attestedInstalls: 31_200)
    ledger.strata = (0..<6).map { .init(name: "s\($0)", sharePPM: 100_000, installs: 50_000 + $0) }
    ledger.strata?[3].installs = 50_000
    ledger.reports = [
      BugReport(
        id: "NT-2026-0011", component: "driver", serial: 56, state: .fixed, changedAt: now.adding(hours: -131),
        fixedIn: 57)
    ]
    ledger.drill = .init(
      id: "T-roll-04", serial: 57, passedAt: try #require(UTCTime("2027-01-06T10:00:00Z")))
    ledger.signers = ["a"]
    #expect(
      Gate(ledger).verdict.text == """
        driver 57 stable 50000→250000 ppm : WAIT
          ✓ quiet       96h needed, 131h since report NT-2026-0011 changed state
          ✓ open        0 blocking
          ✗ exposure    1,000,000 needed, 412,003 counted (org attestations 31,200)
          ✓ strata      6 of 6 ≥ 2 % covered (min 50,000)
          ! power       P(silence | p=1e-4, r=0.001) = 0.960 : silence excludes p ≥ 7.3e-3 at 95 %
          ✓ drill       passed 2027-01-06 (T-roll-04)
          ✗ people      1 of 2 release keys

        """)
  }

  @Test func `numbers read as people write them`() {
    #expect([0, 999, 1000, 1_234_567].map(GateNumbers.grouped) == ["0", "999", "1,000", "1,234,567"])
    #expect([0, 0.9596, 0.0004, -2.9947].map(GateNumbers.fixed) == ["0.000", "0.960", "0.000", "-2.995"])
    #expect(
      [1, 0.1, 1e-4, 0.0073, 0.0999, 0.012].map(GateNumbers.scientific) == [
        "1", "1e-1", "1e-4", "7.3e-3", "1e-1", "1.2e-2",
      ])
  }
}
