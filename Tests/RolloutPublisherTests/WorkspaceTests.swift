import Foundation
import Octets
import RolloutMetadata
import RolloutPublisher
import Testing

struct WorkspaceTests {
  private let day: Int64 = 86_400

  @Test func `a first root waits for its threshold`() throws {
    let desk = try Desk()
    try desk.initialise()
    try desk.sign("r1")
    #expect(try desk.workspace.waiting().map(\.signatures) == [1])
    #expect(thrown { () throws(PublisherError) in try desk.publish() }?.status == .belowThreshold)
    // The same key once more is still one.
    try desk.sign("r1")
    #expect(try desk.workspace.waiting().map(\.signatures) == [1])
    try desk.sign("r3")
    #expect(try desk.publish().files == ["1.root.json"])
    #expect(try desk.workspace.waiting() == [])
  }

  @Test func `a root that a client would not accept is not written`() throws {
    let desk = try Desk()
    let keys = try (0..<8).map { try desk.makeKey("k\($0)") }
    func fault(_ change: (inout [Role: RoleKeys]) -> Void) -> PublisherError? {
      var roles: [Role: RoleKeys] = [
        .root: RoleKeys([keys[0], keys[1]], threshold: 2), .releases: RoleKeys([keys[2], keys[3]], threshold: 2),
        .rollout: RoleKeys([keys[2], keys[3]], threshold: 2), .timestamp: RoleKeys([keys[4]], threshold: 1),
        .snapshot: RoleKeys([keys[5]], threshold: 1), .brake: RoleKeys([keys[6]], threshold: 1),
        .evidence: RoleKeys([keys[7]], threshold: 1),
      ]
      change(&roles)
      let workspace = Workspace(folder: desk.path(UUID().uuidString))
      return thrown { () throws(PublisherError) in try workspace.initialise(roles, now: desk.now) }
    }
    #expect(fault { _ in } == nil)
    #expect(fault { $0[.root] = RoleKeys([keys[0], keys[1]], threshold: 1) }?.status == .policy)
    #expect(fault { $0[.root] = RoleKeys([keys[0], keys[1]], threshold: 3) }?.status == .policy)
    #expect(fault { $0[.root] = RoleKeys([keys[0], keys[0]], threshold: 2) }?.status == .policy)
    #expect(fault { $0[.rollout] = RoleKeys([keys[2], keys[4]], threshold: 2) }?.status == .policy)
    #expect(fault { $0[.brake] = RoleKeys([keys[6], keys[7]], threshold: 2) }?.status == .policy)
    #expect(fault { $0[.evidence] = nil }?.status == .usage)
  }

  @Test func `two keys go: a rollout with one signature is not published, and the repository stays as it was`() throws {
    let desk = try Desk()
    try desk.publishTwoReleases()
    try desk.workspace.offer(.portable, 2, in: .stable, ppm: 500_000, step: nil, now: desk.now)
    try desk.sign("a")
    let publication = try desk.publish()
    #expect(publication.files == ["timestamp.json"])
    #expect(publication.waiting.map(\.role) == [.rollout])
    #expect(publication.trusted.rollout?.document.offers[0].ppm == 100_000)
    try desk.sign("c")
    #expect(try desk.publish().trusted.rollout?.document.offers[0].ppm == 500_000)
    // A change of the draft takes its signatures away.
    try desk.workspace.offer(.portable, 2, in: .stable, ppm: 600_000, step: nil, now: desk.now)
    try desk.sign("a", "b")
    try desk.workspace.offer(.portable, 2, in: .stable, ppm: 700_000, step: nil, now: desk.now)
    #expect(try desk.workspace.waiting().map(\.signatures) == [0])
  }

  @Test func `an offer keeps its salt and its start while its share stays`() throws {
    let desk = try Desk()
    try desk.publishTwoReleases()
    let first = try #require(try desk.workspace.published(Rollout.self)?.offers.first)
    desk.now = desk.now + day
    try desk.workspace.offer(.portable, 2, in: .stable, ppm: 250_000, step: nil, now: desk.now)
    let second = try #require(try desk.workspace.draft(Rollout.self)?.offers.first)
    #expect(second.salt == first.salt && second.step == first.step + 1 && second.startedAt == desk.now)
    try desk.workspace.offer(.portable, 1, in: .stable, ppm: 1_000_000, step: nil, now: desk.now)
    let offers = try #require(try desk.workspace.draft(Rollout.self)).offers
    #expect(offers.map(\.serial) == [2, 1])
    #expect(offers[0].salt != offers[1].salt)
    let error = thrown { () throws(PublisherError) in
      try desk.workspace.offer(.portable, 3, in: .stable, ppm: 1, step: nil, now: desk.now)
    }
    #expect(error?.description.contains("not among the releases") == true)
  }

