import Foundation
import Octets
import RolloutMetadata
import Testing

struct DocumentTests {
  @Test func `every document is read and written the same`() {
    #expect(Sample.documents.map(\.0) == Role.allCases)
    for (role, payload) in Sample.documents {
      #expect(Sample.fault(role, payload) == nil, "\(role)")
      #expect(Sample.rewritten(role, payload) == payload, "\(role)")
    }
  }

  @Test func `no member of any document may be missing or of another kind`() throws {
    /// Members that may be missing, or that are the names of a table, or that may be true.
    let optional: Set<String> = [
      "evidence", "security", "phaseReason", "warnAfter", "removedIn", "steps", "strata", "previous", "cohorts",
      "lifts",
      "text", "url", "holds", "rollbackDrillAt", "expires", "driver", "stable", "insider", "treasury", "emergency",
    ]
    var dropped = 0
    for (role, payload) in Sample.documents {
      let json = try JSON(canonical: payload)
      for (name, changed) in variants(of: json) {
        let fault = Sample.fault(role, changed.canonical)
        guard fault == nil else {
          dropped += 1
          continue
        }
        #expect(
          optional.contains(name) || isInsidePredicate(name) || name.utf8.count == 64,
          "\(role) without, or with another, \(name)")
      }
    }
    #expect(dropped > 200)
  }

  /// Members of conditions, where what is unknown is kept.
  private func isInsidePredicate(_ name: String) -> Bool {
    ["all", "any", "not", "eq", "lt", "ge", "in", "range", "like"].contains(name)
  }

  /// The value with one member of one object in it taken out, or made true, or made negative; and the member's name.
  private func variants(of json: JSON) -> [(String, JSON)] {
    var found: [(String, JSON)] = []
    switch json {
    case .object(let members):
      for i in members.indices {
        let name = string(members[i].name)
        var without = members
        without.remove(at: i)
        found.append((name, .object(without)))
        for other: JSON in [.boolean(true), .negative(5)] where other != members[i].value {
          var changed = members
          changed[i].value = other
          found.append((name, .object(changed)))
        }
        for (inner, value) in variants(of: members[i].value) {
          var changed = members
          changed[i].value = value
          found.append((inner, .object(changed)))
        }
      }
    case .list(let elements):
      for i in elements.indices {
        for (inner, value) in variants(of: elements[i]) {
          var changed = elements
          changed[i] = value
          found.append((inner, .list(changed)))
        }
      }
    default: break
    }
    return found
  }

  @Test func `releases of a component have rising serials`() {
    #expect(fault { $0.releases.swapAt(0, 1) } != nil)
    #expect(
      fault {
        $0.releases[1].serial = 56
        $0.releases[1].supersedes = []
      }?.place == text("releases[1].serial"))
    // By component, in their order.
    #expect(fault { $0.releases.append(Repository.release(.app, 1)) } == nil)
    #expect(fault { $0.releases.append(Repository.release(.core, 1)) }?.place == text("releases[2].component"))
  }

  @Test func `a phase goes one step on, or one back with a reason`() {
    func step(_ from: Phase, _ to: Phase, reason: String? = nil) -> MetadataError? {
      fault {
        $0.releases[0].phase = from
        $0.releases[1].phase = to
        $0.releases[1].phaseReason = reason.map { text($0) }
        if from == .sole {
          $0.releases.insert(Repository.release(.driver, 54), at: 0)
          $0.releases[0].phase = .default
        }
        for i in $0.releases.indices { $0.releases[i].knobs = [] }
      }
    }
    for phase in Phase.allCases { #expect(step(phase, phase) == nil) }
    #expect(step(.optIn, .default) == nil && step(.default, .sole) == nil)
    #expect(step(.optIn, .sole)?.place == text("releases[1].phase"))
    #expect(step(.default, .optIn)?.place == text("releases[1].phaseReason"))
    #expect(step(.default, .optIn, reason: "NT-1") == nil)
    #expect(step(.sole, .default, reason: "NT-1") == nil)
    #expect(step(.sole, .optIn, reason: "NT-1") != nil)
    #expect(step(.optIn, .default, reason: "NT-1")?.place == text("releases[1].phaseReason"))
  }

  @Test func `the last release with the old path stays listed for a whole cycle`() {
    func sole(_ phases: [Phase]) -> MetadataError? {
      fault {
        $0.releases = phases.indices.map { i in
          var release = Repository.release(.driver, UInt64(60 + i))
          release.phase = phases[i]
          return release
        }
      }
    }
    #expect(sole([.sole])?.place == text("releases[0].phase"))
    #expect(sole([.default, .sole]) == nil)
    #expect(sole([.sole, .sole]) == nil)
  }

  @Test func `a knob goes one step a release and is never forgotten before its end`() {
    func step(_ from: KnobState.Life?, _ to: KnobState.Life?) -> MetadataError? {
      fault {
        $0.releases[0].knobs = from.map { [KnobState(name: text("K"), kind: .optOut, life: $0)] } ?? []
        $0.releases[1].knobs = to.map { [KnobState(name: text("K"), kind: .optOut, life: $0)] } ?? []
      }
    }
    let lives = KnobState.Life.allCases
    for (i, from) in lives.enumerated() {
      for (j, to) in lives.enumerated() { #expect((step(from, to) == nil) == (j == i || j == i + 1), "\(from) \(to)") }
      #expect((step(from, nil) == nil) == (from == .removed))
      #expect((step(nil, from) == nil) == (from == .active))
    }
  }

  @Test func `no release has two files for one target`() {
    #expect(
      fault { releases in
        var twin = releases.releases[0].artifacts[0]
        twin = Artifact(
          name: text("other.msi"), size: 1, digest: hex32(9), system: twin.system, architecture: twin.architecture,
          kind: twin.kind)
        releases.releases[0].artifacts.append(twin)
      }?.place == text("releases[0].artifacts"))
    #expect(fault { $0.releases[0].artifacts = [] }?.place == text("releases[0].artifacts"))
  }

  @Test func `an artifact's name is a name and no path`() {
    for name in ["../x", "a/b", ".hidden", "a\\b", "-x", "a b"] {
      #expect(
        fault {
          $0.releases[0].artifacts = [
            Artifact(
              name: text(name), size: 1, digest: hex32(1), system: text("linux"), architecture: text("x86_64"),
              kind: .tar)
          ]
        }?.place == text("releases[0].artifacts[0].path"))
    }
  }

  private func fault(_ change: (inout Releases) -> Void) -> MetadataError? {
    var releases = Sample.releases
    change(&releases)
    let payload = releases.payload
    return thrown { () throws(MetadataError) in try Releases(payload: payload) }
  }

  @Test func `parts per million end at a million, and ppm at the cap`() {
    func fault(_ ppm: UInt32, _ cap: UInt32) -> MetadataError? {
      var rollout = Sample.rollout
      rollout.offers[1].ppm = ppm
      rollout.offers[1].cap = cap
      let payload = rollout.payload
      return thrown { () throws(MetadataError) in try Rollout(payload: payload) }
    }
    #expect(fault(1_000_000, 1_000_000) == nil && fault(0, 0) == nil)
    #expect(fault(0, 1_000_001)?.place == text("channels.stable.driver.cap"))
    #expect(fault(6, 5)?.place == text("channels.stable.driver.ppm"))
  }

  @Test func `errors say where, and what to do`() {
    let error = MetadataError(.expiresTooLate, .rollout, at: text("holds[2].expires"))
    #expect(
      string(error.text)
        == "rollout: holds[2].expires: expires later than such a document may; or the clock is behind")
    for reason in MetadataError.Reason.allCases { #expect(!MetadataError(reason, nil).text.isEmpty) }
  }

  @Test func `a trusted set is stored and read back`() throws {
    var repository = Repository()
    repository.evidence = Evidence(version: 1, expires: repository.now + 30 * day)
    repository.rollout.holds = [Sample.hold]
    repository.brake(
      0, halts: [Halt(component: .driver, serial: 57, reason: text("NT-1"))], holds: [Sample.hold])
    repository.publish()
    let trusted = try repository.currentClient()
    #expect(TrustedSet(stored: trusted.stored) == trusted)
    #expect(TrustedSet(stored: try repository.client().stored) == (try repository.client()))
    #expect(TrustedSet(stored: []) == nil)
    #expect(TrustedSet(stored: trusted.stored + [0x20]) == nil)
  }
}
