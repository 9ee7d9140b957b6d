import Octets
import Rollout
import RolloutMetadata
import Testing

struct DecisionTests {
  @Test func `what is offered to everybody is installed`() {
    #expect(World().decision() == .install(57))
    #expect(World().decision { $0.committed = [] } == .install(57))
    #expect(World().decision { $0.committed = [.init(component: .driver, serial: 57)] } == .upToDate)
    #expect(World().decision { $0.policy.channel = .preview } == .upToDate)
  }

  @Test func `T05 a repository that stands still decides nothing more, and what is installed stays verified`() {
    for place in 0..<5 {
      var world = World()
      switch place {
      case 0: world.timestampExpires = World.now
      case 1: world.rolloutExpires = World.now
      case 2: world.releasesExpires = World.now
      case 3: world.snapshotExpires = World.now
      default: world.rootExpires = World.now
      }
      guard case .undecidable(let error) = world.decision() else {
        Issue.record("document \(place) is used although it has expired")
        continue
      }
      #expect(error.exitStatus == .expired)
      // A second earlier it was good, and a clock set back does not bring it back: the floor is an hour ago.
      #expect(world.decision { $0.systemClock = World.now + -1 } == .install(57))
      #expect(world.trusted.artifact(Octets32(repeating: 56)) != nil)
    }
    #expect(World().decision { $0.policy.updateMode = .never } == .never)
  }

  @Test func `the brake stops one serial and not the one below it`() {
    var world = World()
    world.offers = [World.offer(58), World.offer(57)]
    #expect(world.decision() == .install(58))
    world.halts = [Halt(component: .driver, serial: 58, reason: text("NT-1"))]
    #expect(world.decision() == .install(57))
    world.halts.append(Halt(component: .driver, serial: 57, reason: text("NT-1")))
    #expect(world.decision() == .halted(58))
    #expect(world.decision().exitStatus == .halted)
  }

