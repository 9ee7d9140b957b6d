import Octets
import RolloutMetadata
import Testing

/// A mirror that serves old, mixed or withheld metadata, and a thief of online keys.
struct VersionThreatTests {
  /// A repository, and the same a release later; the files of both are served under their own names.
  private func twoStates() -> (old: Repository, new: Repository) {
    var old = Repository()
    old.evidence = Evidence(version: 1, expires: old.now + 30 * day)
    old.releases.version = 2
    old.rollout.version = 2
    old.brake(0, halts: [Halt(component: .driver, serial: 55, reason: text("NT-1"))])
    old.publish()
    var new = old
    new.releases.version = 3
    new.releases.releases.append(Repository.release(.driver, 58))
    new.rollout.version = 3
    new.rollout.offers[0].ppm = 60_000
    new.evidence?.version = 2
    new.brake(0, halts: [Halt(component: .driver, serial: 55, reason: text("NT-1"))])
    new.publish()
    return (old, new)
  }

  @Test func `T03 an older version of any file is refused, and the same is no change`() throws {
    let (old, new) = twoStates()
    let trusted = try new.currentClient()
    #expect(new.refresh(trusted).failure == nil)
    #expect(new.refresh(trusted).trusted == trusted)
    var walk = old.refresh(trusted)
    #expect(walk.failure == MetadataError(.olderVersion, .timestamp))
    #expect(walk.warnings == [.brakeRefused(old.brakeKeys[0].identifier, MetadataError(.olderVersion, .brake))])
    #expect(walk.trusted == trusted)
    // Each older file in a newer frame, as a thief of the online keys would serve it.
    for role in Snapshot.roles {
      var thief = new
      let oldVersions: [Role: UInt64] = [.releases: 2, .rollout: 2, .evidence: 1]
      let newVersions: [Role: UInt64] = [.releases: 3, .rollout: 3, .evidence: 2]
      thief.publish(
        Snapshot.roles.map { each in
          let version = each == role ? oldVersions[each]! : newVersions[each]!
          return .init(role: each, version: version, file: thief.files["\(version).\(each.name).json"]!)
        })
      walk = thief.refresh(trusted)
      #expect(walk.failure?.reason == .olderVersion, "\(role)")
      #expect(walk.failure?.exitStatus == .rollbackAttack)
      #expect(walk.trusted.rollout == trusted.rollout && walk.trusted.releases == trusted.releases)
    }
    var thief = new
    thief.snapshotVersion = 1
    thief.stamp()
    #expect(thief.refresh(trusted).failure?.reason == .olderVersion)
  }

  @Test func `T03 a snapshot cannot call an old file a new one`() throws {
    let (_, new) = twoStates()
    let trusted = try new.currentClient()
    var thief = new
    let old = thief.files["2.rollout.json"]!
    thief.files["4.rollout.json"] = old
    thief.publish([
      .init(role: .releases, version: 3, file: thief.files["3.releases.json"]!),
      .init(role: .rollout, version: 4, file: old),
      .init(role: .evidence, version: 2, file: thief.files["2.evidence.json"]!),
    ])
    #expect(thief.refresh(trusted).failure?.exitStatus == .mixAndMatch)
  }

  @Test func `T03 roots are walked one by one`() throws {
    var repository = Repository()
    let trusted = try repository.currentClient()
    repository.rotate()
    repository.rotate()
    #expect(repository.refresh(trusted).trusted.root.document.version == 3)
    #expect(repository.refresh(trusted).trusted.rootFiles.count == 3)
    // A gap, an older one and the same under the next name.
    let third = repository.files["3.root.json"]!
    for file in [third, repository.files["1.root.json"]!] {
      var served = repository
      served.files["2.root.json"] = file
      let walk = served.refresh(trusted)
      #expect(walk.failure == MetadataError(.rootGap, .root))
      #expect(walk.failure?.exitStatus == .rootGap)
      #expect(walk.trusted == trusted)
    }
  }

  @Test func `T03 a walk takes so many roots and no more`() throws {
    var repository = Repository()
    let trusted = try repository.currentClient()
    for _ in 0..<MetadataRefresh.rootStepLimit { repository.rotate() }
    #expect(repository.refresh(trusted).failure == nil)
    repository.rotate()
    let walk = repository.refresh(trusted)
    #expect(walk.failure == MetadataError(.tooManyRoots, .root))
    // The next walk goes on from there.
    #expect(repository.refresh(walk.trusted).failure == nil)
  }

