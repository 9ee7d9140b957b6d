import Rollout
import RolloutMetadata
import Testing

struct ProbationTests {
  static let good = ProbeResult.transfer(sent: 1, received: 1)
  static let idle = ProbeResult.transfer(sent: 0, received: 0)

  /// Watches for so many seconds, a look every hundred; the last verdict.
  private func watch(
    _ probation: inout Probation, _ results: [ProbeResult], seconds: UInt64, component: Component = .app
  ) -> Probation.Verdict {
    let start = probation.last?.boot ?? 1000
    var verdict = probation.judge(results, Reading(boot: start, wall: 0), component: component)
    var watched: UInt64 = 0
    while watched < seconds && verdict == .goOn {
      watched = min(seconds, watched + 100)
      verdict = probation.judge(results, Reading(boot: start + watched, wall: 0), component: component)
    }
    return verdict
  }

  @Test func `it ends after 900 seconds that were watched, and not a second earlier`() {
    var probation = Probation(startsLeft: 2)
    #expect(watch(&probation, [Self.good], seconds: 899) == .goOn)
    #expect(watch(&probation, [Self.good], seconds: 1) == .pass(.proven))
  }

  @Test func `time that nobody watched, or that only the wall clock saw, does not count`() {
    var probation = Probation(startsLeft: 2)
    _ = probation.judge([Self.good], Reading(boot: 0, wall: 0), component: .app)
    #expect(probation.judge([Self.good], Reading(boot: 100_000, wall: 0), component: .app) == .goOn)
    #expect(probation.watched == Probation.longestGap)
    #expect(probation.judge([Self.good], Reading(boot: 100_001, wall: 1 << 40), component: .app) == .goOn)
    // The machine started anew: its clock does, too.
    #expect(probation.judge([Self.good], Reading(boot: 7, wall: 0), component: .app) == .goOn)
    #expect(probation.watched == Probation.longestGap + 1)
  }

  @Test func `a driver has to come up with the machine once`() {
    var probation = Probation(startsLeft: 2)
    #expect(watch(&probation, [Self.good], seconds: 5000, component: .driver) == .goOn)
    probation.machineStarts = 1
    #expect(watch(&probation, [Self.good], seconds: 1, component: .driver) == .pass(.proven))
  }

  @Test func `one probe that fails ends it at once`() {
    var probation = Probation(startsLeft: 2)
    #expect(
      probation.judge([Self.good, .crashes(newRecords: 1)], Reading(boot: 0, wall: 0), component: .app) == .fail)
  }

  @Test func `T25 probes that cannot tell extend it once and then commit with a note, and never roll back`() {
    var probation = Probation(startsLeft: 2)
    let uncertain = ProbeResult.handshakes(before: 5, recovered: 1)
    #expect(watch(&probation, [uncertain], seconds: 1799) == .goOn)
    #expect(probation.isExtended)
    #expect(watch(&probation, [uncertain], seconds: 1) == .pass(.inconclusive))
    var quiet = Probation(startsLeft: 2)
    #expect(watch(&quiet, [Self.idle, .handshakes(before: 0, recovered: 0)], seconds: 5000) == .pass(.idle))
    var unasked = Probation(startsLeft: 2)
    #expect(watch(&unasked, [], seconds: 5000) == .pass(.inconclusive))
    // What becomes certain in the second half is proven.
    var late = Probation(startsLeft: 2)
    #expect(watch(&late, [uncertain], seconds: 1000) == .goOn)
    #expect(watch(&late, [Self.good], seconds: 900) == .pass(.proven))
  }

  @Test func `every probe has its edge`() {
    #expect(ProbeResult.service(isRunning: true, restarts: 1).outcome == .pass)
    #expect(ProbeResult.service(isRunning: true, restarts: 2).outcome == .fail)
    #expect(ProbeResult.service(isRunning: false, restarts: 0).outcome == .fail)
    #expect(ProbeResult.device(found: [1], staged: [1]).outcome == .pass)
    #expect(ProbeResult.device(found: [0], staged: [1]).outcome == .fail)
    #expect(ProbeResult.device(found: nil, staged: [1]).outcome == .fail)
    #expect(ProbeResult.adapters(before: [[1]], after: [[2], [1]]).outcome == .pass)
    #expect(ProbeResult.adapters(before: [[1], [2]], after: [[1]]).outcome == .fail)
    #expect(ProbeResult.configuration(before: [[1], [2]], after: [[2], [1]]).outcome == .fail)
    #expect(ProbeResult.handshakes(before: 2, recovered: 2).outcome == .pass)
    #expect(ProbeResult.handshakes(before: 2, recovered: 1).outcome == .inconclusive)
    #expect(ProbeResult.handshakes(before: 2, recovered: 0).outcome == .fail)
    #expect(ProbeResult.handshakes(before: 0, recovered: 0).isForLackOfTraffic)
    #expect(ProbeResult.transfer(sent: 1, received: 0).outcome == .fail)
    #expect(ProbeResult.transfer(sent: 0, received: 0).outcome == .inconclusive)
    #expect(ProbeResult.crashes(newRecords: 0).outcome == .pass)
    #expect(ProbeResult.load(before: 100, after: 300, floor: 10).outcome == .pass)
    #expect(ProbeResult.load(before: 100, after: 301, floor: 10).outcome == .fail)
    #expect(ProbeResult.load(before: 0, after: 30, floor: 10).outcome == .pass)
    #expect(ProbeResult.load(before: .max, after: .max, floor: 0).outcome == .pass)
    #expect(ProbeResult.startTime(seconds: 40, history: [900, 20, 20, 20, 20, 20]).outcome == .pass)
    #expect(ProbeResult.startTime(seconds: 41, history: [900, 20, 20, 20, 20, 20]).outcome == .fail)
    #expect(ProbeResult.startTime(seconds: 161, history: [100]).outcome == .fail)
    #expect(ProbeResult.startTime(seconds: 1800, history: [30, 31, 29]).outcome == .fail)
    #expect(ProbeResult.startTime(seconds: 9, history: []).outcome == .inconclusive)
    #expect(ProbeResult.network(namesResolve: nil, rulesMissing: false, rulesLeftOver: false).outcome == .pass)
    #expect(ProbeResult.network(namesResolve: false, rulesMissing: false, rulesLeftOver: false).outcome == .fail)
    #expect(ProbeResult.network(namesResolve: true, rulesMissing: true, rulesLeftOver: false).outcome == .fail)
    #expect(ProbeResult.network(namesResolve: true, rulesMissing: false, rulesLeftOver: true).outcome == .fail)
  }

  @Test func `a driver that was watched for long enough awaits a start of the machine, and nothing else does`() {
    var probation = Probation(startsLeft: 3)
    probation.watched = 899
    #expect(!probation.awaitsMachineStart(component: .driver))
    probation.watched = 900
    #expect(probation.awaitsMachineStart(component: .driver) && !probation.awaitsMachineStart(component: .portable))
    probation.isExtended = true
    #expect(!probation.awaitsMachineStart(component: .driver))
    probation.watched = 1800
    #expect(probation.awaitsMachineStart(component: .driver))
    probation.machineStarts = 1
    #expect(!probation.awaitsMachineStart(component: .driver))
  }
}
