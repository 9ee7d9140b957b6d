import Octets
import RolloutMetadata
import Testing

@testable import Rollout

struct ExplanationTests {
  /// A situation in which anything may be the case.
  static func situation(_ generator: inout SeededGenerator) throws -> Situation {
    var world = World()
    world.offers = [58, 57].filter { _ in !generator.once(in: 4) }.map {
      World.offer($0, ppm: [0, 1, 500_000, 1_000_000][generator.below(4)])
    }
    world.floor = UInt64(54 + generator.below(5))
    for index in world.releases.indices { world.releases[index].isSecurity = generator.once(in: 3) }
    if generator.once(in: 3) {
      world.halts = [
        Halt(
          component: .driver, serial: UInt64(57 + generator.below(2)), ppm: [0, 1, 900_000][generator.below(3)],
          reason: text("x"))
      ]
    }
    if generator.once(in: 3) {
      world.holds = [
        Hold(
          id: text("H"), component: .driver, serials: SerialRange(57, UInt64(57 + generator.below(2)))!,
          predicate: HoldTests.predicate(&generator, depth: 3), category: .known, expires: World.now + day)
      ]
    }
    if generator.once(in: 5) {
      world.rollbacks = [
        RollbackDirective(
          component: .driver, from: SerialRange(56, 57)!, to: 55, mode: generator.once(in: 2) ? .require : .advise,
          reason: text("x"))
      ]
    }
    if generator.once(in: 12) { world.timestampExpires = World.now }
    var situation = world.situation
    situation.committed = [.init(component: .driver, serial: UInt64(55 + generator.below(3)))]
    if generator.once(in: 3) {
      situation.quarantined = [.init(component: .driver, serial: UInt64(57 + generator.below(2)))]
    }
    if generator.once(in: 4) { situation.policy.deferDays = UInt64(generator.below(60)) }
    if generator.once(in: 4) {
      situation.firstOffers = [.init(component: .driver, serial: 57, at: World.now + -Int64(generator.below(40)) * day)]
    }
    if generator.once(in: 4) {
      situation.policy.pause = .init(setAt: World.now + -day, until: World.now + Int64(generator.below(3)) * day)
    }
    if generator.once(in: 12) { situation.policy.updateMode = .never }
    if generator.once(in: 4) {
      situation.policy.pins = [.init(component: .driver, rule: .atMost(UInt64(55 + generator.below(4))))]
    }
    situation.isBusy = generator.once(in: 4)
    situation.isBelowFloorAfterRollback = generator.once(in: 4)
    situation.policy.acceptsAdvisedRollback = generator.once(in: 2)
    situation.policy.acceptsRequiredRollback = generator.once(in: 2)
    if generator.once(in: 3) {
      situation.policy.requiresChangeRequest = true
      situation.changeControls = Self.controls.filter { _ in generator.once(in: 2) }
    }
    if generator.once(in: 8) { situation.installID = nil }
    if generator.once(in: 3) { situation.facts = HoldTests.facts("netkvm", "7") }
    return situation
  }

  static let controls: [ChangeControl] = {
    let later = ChangeRequest.Window(start: World.now + day, end: World.now + 2 * day, zone: text("UTC"))
    return [57, 58].flatMap { serial in
      [[UInt8](), [2], [2, 3]].flatMap { keys in
        [[], [later]].compactMap { try? ChangeControl.example(World.release(serial), approvedBy: keys, windows: $0) }
      }
    }
  }()

  @Test func `why comes to what is decided, in twenty thousand situations`() throws {
    var generator = SeededGenerator()
    var seen: Set<UInt8> = []
    for _ in 0..<20_000 {
      let situation = try Self.situation(&generator)
      let decision = situation.decision
      let explanation = situation.explanation
      #expect(explanation.result == decision, generator.note)
      seen.insert(decision.exitStatus.rawValue)
      // The lines alone tell the same: a serial is installed when and only when nothing is said against it.
      if case .install(let serial) = decision {
        #expect(!explanation.lines.contains { $0.serial == serial && $0.obstacle != nil }, generator.note)
        #expect(situation.floor <= serial && !situation.isQuarantined(serial), generator.note)
      }
    }
    // Every kind of answer was among them.
    #expect(seen.isSuperset(of: [0, 10, 11, 12, 13, 14, 15, 40, 41]), "\(seen) \(generator.seed)")
  }

  @Test func `it lists every rule for every candidate`() {
    var world = World()
    world.offers = [World.offer(58, ppm: 0), World.offer(57)]
    let lines = world.situation.explanation.lines
    #expect(lines.count == 2 * CandidateRule.allCases.count)
    #expect(lines.filter { $0.obstacle != nil }.map(\.serial) == [58])
  }
}