  @Test func `one key stops, and only two let go`() throws {
    let desk = try Desk()
    try desk.publishTwoReleases()
    let halt = Halt(component: .portable, serial: 2, reason: octets("NT-1"))
    let publication = try desk.workspace.brake(
      halts: [halt], holds: [], lasting: 14, key: try SecretKey(file: desk.path("br1")),
      timestampKey: try SecretKey(file: desk.path("ts")), now: desk.now)
    #expect(publication.files.last == "timestamp.json")
    func share() throws -> UInt32? {
      let walk = try desk.workspace.verify(now: desk.now)
      #expect(walk.failure == nil && walk.warnings.isEmpty)
      return walk.trusted.rollout.map { walk.trusted.effectivePPM($0.document.offers[0], systemClock: desk.now) }
    }
    #expect(try share() == 0)
    // Another halt keeps the first.
    _ = try desk.workspace.brake(
      halts: [Halt(component: .portable, serial: 1, ppm: 5, reason: octets("NT-2"))], holds: [], lasting: 3,
      key: try SecretKey(file: desk.path("br1")), timestampKey: nil, now: desk.now)
    #expect(try desk.workspace.brakes().first?.brake.halts.count == 2)
    #expect(try share() == 0)
    try desk.workspace.editRollout(now: desk.now) { (rollout) throws(PublisherError) in
      rollout.lifts = [octets("NT-1")]
    }
    try desk.sign("a")
    try desk.publish()
    #expect(try share() == 0)
    try desk.sign("b")
    try desk.publish()
    #expect(try share() == 100_000)
    // What is lifted would not be heeded, and is not published.
    func fault(_ reason: String) -> PublisherError? {
      thrown { () throws(PublisherError) in
        try desk.workspace.brake(
          halts: [Halt(component: .portable, serial: 2, reason: octets(reason))], holds: [], lasting: 14,
          key: try SecretKey(file: desk.path("br1")), timestampKey: nil, now: desk.now
        ).files
      }
    }
    #expect(fault("NT-1")?.description.contains("NT-1 is lifted") == true)
    #expect(try share() == 100_000)
    #expect(fault("NT-3") == nil)
    #expect(try share() == 0)
  }

  @Test func `a key that is no brake key cannot stop anything, and a brake has its limits`() throws {
    let desk = try Desk()
    try desk.publishTwoReleases()
    func fault(_ key: String, _ days: Int64, halts: Int = 1) -> PublisherError? {
      thrown { () throws(PublisherError) in
        try desk.workspace.brake(
          halts: (0..<halts).map { Halt(component: .portable, serial: 2, reason: octets("NT-\($0)")) }, holds: [],
          lasting: days, key: try SecretKey(file: desk.path(key)), timestampKey: nil, now: desk.now
        ).files
      }
    }
    #expect(fault("a", 14)?.status == .belowThreshold)
    #expect(fault("br1", 15)?.status == .usage && fault("br1", 0)?.status == .usage)
    #expect(fault("br2", 14, halts: 65)?.status == .failure)
    #expect(fault("br2", 14, halts: 64) == nil)
    #expect(fault("br1", 1) == nil)
  }

  @Test func `keys are rotated with old and new signatures, and what they signed is signed again`() throws {
    let desk = try Desk()
    try desk.publishTwoReleases()
    let old = try PublicKey(file: desk.path("a"))
    let new = try desk.makeKey("d")
    for role in [Role.releases, .rollout] {
      try desk.workspace.rotate(role, adding: [new], removing: [old.identifier], threshold: nil, now: desk.now)
    }
    try desk.sign("r1")
    #expect(thrown { () throws(PublisherError) in try desk.publish() } == nil)
    #expect(try desk.workspace.published(Root.self)?.version == 1)
    try desk.sign("r2")
    // The rollout was signed by a and b, of which only b is left.
    #expect(thrown { () throws(PublisherError) in try desk.publish() }?.status == .belowThreshold)
    #expect(try desk.workspace.published(Root.self)?.version == 1)
    try desk.workspace.editReleases(now: desk.now) { (_) throws(PublisherError) in }
    try desk.workspace.editRollout(now: desk.now) { (_) throws(PublisherError) in }
    try desk.sign("b", "d")
    try desk.publish()
    #expect(try desk.workspace.published(Root.self)?.version == 2)
    #expect(try desk.workspace.verify(now: desk.now).failure == nil)
    // The old key has no say any more.
    try desk.workspace.editRollout(now: desk.now) { (_) throws(PublisherError) in }
    #expect(try desk.workspace.sign(with: try SecretKey(file: desk.path("a"))) == [])
  }

