import Octets
import RolloutMetadata
import Testing

/// What a thief of one brake key can do, and what the owner of another still can.
struct BrakeThreatTests {
  private func halt(_ serial: UInt64 = 57, ppm: UInt32 = 0, _ reason: String = "NT-1") -> Halt {
    Halt(component: .driver, serial: serial, ppm: ppm, reason: text(reason))
  }

  @Test func `T13 whatever is braked ends within 14 days, or when two keys say so`() throws {
    var repository = Repository()
    let trusted = try repository.currentClient()
    for lasting in [15, 16] as [Int64] {
      var thief = repository
      thief.brake(0, halts: [halt()], lasting: lasting)
      let walk = thief.refresh(trusted)
      // A day's grace is for clocks.
      let isFine = lasting == 15
      #expect(walk.warnings.isEmpty == isFine)
      #expect(walk.trusted.brakeCap(.driver, 57, systemClock: thief.now) == (isFine ? 0 : 1_000_000))
    }
    repository.brake(0, halts: [55, 56, 57].map { halt($0) }, lasting: 14)
    let braked = repository.refresh(trusted).trusted
    let end = repository.now + 14 * day
    #expect(braked.brakeCap(.driver, 57, systemClock: end + -1) == 0)
    #expect(braked.brakeCap(.driver, 57, systemClock: end) == 1_000_000)
    // What is installed is as valid as ever.
    #expect(braked.artifact(hex32(56)) != nil)
    repository.rollout.version += 1
    repository.rollout.lifts = [text("NT-1")]
    repository.publish()
    let lifted = repository.refresh(braked)
    #expect(lifted.failure == nil)
    #expect(lifted.trusted.brakeCap(.driver, 57, systemClock: repository.now) == 1_000_000)
  }

  @Test func `T44 a later file of the same key lifts nothing by leaving it out`() throws {
    var repository = Repository()
    var trusted = try repository.currentClient()
    repository.brake(0, halts: [halt()])
    repository.stamp()
    trusted = repository.refresh(trusted).trusted
    for next: [Halt] in [[], [halt(ppm: 1_000_000)], [halt(56)]] {
      repository.brake(0, halts: next)
      repository.stamp()
      let walk = repository.refresh(trusted)
      #expect(walk.failure == nil && walk.warnings.isEmpty)
      trusted = walk.trusted
      #expect(trusted.brakeCap(.driver, 57, systemClock: repository.now) == 0)
    }
  }

  @Test func `T44 a key's thief can neither jump to the last version nor silence the other keys`() throws {
    var repository = Repository()
    let trusted = try repository.currentClient()
    for (version, isFine): (UInt64, Bool) in [(1000, true), (1001, false), (1 << 63, false), (.max, false)] {
      var thief = repository
      thief.brake(0, halts: [], version: version)
      thief.brakeVersions[0] = nil
      let walk = thief.refresh(trusted)
      let expected: [MetadataRefresh.Warning] =
        isFine ? [] : [.brakeRefused(thief.brakeKeys[0].identifier, MetadataError(.versionJump, .brake))]
      #expect(walk.warnings == expected)
      #expect(walk.trusted.brakes.version(of: thief.brakeKeys[0].identifier) == (isFine ? version : 0))
      #expect(walk.failure == nil)
    }
    // A client that comes late takes the version the timestamp promises.
    var late = repository
    late.brake(0, halts: [halt()], version: 5000)
    late.stamp()
    #expect(late.refresh(trusted).failure == nil)
    // The others still stop.
    repository.brake(0, halts: [], version: 900)
    repository.brake(1, halts: [halt()])
    repository.stamp()
    let walk = repository.refresh(trusted)
    #expect(walk.failure == nil)
    #expect(walk.trusted.brakeCap(.driver, 57, systemClock: repository.now) == 0)
  }

  @Test func `T44 a key cannot brake in the name of another`() throws {
    var repository = Repository()
    let trusted = try repository.currentClient()
    let brake = Brake(version: 1, expires: repository.now + day, halts: [halt()])
    for thief in [repository.brakeKeys[1], repository.timestampKey, repository.releaseKeys[0]] {
      repository.files[repository.brakePath(0)] = repository.signed(brake.payload, .brake, by: [thief])
      let walk = repository.refresh(trusted)
      #expect(walk.trusted.brakes.version(of: repository.brakeKeys[0].identifier) == 0)
      #expect(walk.warnings.count == 1)
    }
  }

  @Test func `T44 a flood of entries pushes out none, of whatever key`() throws {
    var repository = Repository()
    var trusted = try repository.currentClient()
    repository.brake(1, halts: [halt()], lasting: 1)
    repository.brake(0, halts: [halt(56)], lasting: 1)
    trusted = repository.refresh(trusted).trusted
    for round in 0..<10 {
      repository.brake(0, halts: (0..<64).map { halt(57, ppm: 1, "NT-\(round)-\($0)") })
      trusted = repository.refresh(trusted).trusted
    }
    let mine = repository.brakeKeys[0].identifier
    #expect(trusted.brakes.halts.count { $0.key == mine } == BrakeState.entryLimit)
    #expect(trusted.brakeCap(.driver, 57, systemClock: repository.now) == 0)
    #expect(trusted.brakeCap(.driver, 56, systemClock: repository.now) == 0)
  }

  @Test func `T44 one file holds 64 halts and no more`() {
    for (count, isFine) in [(64, true), (65, false)] {
      let payload = Brake(
        version: 1, expires: time("2027-01-15T00:00:00Z"), halts: (0..<count).map { halt(UInt64($0 + 1)) }
      ).payload
      #expect((thrown { () throws(MetadataError) in try Brake(payload: payload) } == nil) == isFine)
    }
  }

  @Test func `brakes count even when the timestamp is refused`() throws {
    var repository = Repository()
    let trusted = try repository.currentClient()
    repository.brake(2, halts: [halt()])
    let walk = repository.refresh(trusted, at: repository.now + 2 * day)
    #expect(walk.failure == MetadataError(.expired, .timestamp))
    #expect(walk.trusted.brakeCap(.driver, 57, systemClock: repository.now + 2 * day) == 0)
  }

  @Test func `a brake's holds are in force as the rollout's are`() throws {
    var repository = Repository()
    let hold = Hold(
      id: text("NT-HOLD-1"), component: .driver, serials: SerialRange(56, 57)!, predicate: everyone, category: .likely,
      expires: repository.now + 20 * day)
    repository.brake(0, holds: [hold], lasting: 7)
    let trusted = try repository.currentClient()
    #expect(trusted.holds(systemClock: repository.now) == [hold])
    #expect(trusted.holds(systemClock: repository.now + 7 * day) == [])
  }
}
