import Octets
import Rollout
import RolloutMetadata
import Testing

struct ChangeControlTests {
  private func decision(_ controls: [ChangeControl], _ change: (inout World) -> Void = { _ in }) -> Decision {
    var world = World()
    change(&world)
    return world.decision {
      $0.policy.requiresChangeRequest = true
      $0.changeControls = controls
    }
  }

  @Test func `nothing is installed without a request that everybody has approved`() throws {
    let release = World.release(57)
    #expect(decision([]) == .awaitsApproval(57, missing: []))
    #expect(decision([try .example(release, approvedBy: [2])]) == .awaitsApproval(57, missing: [text("security")]))
    #expect(decision([try .example(release, approvedBy: [2, 3])]) == .install(57))
    #expect(decision([]).exitStatus == .awaitingApproval)
  }

  @Test func `T33 nobody approves their own request, nor in two roles`() throws {
    let release = World.release(57)
    #expect(
      decision([try .example(release, approvedBy: [1, 3], approver: [1, 3])])
        == .awaitsApproval(57, missing: [text("owner")]))
    #expect(
      decision([try .example(release, approvedBy: [2], approver: [2, 2])])
        == .awaitsApproval(57, missing: [text("security")]))
  }

  @Test func `T34 an approval is for the files that were tested, not for a version`() throws {
    let control = try ChangeControl.example(World.release(57), approvedBy: [2, 3])
    let again = { (world: inout World) in
      let old = world.releases[2].artifacts[0]
      world.releases[2].artifacts = [
        Artifact(
          name: old.name, size: old.size, digest: Octets32(repeating: 200), system: old.system,
          architecture: old.architecture, kind: old.kind)
      ]
    }
    #expect(decision([control], again) == .awaitsApproval(57, missing: []))
    #expect(decision([control]) == .install(57))
  }

  @Test func `an approved release waits for its window, and windows are half-open`() throws {
    func at(_ start: Int64, _ end: Int64) throws -> Decision {
      let window = ChangeRequest.Window(start: World.now + start, end: World.now + end, zone: text("Europe/Berlin"))
      return decision([try .example(World.release(57), approvedBy: [2, 3], windows: [window])])
    }
    #expect(try at(0, 1) == .install(57))
    #expect(try at(1, 2) == .awaitsWindow(57, from: World.now + 1))
    #expect(try at(1, 2).exitStatus == .awaitingWindow)
    #expect(try at(-2, 0) == .awaitsApproval(57, missing: []))
  }

  @Test func `a required rollback needs its request too, unless the administrator has said otherwise`() throws {
    var world = World()
    world.rollbacks = [
      RollbackDirective(
        component: .driver, from: SerialRange(56, 56)!, to: 55, mode: .require, reason: text("NT-2"))
    ]
    #expect(world.decision() == .rollBack(to: 55))
    #expect(world.decision { $0.policy.requiresChangeRequest = true } == .awaitsApproval(55, missing: []))
    let control = try ChangeControl.example(World.release(55), approvedBy: [2, 3])
    #expect(
      world.decision {
        $0.policy.requiresChangeRequest = true
        $0.changeControls = [control]
      } == .rollBack(to: 55))
    #expect(
      world.decision {
        $0.policy.requiresChangeRequest = true
        $0.policy.acceptsRequiredRollback = true
      } == .rollBack(to: 55))
  }
}

struct DirectedRollbackTests {
  private func world(_ mode: RollbackDirective.Mode = .require, to serial: UInt64 = 55, expires: UTCTime? = nil)
    -> World
  {
    var world = World()
    world.rollbacks = [
      RollbackDirective(
        component: .driver, from: SerialRange(56, 56)!, to: serial, mode: mode, reason: text("NT-2"), expires: expires)
    ]
    return world
  }

  @Test func `it covers what it names, ends when it says, and advice is taken by those who want it`() {
    #expect(world().decision() == .rollBack(to: 55))
    #expect(world().decision { $0.committed = [.init(component: .driver, serial: 55)] } == .install(57))
    #expect(world(expires: World.now + 1).decision() == .rollBack(to: 55))
    #expect(world(expires: World.now).decision() == .install(57))
    #expect(world(.advise).decision() == .install(57))
    #expect(world(.advise).decision { $0.policy.acceptsAdvisedRollback = true } == .rollBack(to: 55))
    #expect(world().decision().exitStatus == .updateAvailable)
  }

  @Test func `T04 it never goes below the floor, nor to what is not there, halted or known bad here`() {
    var low = world()
    low.floor = 56
    #expect(low.decision() == .install(57))
    #expect(world(to: 54).decision() == .install(57))
    #expect(world().decision { $0.quarantined = [.init(component: .driver, serial: 55)] } == .install(57))
    var halted = world()
    halted.halts = [Halt(component: .driver, serial: 55, reason: text("x"))]
    #expect(halted.decision() == .install(57))
  }
}
