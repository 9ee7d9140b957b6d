import AdapterManagement
import Testing

/// The driver's way into the store, and back.
struct InstallationTests {
  static let own = DriverVersion(date: 100, number: 7)
  static let older = DriverVersion(date: 99, number: 9)
  static let newer = DriverVersion(date: 101, number: 1)

  /// The steps taken with these packages in the store when the given ones fail.
  private func steps(_ store: [DriverVersion], failing: Set<Installation.Step> = []) -> [Installation.Step] {
    var installation = Installation(own: Self.own)
    var taken: [Installation.Step] = []
    while !installation.isOver && taken.count < 50 {
      if installation.step == .survey { for version in store { installation.consider(version) } }
      taken.append(installation.step)
      installation.finish(succeeded: !failing.contains(installation.step))
    }
    return taken + [installation.step]
  }

  @Test func `an empty store gets our package`() {
    #expect(steps([]) == [.survey, .add, .start, .done])
  }

  @Test func `a package as new as ours or newer is used`() {
    #expect(steps([Self.own]) == [.survey, .start, .done])
    #expect(steps([Self.newer]) == [.survey, .start, .done])
  }

  @Test func `an older package is replaced, and adapters are as they were`() {
    #expect(
      steps([Self.older]) == [.survey, .disable, .awaitUnload, .keep, .remove, .add, .start, .enable, .done])
  }

  @Test func `an older package goes even when a newer one is there`() {
    #expect(
      steps([Self.older, Self.newer]) == [.survey, .disable, .awaitUnload, .keep, .remove, .start, .enable, .done])
  }

  @Test func `a driver that stays in memory holds nothing up`() {
    #expect(
      steps([Self.older], failing: [.awaitUnload])
        == [.survey, .disable, .awaitUnload, .keep, .remove, .add, .start, .enable, .done])
  }

  @Test func `a new driver that does not start makes way for the old one`() {
    #expect(
      steps([Self.older], failing: [.start])
        == [
          .survey, .disable, .awaitUnload, .keep, .remove, .add, .start, .withdraw, .putBack, .enable, .failed,
        ])
  }

  @Test func `a package that cannot be added makes way for the old one`() {
    #expect(
      steps([Self.older], failing: [.add])
        == [.survey, .disable, .awaitUnload, .keep, .remove, .add, .putBack, .enable, .failed])
  }

  @Test func `a package that cannot be kept is not removed`() {
    #expect(steps([Self.older], failing: [.keep]) == [.survey, .disable, .awaitUnload, .keep, .enable, .failed])
  }

  @Test func `an adapter that cannot be disabled stops it, and the others are enabled`() {
    #expect(steps([Self.older], failing: [.disable]) == [.survey, .disable, .enable, .failed])
  }

  @Test func `a first package that does not start stays`() {
    #expect(steps([], failing: [.start]) == [.survey, .add, .start, .failed])
  }

  @Test func `an adapter that does not come back does not cost the new one`() {
    #expect(steps([Self.older], failing: [.enable]).last == .done)
  }

  @Test func `undoing goes on over what fails`() {
    #expect(
      steps([Self.older], failing: [.start, .withdraw, .putBack, .enable]).suffix(4)
        == [.withdraw, .putBack, .enable, .failed])
  }

  @Test func `whatever fails, what was removed is put back and what was disabled is enabled`() {
    let all: [Installation.Step] = [
      .survey, .disable, .awaitUnload, .keep, .remove, .add, .start, .withdraw, .putBack, .enable,
    ]
    for set in 0..<(1 << all.count) {
      let failing = Set(all.indices.filter { set >> $0 & 1 == 1 }.map { all[$0] })
      let taken = steps([Self.older], failing: failing)
      #expect(taken.last == .done || taken.last == .failed)
      if taken.contains(.disable) { #expect(taken.contains(.enable)) }
      if taken.contains(.remove) && taken.last == .failed { #expect(taken.contains(.putBack)) }
      if taken.contains(.remove) { #expect(taken.firstIndex(of: .keep)! < taken.firstIndex(of: .remove)!) }
    }
  }

  @Test func `undoing begins with the step that nothing goes on without`() {
    var installation = Installation(own: Self.own)
    installation.consider(Self.older)
    while installation.step != .start {
      installation.finish(succeeded: installation.step != .awaitUnload)
      #expect(!installation.isUndoing)
    }
    installation.finish(succeeded: false)
    #expect(installation.isUndoing)
  }

  @Test func `exactly ours takes the place of a newer one, too`() {
    var installation = Installation(own: Self.own, isExact: true)
    #expect(!installation.replaces(Self.own) && installation.replaces(Self.older) && installation.replaces(Self.newer))
    installation.consider(Self.newer)
    installation.finish(succeeded: true)
    #expect(installation.step == .disable)
  }

  @Test func `only older packages are replaced`() {
    let installation = Installation(own: Self.own)
    #expect(installation.replaces(Self.older))
    #expect(!installation.replaces(Self.own) && !installation.replaces(Self.newer))
  }
}