  @Test func `T03 a root needs enough keys of the old one and enough of its own`() throws {
    var repository = Repository()
    let trusted = try repository.currentClient()
    let old = repository.rootKeys
    repository.rootKeys = [SigningKey(31), SigningKey(32), SigningKey(33)]
    repository.rootVersion = 2
    for (signers, isEnough) in [
      (repository.rootKeys, false), (old, false), (old + [repository.rootKeys[0]], false),
      ([old[0]] + repository.rootKeys, false),
      ([old[0], old[1], repository.rootKeys[0], repository.rootKeys[2]], true),
    ] {
      repository.files["2.root.json"] = repository.signedRoot(by: signers)
      let walk = repository.refresh(trusted)
      #expect((walk.failure == nil) == isEnough)
      #expect(walk.trusted.root.document.version == (isEnough ? 2 : 1))
      if !isEnough { #expect(walk.failure?.exitStatus == .belowThreshold) }
    }
  }

  @Test func `T04 a directive goes to what is listed and not below the floor`() throws {
    var repository = Repository()
    let trusted = try repository.currentClient()
    func directive(to serial: UInt64) -> RollbackDirective {
      RollbackDirective(
        component: .driver, from: SerialRange(57, 57)!, to: serial, mode: .require, reason: text("NT-2026-0007"))
    }
    for (serial, reason): (UInt64, MetadataError.Reason?) in [(55, nil), (54, .belowFloor), (53, .crossReference)] {
      var served = repository
      served.releases.version += 1
      served.releases.releases.insert(Repository.release(.driver, 54), at: 0)
      served.rollout.version += 1
      served.rollout.rollbacks = [directive(to: serial)]
      served.publish()
      let walk = served.refresh(trusted)
      #expect(walk.failure?.reason == reason)
      if serial == 54 { #expect(walk.failure?.exitStatus == .rollbackAttack) }
      #expect(walk.trusted.rollout?.document.rollbacks.count == (reason == nil ? 1 : 0))
    }
    // To the same or a later serial it is none.
    repository.rollout.rollbacks = [directive(to: 57)]
    let payload = repository.rollout.payload
    #expect(thrown { () throws(MetadataError) in try Rollout(payload: payload) }?.place == text("rollbacks[0].to"))
  }

  @Test func `T08 a file of another valid repository is refused`() throws {
    let (old, new) = twoStates()
    let trusted = try old.currentClient()
    for path in ["3.snapshot.json", "3.releases.json", "3.rollout.json", "2.evidence.json"] {
      // The same keys signed both; only the online frame says which belong together.
      var other = new
      other.releases.floors = []
      other.rollout.lifts = [text("NT-9")]
      other.evidence?.expires = new.now + 20 * day
      other.snapshotVersion -= 1
      other.publish()
      var served = new
      served.files[path] = other.files[path]
      #expect(served.files[path] != new.files[path], "\(path)")
      let walk = served.refresh(trusted)
      #expect(walk.failure?.reason == .differsFromSnapshot, "\(path)")
      #expect(walk.failure?.exitStatus == .mixAndMatch)
      #expect(walk.trusted.rollout == trusted.rollout && walk.trusted.releases == trusted.releases)
    }
    #expect(new.refresh(trusted).failure == nil)
  }

  @Test func `T08 two files of one version are told apart`() throws {
    let repository = Repository()
    let trusted = try repository.currentClient()
    var other = repository
    other.timestampVersion -= 1
    other.stamp(created: other.now + 60)
    #expect(other.refresh(trusted).failure == MetadataError(.differsAtSameVersion, .timestamp))
    #expect(other.refresh(trusted).failure?.exitStatus == .mixAndMatch)
    other = repository
    other.rollout.offers[0].ppm += 1
    other.publish()
    #expect(other.refresh(trusted).failure == MetadataError(.differsAtSameVersion, .rollout))
  }

  @Test func `T08 a rollout names only what the releases have`() throws {
    var repository = Repository()
    let trusted = try repository.currentClient()
    repository.rollout.version += 1
    repository.rollout.offers[0].serial = 58
    repository.publish()
    let walk = repository.refresh(trusted)
    #expect(walk.failure == MetadataError(.crossReference, .rollout, at: text("channels.stable.driver")))
    #expect(walk.trusted.rollout == trusted.rollout)
  }

  @Test func `T08 a salt that was seen never changes`() throws {
    var repository = Repository()
    var trusted = try repository.currentClient()
    // It is remembered even when the serial is not offered for a while.
    let offer = repository.rollout.offers[0]
    repository.rollout.version += 1
    repository.rollout.offers = []
    repository.publish()
    trusted = repository.refresh(trusted).trusted
    repository.rollout.version += 1
    repository.rollout.offers = [offer]
    repository.rollout.offers[0].salt = Octets16(repeating: 2)
    repository.publish()
    let walk = repository.refresh(trusted)
    #expect(walk.failure == MetadataError(.saltChanged, .rollout, at: text("channels.stable.driver")))
    #expect(walk.failure?.exitStatus == .mixAndMatch)
  }

  @Test func `T17 two clients that were shown different documents find out`() throws {
    let (old, new) = twoStates()
    let mine = try new.currentClient()
    #expect(mine.disagreement(with: mine) == nil)
    #expect(mine.disagreement(with: try old.currentClient()) == nil)
    // One victim is shown an extra release under the same versions.
    var victim = new
    victim.releases.releases.append(Repository.release(.driver, 59))
    victim.snapshotVersion -= 1
    victim.timestampVersion -= 1
    victim.publish()
    let theirs = try victim.currentClient()
    #expect(mine.disagreement(with: theirs) == .timestamp)
    var later = victim
    later.stamp()
    let older = later.refresh(theirs).trusted
    #expect(mine.disagreement(with: older) == .snapshot)
    #expect(older.disagreement(with: mine) == .snapshot)
  }

  @Test func `T41 a brake file that the timestamp promises cannot be withheld or replaced by an old one`() throws {
    var repository = Repository()
    let trusted = try repository.currentClient()
    repository.brake(1, halts: [Halt(component: .driver, serial: 57, ppm: 1000, reason: text("NT-1"))])
    let first = repository.files[repository.brakePath(1)]!
    repository.brake(1, halts: [Halt(component: .driver, serial: 57, reason: text("NT-2"))])
    repository.stamp()
    for served: [UInt8]? in [nil, first, [], text("{}")] {
      var mirror = repository
      mirror.files[repository.brakePath(1)] = served
      let walk = mirror.refresh(trusted)
      #expect(walk.failure?.reason == .brakeMissing)
      #expect(walk.failure?.exitStatus == .mixAndMatch)
      #expect(walk.trusted.fault(systemClock: mirror.now)?.reason == .brakeMissing)
    }
    let walk = repository.refresh(trusted)
    #expect(walk.failure == nil)
    #expect(walk.trusted.brakeCap(.driver, 57, systemClock: repository.now) == 0)
  }
}
