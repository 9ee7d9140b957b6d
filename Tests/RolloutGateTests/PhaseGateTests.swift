import RolloutGate
import RolloutMetadata
import Testing

struct PhaseGateTests {
  static let now = UTCTime("2027-06-01T12:00:00Z")!

  /// A move that may be made.
  static func move(to: Phase) -> PhaseGate {
    let days = to == .default ? 30 : 90
    let changed = UTCTime(seconds: now.seconds - Int64(days) * 86400)
    var gate = PhaseGate(
      from: to == .default ? .optIn : .default, to: to, now: now, codeChangedAt: changed, builtAt: changed)
    gate.cohortRegisteredAt = changed
    gate.cohortStrata = ["intel", "amd", "arm"]
    gate.oldPathIsStaged = true
    gate.deletionDrillPassedAt = UTCTime(seconds: now.seconds - 7 * 86400)
    gate.removalPlan = "9d24"
    gate.signers = ["a", "b"]
    return gate
  }

  @Test(arguments: [Phase.default, .sole])
  func `a promotion passes exactly at its limits`(to: Phase) {
    #expect(Self.move(to: to).refusals == [])
  }

  @Test(arguments: [
    (Phase.default, 0), (.default, 1), (.default, 2), (.default, 3), (.default, 4), (.default, 5),
    (.sole, 0), (.sole, 1), (.sole, 2), (.sole, 3), (.sole, 6), (.sole, 7), (.sole, 8), (.sole, 9), (.sole, 10),
  ])
  func `each condition alone refuses it`(to: Phase, condition: Int) {
    var gate = Self.move(to: to)
    switch condition {
    case 0: gate.codeChangedAt.move(by: 1)
    case 1: gate.blockingChangedAt = UTCTime(seconds: gate.codeChangedAt.seconds + 1)
    case 2: gate.openReports = ["NT-1"]
    case 3: gate.signers = ["a", "a"]
    case 4: gate.cohortRegisteredAt = UTCTime(seconds: gate.builtAt.seconds + 1)
    case 5: gate.cohortStrata = ["intel", "intel", "amd"]
    case 6: gate.openOptOutReasons = ["slow on NetKVM"]
    case 7: gate.oldPathIsStaged = false
    case 8: gate.deletionDrillPassedAt?.move(by: -1)
    case 9: gate.deletionDrillPassedAt = nil
    default: gate.removalPlan = ""
    }
    #expect(gate.refusals.count == 1, "\(gate.refusals)")
  }

  @Test func `phases move one step at a time`() {
    var gate = Self.move(to: .default)
    gate.to = .sole
    #expect(!gate.refusals.isEmpty)
    gate.to = .optIn
    #expect(!gate.refusals.isEmpty)
  }

  @Test func `one key and a reason go back, from sole two and the old implementation`() {
    var gate = PhaseGate(from: .default, to: .optIn, now: Self.now, codeChangedAt: Self.now, builtAt: Self.now)
    #expect(gate.refusals.count == 2)
    gate.signers = ["a"]
    gate.reason = "boot hang"
    #expect(gate.refusals == [])
    gate.from = .sole
    gate.to = .default
    #expect(gate.refusals.count == 2)
    gate.signers = ["a", "b"]
    gate.oldPathIsStaged = true
    #expect(gate.refusals == [])
  }
}
