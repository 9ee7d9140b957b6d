import Testing

@testable import RolloutGate

struct ExposureTests {
  @Test(arguments: [
    (0.001, 1e-3, 2_995_733), (0.001, 1e-4, 29_957_323), (0.02, 1e-3, 149_787), (0.02, 1e-4, 1_497_867),
  ])
  func `so many installs must stay silent`(reportRate: Double, p: Double, installs: Int) {
    #expect(Exposure.required(alpha: 0.05, p: p, reportRate: reportRate) == installs)
  }

  @Test(arguments: [
    (1000, ["0.905", "0.990", "0.999", "1.000"], ["0.135", "0.819", "0.980", "0.998"]),
    (10_000, ["0.368", "0.905", "0.990", "0.999"], ["0.000", "0.135", "0.819", "0.980"]),
    (100_000, ["0.000", "0.368", "0.905", "0.990"], ["0.000", "0.000", "0.135", "0.819"]),
    (1_000_000, ["0.000", "0.000", "0.368", "0.905"], ["0.000", "0.000", "0.000", "0.135"]),
    (2_500_000, ["0.000", "0.000", "0.082", "0.779"], ["0.000", "0.000", "0.000", "0.007"]),
    (10_000_000, ["0.000", "0.000", "0.000", "0.368"], ["0.000", "0.000", "0.000", "0.000"]),
  ])
  func `a defect is silent with this probability`(installs: Int, rare: [String], frequent: [String]) {
    for (rate, row) in [(0.001, rare), (0.02, frequent)] {
      let values = [1e-1, 1e-2, 1e-3, 1e-4].map {
        GateNumbers.fixed(Exposure.silence(installs: installs, p: $0, reportRate: rate))
      }
      #expect(values == row, "\(installs) installs, r = \(rate)")
    }
  }

  @Test func `what is excluded is where silence becomes improbable`() {
    let p = Exposure.excluded(installs: 412_003, alpha: 0.05, reportRate: 0.001)
    #expect(abs(Exposure.silence(installs: 412_003, p: p, reportRate: 0.001) - 0.05) < 1e-12)
    #expect(Exposure.excluded(installs: 0, alpha: 0.05, reportRate: 0.001) == .infinity)
  }
}

struct SequentialTestTests {
  let test = SequentialTest()

  @Test func `the constants are those of p0 2e-5, p1 2e-4, alpha 0.001, beta 0.05`() {
    #expect(abs(test.upper - 6.856462) < 5e-7)
    #expect(abs(test.lower + 2.994732) < 5e-7)
    #expect(abs(test.perFailure - 2.302585) < 5e-7)
    #expect(abs(test.perPass + 0.000180) < 5e-7)
  }

  @Test func `without a failure 16,636 exposures clear, and not one less`() {
    #expect(test.decision(failures: 0, exposures: 16_635) == .inconclusive)
    #expect(test.decision(failures: 0, exposures: 16_636) == .cleared)
  }

  @Test func `three failures halt within the first 285 exposures only, two never do`() {
    #expect(test.decision(failures: 3, exposures: 285) == .failed)
    #expect(test.decision(failures: 3, exposures: 290) == .inconclusive)
    #expect(test.decision(failures: 2, exposures: 2) == .inconclusive)
  }
}
