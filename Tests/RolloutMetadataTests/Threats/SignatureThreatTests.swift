import Octets
import RolloutMetadata
import Testing

/// A mirror or a thief that changes, forges or mixes up what is signed.
struct SignatureThreatTests {
  @Test func `T01 a file with one bit flipped is refused, and so is one that nobody signed`() throws {
    let repository = Repository()
    let trusted = try repository.currentClient()
    var changed = repository
    changed.now = changed.now + hour
    changed.stamp()
    let file = changed.files["timestamp.json"]!
    for bit in stride(from: 0, to: file.count * 8, by: 37) {
      var flipped = file
      flipped[bit / 8] ^= 1 << UInt8(bit % 8)
      changed.files["timestamp.json"] = flipped
      let walk = changed.refresh(trusted)
      #expect(walk.failure != nil, "bit \(bit)")
      #expect(walk.trusted.timestamp == trusted.timestamp)
    }
    let envelope = try #require(Envelope(parsing: file))
    changed.files["timestamp.json"] =
      Envelope(payload: envelope.payload, payloadType: envelope.payloadType).file
    #expect(changed.refresh(trusted).failure?.exitStatus == .belowThreshold)
    // The payload replaced under the signature of another.
    let other = try #require(Envelope(parsing: repository.files["timestamp.json"]!))
    changed.files["timestamp.json"] =
      Envelope(payload: envelope.payload, payloadType: envelope.payloadType, signatures: other.signatures).file
    #expect(changed.refresh(trusted).failure == MetadataError(.badSignature, .timestamp))
  }

  @Test func `T01 an artifact is known by its digest alone`() throws {
    let trusted = try Repository().currentClient()
    var digest = hex32(57)
    #expect(trusted.artifact(digest)?.release.serial == 57)
    digest[31] ^= 1
    #expect(trusted.artifact(digest) == nil)
  }

  @Test func `T02 a mirror that serves whatever it likes changes nothing that is trusted`() throws {
    let repository = Repository()
    let trusted = try repository.currentClient()
    var random = SeededGenerator()
    let originals = repository.files.values.sorted { $0.lexicographicallyPrecedes($1) }
    for _ in 0..<300 {
      let walk = MetadataRefresh.run(trusted, systemClock: repository.now) { path, limit in
        if string(path).hasSuffix("root.json") && random.below(2) == 0 { return nil }
        let original = originals[random.below(originals.count)]
        var file = random.mutation(of: original)
        // A change may by chance change nothing, and what is as it was is accepted.
        if file == original { file.append(0x20) }
        return random.below(8) == 0 ? [UInt8](repeating: 0x20, count: limit + 1) : file
      }
      let failure = try #require(walk.failure, random.note)
      #expect((20...26).contains(failure.exitStatus.rawValue), "\(failure) \(random.note)")
      #expect(walk.trusted == trusted, random.note)
    }
  }

