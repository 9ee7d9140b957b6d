import Rollout
import RolloutMetadata
import Testing

@testable import Rollout

struct HoldTests {
  static let driver = text("nic.driver")
  static let version = text("nic.driverVersion")
  static let pitfall = Predicate.all([
    .equal(driver, .text(text("netkvm"))), .less(version, .text(text("100.85.104.20800"))),
  ])

  static func facts(_ driver: String, _ version: String) -> Facts {
    Facts([.init(Self.driver, .text(text(driver))), .init(Self.version, .text(text(version)))])
  }

  private func decision(_ predicate: Predicate, _ facts: Facts, serials: SerialRange = SerialRange(57, 57)!) -> Decision
  {
    var world = World()
    world.holds = [
      Hold(
        id: text("NT-HOLD-3"), component: .driver, serials: serials, predicate: predicate, category: .known,
        expires: World.now + 30 * day)
    ]
    return world.decision { $0.facts = facts }
  }

  @Test func `a hold applies to the machines it describes`() {
    #expect(decision(Self.pitfall, Self.facts("netkvm", "100.85.104.20799")) == .held(57, by: text("NT-HOLD-3")))
    #expect(decision(Self.pitfall, Self.facts("netkvm", "100.85.104.20800")) == .install(57))
    #expect(decision(Self.pitfall, Self.facts("netkvm", "100.9.1.1")) == .held(57, by: text("NT-HOLD-3")))
    #expect(decision(Self.pitfall, Self.facts("e1000", "1.0")) == .install(57))
    #expect(decision(Self.pitfall, Facts(), serials: SerialRange(58, 60)!) == .install(57))
  }

  @Test func `T30 what is not known counts as yes`() {
    #expect(decision(Self.pitfall, Facts()).exitStatus == .halted)
    #expect(decision(.not(Self.pitfall), Facts()).exitStatus == .halted)
    #expect(decision(.unknown(.object([])), Facts()).exitStatus == .halted)
    #expect(decision(.not(.unknown(.object([]))), Facts()).exitStatus == .halted)
    #expect(
      decision(.equal(text("locale"), .text(text("de"))), Facts([.init(text("locale"), .text(text("fr")))])).exitStatus
        == .halted)
    #expect(
      decision(.less(text("os.build"), .text(text("5"))), Facts([.init(text("os.build"), .natural(6))])).exitStatus
        == .halted)
  }

  @Test func `T40 a hold keeps machines back that have another tunnel's driver, whichever of several`() {
    let hold = Predicate.equal(text("coexist.driver"), .text(text("othervpn")))
    func others(_ names: String...) -> Facts { Facts(Facts.Fact.others(names.map(text))) }
    #expect(decision(hold, others()) == .install(57))
    #expect(decision(hold, others("tun")) == .install(57))
    #expect(decision(hold, others("tun", "othervpn")) == .held(57, by: text("NT-HOLD-3")))
    #expect(decision(.not(hold), others("tun", "othervpn")) == .install(57))
    #expect(decision(.not(hold), others("tun")) == .held(57, by: text("NT-HOLD-3")))
    // Whoever has not looked counts as one that has it.
    #expect(decision(hold, Facts()) == .held(57, by: text("NT-HOLD-3")))
    let any = Predicate.not(.equal(text("coexist.driver"), .text(text("none"))))
    #expect(decision(any, others()) == .install(57))
    #expect(decision(any, others("x")).exitStatus == .halted)
    // A range is one value's, not the first's beginning with the second's end.
    let range = Predicate.range(text("os.build"), .natural(5), .natural(6))
    func builds(_ numbers: UInt64...) -> Facts { Facts(numbers.map { .init(text("os.build"), .natural($0)) }) }
    #expect(decision(range, builds(4, 7)) == .install(57))
    #expect(decision(range, builds(4, 6)).exitStatus == .halted)
  }

  @Test func `peers are counted by their order of magnitude`() {
    for (count, bucket) in [(0, 0), (1, 1), (9, 1), (10, 10), (99, 10), (100, 100), (1000, 1000), (123_456, 10_000)] {
      #expect(Facts.Fact.peers(count).value == .natural(UInt64(bucket)))
    }
  }

  @Test func `a hold that has run out holds nothing`() {
    var world = World()
    world.holds = [
      Hold(
        id: text("H"), component: .driver, serials: SerialRange(57, 57)!, predicate: .all([]), category: .policy,
        expires: World.now)
    ]
    #expect(world.decision() == .install(57))
  }

  @Test(arguments: [
    ("100.9", "100.85", -1), ("1.2", "1.2.0", -1), ("1.02", "1.2", 0), ("", "", 0), ("a", "b", -1),
    ("99999999999999999999999", "100000000000000000000000", -1), ("1.4-rc2", "1.4-rc10", -1),
  ])
  func `versions are ordered by their numbers`(left: String, right: String, order: Int) {
    #expect(Predicate.order(text(left), text(right)) == order)
    #expect(Predicate.order(text(right), text(left)) == -order)
  }

  @Test func `T30 conditions of any shape come to an answer, and negation turns it`() {
    var generator = SeededGenerator()
    for _ in 0..<20_000 {
      let predicate = Self.predicate(&generator, depth: 8)
      let facts = Facts([
        .init(Self.driver, .text(text(["netkvm", "e1000"][generator.below(2)]))),
        .init(text("os.build"), .natural(UInt64(generator.below(4)))),
      ])
      let answer = predicate.answer(facts)
      let negated = Predicate.not(predicate).answer(facts)
      switch answer {
      case .yes: #expect(negated == .no, generator.note)
      case .no: #expect(negated == .yes, generator.note)
      case .unknown: #expect(negated == .unknown, generator.note)
      }
      #expect(predicate.applies(to: facts) == (answer != .no), generator.note)
      // Learning a fact decides what was unknown, and turns nothing that was decided.
      let more = Facts([
        .init(Self.driver, facts.values(of: Self.driver)[0]),
        .init(text("os.build"), facts.values(of: text("os.build"))[0]),
        .init(text("hvci"), .natural(1)),
      ])
      if answer != .unknown { #expect(predicate.answer(more) == answer, generator.note) }
    }
  }

  static func predicate(_ generator: inout SeededGenerator, depth: Int) -> Predicate {
    let fact = [driver, text("os.build"), text("hvci"), text("locale")][generator.below(4)]
    func value(_ generator: inout SeededGenerator) -> Predicate.Value {
      generator.once(in: 2)
        ? .natural(UInt64(generator.below(4))) : .text(text(["netkvm", "", "7"][generator.below(3)]))
    }
    let count = generator.below(4)
    switch depth > 1 ? generator.below(9) : 3 + generator.below(6) {
    case 0: return .all((0..<count).map { _ in predicate(&generator, depth: depth - 1) })
    case 1: return .any((0..<count).map { _ in predicate(&generator, depth: depth - 1) })
    case 2: return .not(predicate(&generator, depth: depth - 1))
    case 3: return .equal(fact, value(&generator))
    case 4: return .among(fact, (0..<count).map { _ in value(&generator) })
    case 5: return .less(fact, value(&generator))
    case 6: return .atLeast(fact, value(&generator))
    case 7: return .range(fact, value(&generator), value(&generator))
    default: return .unknown(.object([]))
    }
  }
}