  @Test func `a brake only ever takes away`() {
    var generator = SeededGenerator()
    for _ in 0..<200 {
      let ppm = UInt32(generator.below(1_000_001))
      var world = World()
      world.offers = [World.offer(57, ppm: UInt32(generator.below(1_000_001)))]
      let before = world.decision()
      world.halts = [Halt(component: .driver, serial: 57, ppm: ppm, reason: text("NT-1"))]
      if world.decision() == .install(57) { #expect(before == .install(57), generator.note) }
    }
  }

  @Test func `a share ends at its bucket`() {
    var world = World()
    let bucket = CohortTests.bucketOfWorld
    world.offers = [World.offer(57, ppm: bucket)]
    #expect(world.decision() == .notInCohort(57, bucket: bucket, ppm: bucket))
    world.offers = [World.offer(57, ppm: bucket + 1)]
    #expect(world.decision() == .install(57))
    // Without an identifier only with everybody.
    world.offers = [World.offer(57, ppm: 999_999)]
    #expect(world.decision { $0.installID = nil }.exitStatus == .notInCohort)
  }

  @Test func `T39 files for another system or processor are no candidates`() {
    #expect(World().decision { $0.architecture = text("aarch64") } == .upToDate)
    #expect(World().decision { $0.system = text("windows") } == .upToDate)
  }

  @Test func `files that this client does not unpack make no candidate, and stand in no other's way`() {
    var world = World()
    let tar = world.releases[2].artifacts[0]
    let msi = Artifact(
      name: text("57.msi"), size: 7, digest: Octets32(repeating: 99), system: tar.system,
      architecture: tar.architecture, kind: .msi)
    world.releases[2].artifacts = [msi, tar]
    #expect(world.decision() == .install(57))
    world.releases[2].artifacts = [msi]
    #expect(world.decision() == .upToDate)
  }

  @Test func `T35 a bundle is as fresh as the day it was made, and nothing else is`() {
    var world = World()
    world.timestampExpires = World.now + day
    let month = World.now + 30 * day
    #expect(world.decision { $0.systemClock = month }.exitStatus == .expired)
    let brought = { (situation: inout Situation) in
      situation.systemClock = month
      situation.freshnessClock = World.now
    }
    #expect(world.decision(brought) == .install(57))
    // Pauses and deferrals go by the clock.
    #expect(
      world.decision {
        brought(&$0)
        $0.policy.pause = .init(setAt: month, until: month + day)
      } == .deferred(57, until: month + day))
    #expect(
      world.decision {
        brought(&$0)
        $0.policy.deferDays = 31
        $0.firstOffers = [.init(component: .driver, serial: 57, at: World.now + day)]
      } == .deferred(57, until: World.now + 31 * day))
    // What was held back on that day stays so.
    var held = world
    held.halts = [Halt(component: .driver, serial: 57, reason: text("NT-1"))]
    #expect(held.decision(brought) == .halted(57))
    held = world
    held.holds = [
      Hold(
        id: text("H"), component: .driver, serials: SerialRange(57, 57)!, predicate: .all([]), category: .known,
        expires: World.now + 20 * day)
    ]
    #expect(held.decision(brought) == .held(57, by: text("H")))
    // What had expired on that day is not revived.
    #expect(
      world.decision {
        brought(&$0)
        $0.freshnessClock = World.now + day
      }.exitStatus == .expired)
  }

  @Test func `a machine that follows frozen takes what its organisation asks for, and nothing else`() throws {
    var world = World()
    let frozen = { (controls: [ChangeControl]) in
      { (situation: inout Situation) in
        situation.policy.channel = .frozen
        situation.changeControls = controls
      }
    }
    let approved = try ChangeControl.example(World.release(57), approvedBy: [2, 3])
    let half = try ChangeControl.example(World.release(57), approvedBy: [2])
    #expect(world.decision(frozen([])) == .upToDate)
    #expect(world.decision(frozen([half])) == .awaitsApproval(57, missing: [text("security")]))
    // It needs no offer, and an offer is not enough.
    for offers in [[], [World.offer(57, ppm: 1)], [World.offer(57, channel: .frozen)]] {
      world.offers = offers
      #expect(world.decision(frozen([approved])) == .install(57))
      #expect(world.decision(frozen([])) == .upToDate)
    }
    world.halts = [Halt(component: .driver, serial: 57, reason: text("NT-1"))]
    #expect(world.decision(frozen([approved])) == .halted(57))
  }

  @Test func `an emergency request helps only machines below the floor`() throws {
    var world = World()
    let control = try ChangeControl.example(World.release(57), approvedBy: [3], isEmergency: true)
    let controlled = { (situation: inout Situation) in
      situation.policy.requiresChangeRequest = true
      situation.changeControls = [control]
    }
    #expect(world.decision(controlled) == .awaitsApproval(57, missing: [text("owner")]))
    world.floor = 57
    #expect(world.decision(controlled) == .install(57))
    let bare = try ChangeControl.example(World.release(57), approvedBy: [], isEmergency: true)
    #expect(
      world.decision {
        controlled(&$0)
        $0.changeControls = [bare]
      } == .awaitsApproval(57, missing: [text("owner"), text("security")]))
  }

  @Test func `what a release needs has to be there`() {
    var world = World()
    world.releases[2].requires = [.init(component: .app, serial: 9)]
    #expect(world.decision() == .upToDate)
    #expect(world.decision { $0.committed.append(.init(component: .app, serial: 8)) } == .upToDate)
    #expect(world.decision { $0.committed.append(.init(component: .app, serial: 9)) } == .install(57))
  }

  @Test func `pins let through what they name`() {
    func pinned(_ rule: LocalPolicy.Pin.Rule, floor: UInt64 = 55) -> Decision {
      var world = World()
      world.offers = [World.offer(58), World.offer(57)]
      world.floor = floor
      return world.decision { $0.policy.pins = [.init(component: .driver, rule: rule)] }
    }
    #expect(pinned(.atMost(57)) == .install(57))
    #expect(pinned(.exactly(57)) == .install(57))
    #expect(pinned(.version(prefix: text("1.4"))) == .install(58))
    #expect(pinned(.version(prefix: text("1.4.57"))) == .install(57))
    #expect(pinned(.version(prefix: text("1.4.5"))) == .upToDate)
    #expect(pinned(.version(prefix: text("1.40"))) == .upToDate)
    #expect(pinned(.atMost(56)) == .upToDate)
    // Pinned below a floor: that is said.
    #expect(pinned(.atMost(56), floor: 57) == .pinConflict(floor: 57))
    #expect(pinned(.atMost(56), floor: 57).exitStatus == .pinConflict)
  }

  @Test func `what failed here is not tried again, what is above it is`() {
    var world = World()
    #expect(world.decision { $0.quarantined = [.init(component: .driver, serial: 57)] } == .upToDate)
    world.offers = [World.offer(58), World.offer(57)]
    #expect(world.decision { $0.quarantined = [.init(component: .driver, serial: 57)] } == .install(58))
  }

  @Test(arguments: [(false, UInt64(30)), (true, 7)])
  func `a deferral counts from the first offer and has a limit`(isSecurity: Bool, limit: UInt64) {
    var world = World()
    world.releases[2].isSecurity = isSecurity
    func deferred(_ days: UInt64, offered: Int64) -> Decision {
      world.decision {
        $0.policy.deferDays = days
        $0.firstOffers = [.init(component: .driver, serial: 57, at: World.now + offered)]
      }
    }
    #expect(deferred(3, offered: -3 * day) == .install(57))
    #expect(deferred(3, offered: -3 * day + 1) == .deferred(57, until: World.now + 1))
    #expect(deferred(1000, offered: -Int64(limit) * day) == .install(57))
    #expect(deferred(1000, offered: -Int64(limit) * day + 1) == .deferred(57, until: World.now + 1))
    #expect(deferred(.max, offered: 0).exitStatus == .deferred)
  }

  @Test func `a pause ends after 35 days at the latest`() {
    func paused(_ setAt: Int64, _ until: Int64) -> Decision {
      World().decision { $0.policy.pause = .init(setAt: World.now + setAt, until: World.now + until) }
    }
    #expect(paused(-day, 0) == .install(57))
    #expect(paused(-day, 1) == .deferred(57, until: World.now + 1))
    #expect(paused(-35 * day, 999 * day) == .install(57))
    #expect(paused(-35 * day + 1, 999 * day) == .deferred(57, until: World.now + 1))
  }

  @Test func `a security release above the committed floor waits for nothing but brake, hold and approval`() {
    var world = World()
    world.releases[2].isSecurity = true
    world.floor = 57
    world.offers = [World.offer(57, ppm: 1)]
    let impatient = { (situation: inout Situation) in
      situation.policy.deferDays = 5
      situation.policy.pause = .init(setAt: World.now, until: World.now + day)
      situation.isBusy = true
    }
    #expect(world.decision(impatient) == .install(57))
    #expect(
      world.decision {
        impatient(&$0)
        $0.policy.requiresChangeRequest = true
      }.exitStatus == .awaitingApproval)
    world.floor = 56
    #expect(world.decision(impatient).exitStatus == .deferred)
  }

  @Test func `a busy machine is left alone`() {
    #expect(World().decision { $0.isBusy = true } == .inUse(57))
    #expect(World().decision { $0.isBusy = true }.exitStatus == .deferred)
  }

  @Test func `T43 below the floor after a rollback the next serial comes ahead of all waiting`() throws {
    var world = World()
    world.offers = [World.offer(58, ppm: 0), World.offer(57)]
    world.floor = 57
    let window = ChangeRequest.Window(start: World.now + day, end: World.now + 2 * day, zone: text("UTC"))
    let control = try ChangeControl.example(world.releases[3], approvedBy: [2, 3], windows: [window])
    let red = { (situation: inout Situation) in
      situation.quarantined = [.init(component: .driver, serial: 57)]
      situation.isBelowFloorAfterRollback = true
      situation.policy.pause = .init(setAt: World.now, until: World.now + day)
      situation.policy.requiresChangeRequest = true
      situation.changeControls = [control]
    }
    #expect(world.decision(red) == .install(58))
    #expect(
      world.decision {
        red(&$0)
        $0.isBelowFloorAfterRollback = false
      } == .awaitsWindow(58, from: World.now + day))
  }
}

extension CohortTests {
  static var bucketOfWorld: UInt32 {
    Cohort.bucket(
      salt: [UInt8](repeating: 1, count: 16), component: text("driver"), release: text("1.4.57"),
      installID: [UInt8](repeating: 7, count: 16))
  }
}
