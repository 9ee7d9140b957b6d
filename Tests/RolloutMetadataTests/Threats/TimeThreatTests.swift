import Octets
import RolloutMetadata
import Testing

/// Freezing, replay, wrong clocks and stolen online keys.
struct TimeThreatTests {
  @Test func `T05 each file stops new decisions when it expires, and not a second before`() throws {
    let repository = Repository()
    let trusted = try repository.currentClient()
    let edges: [(Role, UTCTime)] = [
      (.timestamp, trusted.timestamp!.document.expires), (.snapshot, trusted.snapshot!.document.expires),
      (.releases, trusted.releases!.document.expires), (.rollout, trusted.rollout!.document.expires),
    ]
    for (role, edge) in edges {
      // A mirror that is frozen but for the frame, which the online keys renew.
      for (clock, isOver) in [(edge + -1, false), (edge, true)] {
        var mirror = repository
        mirror.now = clock
        if role != .timestamp && role != .snapshot {
          mirror.publish(repository.listed, lasting: 6)
        } else if role == .snapshot {
          mirror.stamp()
        }
        let walk = mirror.refresh(trusted)
        let expected = isOver ? MetadataError(.expired, role) : nil
        if role == .releases && clock >= trusted.rollout!.document.expires {
          #expect((walk.failure?.role == .releases) == isOver)
        } else {
          #expect(walk.failure == expected, "\(role) \(isOver)")
        }
        if isOver { #expect(walk.failure?.exitStatus == .expired) }
        // What is installed is verified all the same.
        #expect(walk.trusted.artifact(hex32(57)) != nil)
      }
    }
    var mirror = repository
    mirror.now = trusted.root.document.expires
    #expect(mirror.refresh(trusted).failure == MetadataError(.expired, .root))
  }

  @Test func `T05 a mirror that brings nothing newer is noticed`() throws {
    let repository = Repository()
    let trusted = try repository.currentClient()
    let since = trusted.timestamp!.document.created
    #expect(trusted.frozenSince(systemClock: since + 72 * hour) == nil)
    #expect(trusted.frozenSince(systemClock: since + (72 * hour + 1)) == since)
    #expect(trusted.frozenSince(systemClock: since + 2 * hour, hours: 1) == since)
  }

  @Test func `T06 a week-old set is refused by a client that is older still`() throws {
    let repository = Repository()
    let client = try repository.client()
    #expect(repository.refresh(client).failure == nil)
    let walk = repository.refresh(client, at: repository.now + 7 * day)
    #expect(walk.failure == MetadataError(.expired, .timestamp))
    #expect(walk.failure?.exitStatus == .expired)
    #expect(walk.trusted.rollout == nil)
  }

  @Test func `T06 documents live no longer than their kind may`() throws {
    let repository = Repository()
    let now = repository.now
    func refused(_ change: (inout Repository) -> Void) throws -> MetadataError? {
      var changed = repository
      change(&changed)
      return changed.refresh(try repository.client()).failure
    }
    #expect(
      try refused {
        $0.rollout.expires = now + 8 * day
        $0.publish()
      } == nil)
    #expect(
      try refused {
        $0.rollout.expires = now + (8 * day + 1)
        $0.publish()
      }
        == MetadataError(.expiresTooLate, .rollout, at: text("expires")))
    // With no step open it may be 35 days.
    #expect(
      try refused {
        $0.rollout.offers[0].ppm = 1_000_000
        $0.rollout.expires = now + 36 * day
        $0.publish()
      } == nil)
    #expect(
      try refused {
        $0.rollout.offers[0].ppm = 1_000_000
        $0.rollout.expires = now + (36 * day + 1)
        $0.publish()
      }
        != nil)
    #expect(try refused { $0.publish($0.listed, lasting: 8) } == nil)
    #expect(try refused { $0.publish($0.listed, lasting: 9) }?.role == .snapshot)
    #expect(
      try refused {
        $0.releases.expires = now + 90 * day
        $0.publish()
      } == nil)
    #expect(
      try refused {
        $0.releases.expires = now + (90 * day + 1)
        $0.publish()
      }?.place == text("expires"))
  }

  @Test func `T06 a hold lasts 180 days at most`() throws {
    var repository = Repository()
    func hold(_ seconds: Int64) -> Hold {
      Hold(
        id: text("NT-HOLD-3"), component: .driver, serials: SerialRange(57, 57)!, predicate: everyone, category: .known,
        expires: repository.now + seconds)
    }
    for (seconds, isFine) in [(181 * day, true), (181 * day + 1, false)] {
      repository.rollout.version += 1
      repository.rollout.holds = [hold(seconds)]
      repository.publish()
      let walk = repository.refresh(try repository.client())
      #expect((walk.failure == nil) == isFine)
      if !isFine { #expect(walk.failure?.place == text("holds[0].expires")) }
    }
  }

  @Test func `T07 versions that a thief took to the end are forgotten with the key`() throws {
    for isTimestamp in [true, false] {
      var repository = Repository()
      var trusted = try repository.currentClient()
      var thief = repository
      if isTimestamp { thief.timestampVersion = .max - 1 } else { thief.snapshotVersion = .max - 1 }
      thief.publish(repository.listed)
      trusted = thief.refresh(trusted).trusted
      #expect((isTimestamp ? trusted.timestamp?.document.version : trusted.snapshot?.document.version) == .max)
      repository.now = repository.now + hour
      repository.publish()
      repository.stamp()
      #expect(repository.refresh(trusted).failure?.exitStatus == .rollbackAttack)
      // Two root keys give the role another key.
      if isTimestamp { repository.timestampKey = SigningKey(77) } else { repository.snapshotKey = SigningKey(88) }
      repository.rotate()
      repository.publish()
      let walk = repository.refresh(trusted)
      #expect(walk.failure == nil)
      #expect(walk.trusted.timestamp?.document.version == repository.timestampVersion)
      // And the thief has nothing left.
      #expect(thief.refresh(walk.trusted).failure != nil)
    }
  }

  @Test func `T07 what a key signed that is no longer one has to be signed again`() throws {
    var repository = Repository()
    let trusted = try repository.currentClient()
    repository.releaseKeys = [SigningKey(44), SigningKey(45), SigningKey(46)]
    repository.rotate()
    repository.stamp()
    let walk = repository.refresh(trusted)
    #expect(walk.failure?.exitStatus == .belowThreshold)
    #expect(walk.trusted.fault(systemClock: repository.now) != nil)
    // The same documents, signed by the new keys.
    repository.publish()
    #expect(repository.refresh(walk.trusted).failure == nil)
  }

  @Test func `T18 a clock set back revives nothing`() throws {
    let repository = Repository()
    var later = repository
    later.now = later.now + 3 * day
    later.stamp()
    let trusted = later.refresh(try repository.currentClient()).trusted
    // The old timestamp was valid then.
    let clock = repository.now + -400 * day
    #expect(trusted.now(systemClock: clock) == later.now)
    #expect(trusted.isBehind(systemClock: clock))
    #expect(!trusted.isBehind(systemClock: later.now + -day) && trusted.isBehind(systemClock: later.now + (-day - 1)))
    var walk = later.refresh(trusted, at: clock)
    #expect(walk.failure == nil && walk.warnings == [.clockBehind])
    // By the floor, what has expired since stays expired.
    var old = repository
    old.timestampVersion = 100
    old.stamp()
    walk = old.refresh(trusted, at: clock)
    #expect(walk.failure == MetadataError(.expired, .timestamp))
    // A client that has seen nothing knows the time of its root.
    #expect(try repository.client().now(systemClock: UTCTime(seconds: 0)) == repository.now)
  }

  @Test func `T18 a clock that is years behind is said to be wrong`() throws {
    var repository = Repository()
    // A root made long ago, and documents of today seen by a clock of then.
    let today = repository.now
    repository.now = today + -300 * day
    repository.files["1.root.json"] = repository.signedRoot(by: repository.rootKeys)
    repository.now = today
    repository.publish()
    let walk = repository.refresh(try repository.client(), at: today + -300 * day)
    #expect(walk.failure?.reason == .expiresTooLate)
    #expect(walk.failure?.exitStatus == .clock)
  }

  @Test func `T19 a clock set far ahead stops new decisions only`() throws {
    let repository = Repository()
    let trusted = try repository.currentClient()
    let clock = repository.now + 3650 * day
    let walk = repository.refresh(trusted, at: clock)
    #expect(walk.failure?.exitStatus == .expired)
    #expect(walk.trusted == trusted)
    #expect(walk.trusted.artifact(hex32(57))?.release.serial == 57)
    // The clock set right again, all is as before.
    #expect(repository.refresh(walk.trusted).failure == nil)
    #expect(repository.refresh(walk.trusted).trusted.clockFloor == repository.now)
  }

  @Test func `T42 a time far ahead that a stolen online key signed goes with the key`() throws {
    var repository = Repository()
    let trusted = try repository.currentClient()
    var thief = repository
    thief.stamp(created: time("2099-01-01T00:00:00Z"))
    let hurt = thief.refresh(trusted).trusted
    // The floor moves a day at most, and never beyond the root.
    #expect(hurt.clockFloor == repository.now + day)
    // Again and again it goes no further while the clock of the machine does not.
    #expect(thief.refresh(hurt).trusted.clockFloor == repository.now + day)
    repository.timestampKey = SigningKey(77)
    repository.rotate()
    repository.publish()
    let walk = repository.refresh(hurt)
    #expect(walk.failure == nil)
    #expect(walk.trusted.clockFloor == repository.now)
  }

  @Test func `T42 the floor never passes the expiry of the root`() throws {
    var repository = Repository()
    let expires = repository.root(version: 1).expires
    let client = try repository.currentClient()
    repository.now = expires + -hour
    repository.timestampVersion += 1
    repository.stamp(created: expires + 20 * hour)
    let trusted = repository.refresh(client).trusted
    #expect(trusted.clockFloor == expires)
  }
}

extension Repository {
  /// The files of the newest snapshot.
  var listed: [Snapshot.File] {
    [
      .init(role: .releases, version: releases.version, file: files["\(releases.version).releases.json"]!),
      .init(role: .rollout, version: rollout.version, file: files["\(rollout.version).rollout.json"]!),
    ]
  }
}