  @Test func `T02 more than the limit is refused whatever it is`() throws {
    let repository = Repository()
    for role in Role.allCases {
      let long = [UInt8](repeating: 0x20, count: role.lengthLimit + 1)
      #expect(
        thrown { () throws(MetadataError) in try Envelope(long, as: role) } == MetadataError(.lengthExceeded, role))
      let full = [UInt8](repeating: 0x20, count: role.lengthLimit)
      #expect(
        thrown { () throws(MetadataError) in try Envelope(full, as: role) } == MetadataError(.envelopeMalformed, role))
    }
    var changed = repository
    changed.files["timestamp.json"] = [UInt8](repeating: 0x20, count: (64 << 10) + 1)
    #expect(changed.refresh(try repository.client()).failure?.exitStatus == .malformed)
  }

  @Test func `T11 with the online keys alone nothing can be introduced`() throws {
    let repository = Repository()
    let trusted = try repository.currentClient()
    var thief = repository
    thief.releases.version += 1
    thief.releases.releases.append(Repository.release(.driver, 58))
    thief.releaseKeys = [thief.timestampKey, thief.snapshotKey, SigningKey(99)]
    thief.publish()
    let walk = thief.refresh(trusted)
    #expect(walk.failure == MetadataError(.belowThreshold, .releases))
    #expect(walk.failure?.exitStatus == .belowThreshold)
    #expect(walk.trusted.releases == trusted.releases && walk.trusted.rollout == trusted.rollout)
    // Nor raised.
    thief = repository
    thief.rollout.version += 1
    thief.rollout.offers[0].ppm = 1_000_000
    thief.releaseKeys = [thief.timestampKey, thief.snapshotKey, SigningKey(99)]
    thief.publish()
    #expect(thief.refresh(trusted).failure?.exitStatus == .belowThreshold)
  }

  @Test func `T11 a root that shares a key between online and offline roles is refused`() throws {
    var repository = Repository()
    repository.releaseKeys[0] = repository.timestampKey
    let root = repository.signedRoot(by: repository.rootKeys)
    #expect(thrown { () throws(MetadataError) in try TrustedSet(root: root) }?.reason == .malformed)
  }

  @Test func `T12 one release key is not enough, and two are`() throws {
    var repository = Repository()
    let trusted = try repository.currentClient()
    repository.rollout.version += 1
    repository.rollout.offers[0].ppm = 100_000
    let keys = repository.releaseKeys
    var alone = repository
    alone.releaseKeys = keys
    for key in keys {
      alone.files["2.rollout.json"] = alone.signed(alone.rollout.payload, .rollout, by: [key])
      alone.publish(alone.listed)
      #expect(alone.refresh(trusted).failure == MetadataError(.belowThreshold, .rollout))
    }
    repository.publish()
    let walk = repository.refresh(trusted)
    #expect(walk.failure == nil)
    #expect(walk.trusted.rollout?.document.offers[0].ppm == 100_000)
  }

  @Test func `T12 a root in which one key introduces something is refused`() throws {
    let repository = Repository()
    for role in [Role.root, .releases, .rollout] {
      let full = repository.root(version: 1)
      let roles = zip(Role.ofRepository, full.roles).map { $0 == role ? RoleKeys($1.keys, threshold: 1) : $1 }
      let root = Root(version: 1, created: full.created, expires: full.expires, roles: roles)
      let file = repository.signed(root.payload, .root, by: repository.rootKeys)
      let error = thrown { () throws(MetadataError) in try TrustedSet(root: file) }
      #expect(error?.reason == .malformed, "\(role)")
    }
  }

  @Test func `T12 a brake only ever takes away`() throws {
    var repository = Repository()
    var random = SeededGenerator()
    var trusted = try repository.currentClient()
    let offer = try #require(trusted.rollout?.document.offers.first)
    var last = trusted.effectivePPM(offer, systemClock: repository.now)
    for _ in 0..<60 {
      let key = random.below(3)
      let halts = (0..<random.below(4)).map { _ in
        Halt(
          component: .driver, serial: UInt64(55 + random.below(3)), ppm: UInt32(random.below(60_000)),
          reason: text("NT-\(random.below(10))"))
      }
      repository.brake(key, halts: halts)
      repository.stamp()
      let walk = repository.refresh(trusted)
      #expect(walk.failure == nil && walk.warnings.isEmpty, random.note)
      trusted = walk.trusted
      let ppm = trusted.effectivePPM(offer, systemClock: repository.now)
      #expect(ppm <= last && ppm <= offer.ppm, random.note)
      last = ppm
    }
    #expect(last < offer.ppm)
  }

  @Test func `T14 a key that signed twice counts once`() throws {
    var repository = Repository()
    let trusted = try repository.currentClient()
    repository.rollout.version += 1
    let key = repository.releaseKeys[1]
    repository.releaseKeys = [key, key]
    repository.publish()
    // Both files are signed twice by one key.
    let walk = repository.refresh(trusted)
    #expect(walk.failure?.exitStatus == .belowThreshold)
    let envelope = try #require(Envelope(parsing: repository.files["2.rollout.json"]!))
    #expect(envelope.signatures.count == 2)
  }

  @Test func `T14 a second identifier for one key is refused`() throws {
    let repository = Repository()
    let payload = string(repository.root(version: 1).payload)
    let key = repository.releaseKeys[0].publicKey
    let name = string(key.identifier.hexadecimal)
    let other = String(repeating: "0", count: 64)
    let twice = payload.replacing("\"keys\":{", with: "\"keys\":{\"\(other)\":\"\(string(key.bytes.hexadecimal))\",")
    for changed in [payload.replacing("\"\(name)\":", with: "\"\(other)\":"), twice] {
      #expect(changed != payload)
      let file = repository.signed(text(changed), .root, by: repository.rootKeys)
      #expect(thrown { () throws(MetadataError) in try TrustedSet(root: file) } != nil)
    }
    #expect(throws: MetadataError(.malformed, .root, at: text("keys." + other))) {
      try Root(payload: text(twice))
    }
  }

  @Test func `T15 what was signed as one kind of document is none of another`() throws {
    let repository = Repository()
    let trusted = try repository.currentClient()
    // The same bytes, called something else: the signatures cover the type.
    var served = repository
    served.now = served.now + hour
    served.stamp()
    let envelope = try #require(Envelope(parsing: served.files["timestamp.json"]!))
    served.files["timestamp.json"] =
      Envelope(payload: envelope.payload, payloadType: Role.snapshot.payloadType, signatures: envelope.signatures).file
    #expect(served.refresh(trusted).failure == MetadataError(.wrongType, .timestamp))
    // Signed as releases, and called a rollout: both are the same keys' business.
    let releases = try #require(Envelope(parsing: repository.files["1.releases.json"]!))
    let renamed = Envelope(
      payload: releases.payload, payloadType: Role.rollout.payloadType, signatures: releases.signatures)
    let keys = repository.keys(repository.releaseKeys, 2)
    let error = thrown { () throws(MetadataError) in try renamed.verify(keys, as: .rollout) }
    #expect(error == MetadataError(.badSignature, .rollout))
    #expect(error?.exitStatus == .badSignature)
  }

  @Test func `T15 what the payload says it is has to be what it is signed as`() throws {
    let repository = Repository()
    let rollout = repository.rollout.payload
    let error = thrown { () throws(MetadataError) in try Releases(payload: rollout) }
    #expect(error == MetadataError(.wrongType, .releases))
    let brake = Brake(version: 1, expires: repository.now + day).payload
    let asTimestamp = repository.signed(brake, .timestamp, by: [repository.timestampKey])
    var served = repository
    served.files["timestamp.json"] = asTimestamp
    #expect(served.refresh(try repository.client()).failure?.exitStatus == .badSignature)
  }
}
