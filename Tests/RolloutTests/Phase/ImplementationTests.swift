import Octets
import Rollout
import RolloutMetadata
import Testing

struct ImplementationTests {
  private func choice(
    _ phase: Phase, set: [String] = [], life: KnobState.Life = .active, embedder: Bool = false, hasNative: Bool = true
  ) -> [String] {
    let knobs = [ImplementationChoice.optIn, ImplementationChoice.optOut].map {
      KnobState(name: $0.octets, kind: .optIn, life: life)
    }
    let choice = ImplementationChoice(
      phase: phase, release: knobs, set: set.map { SetKnob(name: text($0), value: text("1")) },
      embedderForcesPortable: embedder, hasNative: hasNative)
    return ["\(choice.implementation.name)", "\(choice.reason.name)"]
  }

  @Test func `each phase has its choice and its way back`() {
    #expect(choice(.optIn) == ["portable", "phase"])
    #expect(choice(.optIn, set: ["ExperimentalNativeDriver"]) == ["native", "optedIn"])
    #expect(choice(.optIn, set: ["ExperimentalNativeDriver"], hasNative: false) == ["portable", "unavailable"])
    #expect(choice(.default) == ["native", "phase"])
    #expect(choice(.default, set: ["UsePortableImplementation"]) == ["portable", "optedOut"])
    #expect(choice(.default, embedder: true) == ["portable", "embedder"])
    #expect(choice(.default, hasNative: false) == ["portable", "unavailable"])
    #expect(choice(.sole, set: ["UsePortableImplementation"], embedder: true) == ["native", "phase"])
    // The other phase's knob does nothing.
    #expect(choice(.optIn, set: ["UsePortableImplementation"]) == ["portable", "phase"])
    #expect(choice(.default, set: ["ExperimentalNativeDriver"]) == ["native", "phase"])
  }

  @Test(arguments: [
    (KnobState.Life.active, true), (.deprecated, true), (.retired, false), (.removed, false),
  ])
  func `a knob works while it lives`(life: KnobState.Life, works: Bool) {
    #expect(choice(.default, set: ["UsePortableImplementation"], life: life)[0] == (works ? "portable" : "native"))
  }

  @Test func `a knob that does nothing is never passed over in silence`() {
    var release = World.release(57)
    let knob = SetKnob(name: text("X"), value: text("1"))
    #expect(release.warning(of: knob) == .unknown)
    for (life, warning) in [
      (KnobState.Life.active, nil), (.deprecated, .deprecated(removedIn: 60)), (.retired, .retired),
      (.removed, .unknown),
    ] as [(KnobState.Life, KnobWarning?)] {
      release.knobs = [KnobState(name: text("X"), kind: .optOut, life: life, removedIn: 60)]
      #expect(release.warning(of: knob) == warning)
    }
    #expect(!SetKnob(name: text("X"), value: text("0")).isOn)
  }
}