  @Test func `root keys are replaced altogether by signatures of both`() throws {
    let desk = try Desk()
    try desk.publishTwoReleases()
    var removed: [Octets32] = []
    for name in ["r1", "r2", "r3"] { removed.append(try PublicKey(file: desk.path(name)).identifier) }
    let added = [try desk.makeKey("s1"), try desk.makeKey("s2")]
    try desk.workspace.rotate(.root, adding: added, removing: removed, threshold: nil, now: desk.now)
    try desk.sign("s1", "s2")
    #expect(thrown { () throws(PublisherError) in try desk.publish() }?.status == .belowThreshold)
    try desk.sign("r1", "r3")
    try desk.publish()
    #expect(try desk.workspace.verify(now: desk.now).trusted.root.document.version == 2)
  }

  @Test func `what is released never changes, and is checked to the byte`() throws {
    let desk = try Desk()
    try desk.publishTwoReleases()
    #expect(throws: PublisherError.self) { try desk.add(2) }
    let trusted = try desk.workspace.verify(now: desk.now).trusted
    #expect(try desk.workspace.verifyArtifacts(of: trusted) == 2)
    let artifact = try #require(trusted.releases?.document.releases[0].artifacts[0])
    try Data("release X".utf8).write(to: URL(filePath: desk.workspace.repository + "/" + string(artifact.path)))
    let error = thrown { () throws(PublisherError) in try desk.workspace.verifyArtifacts(of: trusted) }
    #expect(error?.status == .badSignature)
    #expect(error?.description.contains("needletail-1.tar") == true)
  }

  @Test func `a repository that is not stamped for a day has expired, and stamping it is enough`() throws {
    let desk = try Desk()
    try desk.publishTwoReleases()
    desk.now = desk.now + day
    #expect(try desk.workspace.verify(now: desk.now).failure == MetadataError(.expired, .timestamp))
    #expect(try desk.publish().files == ["timestamp.json"])
    #expect(try desk.workspace.verify(now: desk.now).failure == nil)
    // In the second half of its week the snapshot is signed anew as well.
    desk.now = desk.now + 3 * day
    #expect(try desk.publish().files == ["2.snapshot.json", "timestamp.json"])
    // A rollout with an open step lives a week.
    desk.now = desk.now + 3 * day
    #expect(thrown { () throws(PublisherError) in try desk.publish() }?.status == .expired)
    try desk.workspace.editRollout(now: desk.now) { (_) throws(PublisherError) in }
    try desk.sign("b", "c")
    try desk.publish()
  }

  @Test func `evidence and reports are kept, and a change of state restarts the silence`() throws {
    let desk = try Desk()
    try desk.publishTwoReleases()
    let digest = Octets32(repeating: 1)
    let report = Report(
      id: octets("R1"), openedAt: desk.now, changedAt: desk.now, component: .portable, serial: 2, severity: .blocking,
      state: .open, stratum: octets("any"), isReproduced: false, sources: [octets("me")], digest: digest)
    try desk.workspace.open(report, now: desk.now)
    #expect(thrown { () throws(PublisherError) in try desk.workspace.open(report, now: desk.now) }?.status == .failure)
    try desk.workspace.record(
      Exposure(
        component: .portable, serial: 2, installs: 10, installDays: 30, lastBuildAt: desk.now, testRunDigest: digest,
        buildRecipe: octets("make")), now: desk.now)
    try desk.sign("ev")
    try desk.publish()
    desk.now = desk.now + 60
    try desk.workspace.change(octets("R1"), to: .fixed(in: 3), reproduced: true, now: desk.now)
    #expect(
      thrown { () throws(PublisherError) in
        try desk.workspace.change(octets("R1"), to: .duplicate(of: octets("R9")), reproduced: nil, now: desk.now)
      }?.status == .failure)
    try desk.sign("ev")
    let trusted = try desk.publish().trusted
    let kept = try #require(trusted.evidence?.document.reports.first)
    #expect(kept.changedAt == desk.now && kept.state == .fixed(in: 3) && kept.isReproduced)
    #expect(trusted.evidence?.document.exposure(.portable, 2)?.installs == 10)
  }

  @Test func `a damaged client file is said to be damaged`() throws {
    let desk = try Desk()
    try desk.publishTwoReleases()
    try Data("{}".utf8).write(to: URL(filePath: desk.workspace.folder + "/client.json"))
    let error = thrown { () throws(PublisherError) in try desk.publish() }
    #expect(error?.status == .malformed)
    #expect(error?.description.contains("client.json") == true)
  }
}
