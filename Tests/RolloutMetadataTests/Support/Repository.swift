import Octets
import RolloutMetadata

/// A repository in memory, with all its keys: what a mirror serves, and what a thief of some of the keys could serve.
struct Repository {
  var now = time("2027-01-10T12:00:00Z")
  var rootKeys = [SigningKey(1), SigningKey(2), SigningKey(3)]
  var releaseKeys = [SigningKey(4), SigningKey(5), SigningKey(6)]
  var timestampKey = SigningKey(7)
  var snapshotKey = SigningKey(8)
  var brakeKeys = [SigningKey(9), SigningKey(10), SigningKey(11)]
  var evidenceKeys = [SigningKey(12), SigningKey(13)]

  var rootVersion: UInt64 = 1
  var timestampVersion: UInt64 = 0
  var snapshotVersion: UInt64 = 0
  var releases: Releases
  var rollout: Rollout
  var evidence: Evidence?
  /// The brake files' versions, by the place of their keys.
  var brakeVersions: [Int: UInt64] = [:]
  /// What the mirror serves, by path.
  var files: [String: [UInt8]] = [:]

  init() {
    releases = Releases(
      version: 1, created: now, expires: now + 60 * day,
      releases: [Self.release(.driver, 55), Self.release(.driver, 56), Self.release(.driver, 57)],
      floors: [.init(component: .driver, serial: 55)])
    rollout = Rollout(
      version: 1, expires: now + 6 * day,
      offers: [
        Offer(
          channel: .stable, component: .driver, serial: 57, ppm: 50_000, salt: Octets16(repeating: 1),
          startedAt: now + -5 * day, step: 2)
      ])
    files["1.root.json"] = signedRoot(by: rootKeys)
    publish()
  }

  static func release(_ component: Component, _ serial: UInt64) -> Release {
    let number = UInt8(truncatingIfNeeded: serial)
    return Release(
      component: component, serial: serial, version: text("1.4.\(serial)"), phase: .optIn,
      artifacts: [
        Artifact(
          name: text("needletail-\(serial).msi"), size: 1000 + serial, digest: hex32(number), system: text("windows"),
          architecture: text("x86_64"), kind: .msi)
      ], recipe: text("make msi"), buildDigest: hex32(number), notesDigest: hex32(number))
  }

  // What is signed, and by whom.

  func root(version: UInt64) -> Root {
    Root(
      version: version, created: now, expires: now + 365 * day,
      roles: [
        keys(rootKeys, 2), keys([timestampKey], 1), keys([snapshotKey], 1), keys(releaseKeys, 2), keys(releaseKeys, 2),
        keys(brakeKeys, 1), keys(evidenceKeys, 1),
      ])
  }

  func keys(_ keys: [SigningKey], _ threshold: Int) -> RoleKeys {
    RoleKeys(keys.map(\.publicKey).sorted { $0.identifier.precedes($1.identifier) }, threshold: threshold)
  }

  func signed(_ payload: [UInt8], _ role: Role, by keys: [SigningKey], type: [UInt8]? = nil) -> [UInt8] {
    var envelope = Envelope(payload: payload, payloadType: type ?? role.payloadType)
    for key in keys { envelope.signatures.append(.init(key: key.identifier, bytes: key.sign(envelope.signedBytes))) }
    return envelope.file
  }

  func signedRoot(by keys: [SigningKey]) -> [UInt8] { signed(root(version: rootVersion).payload, .root, by: keys) }

  /// Publishes the next root with the keys there are, signed by these and by `others`.
  mutating func rotate(with others: [SigningKey] = []) {
    rootVersion += 1
    files["\(rootVersion).root.json"] = signedRoot(by: rootKeys + others)
  }

  /// Puts a key's brake file on the mirror, with the next version.
  mutating func brake(
    _ key: Int, halts: [Halt] = [], holds: [Hold] = [], lasting days: Int64 = 10, version: UInt64? = nil
  ) {
    brakeVersions[key] = version ?? brakeVersions[key, default: 0] + 1
    let brake = Brake(version: brakeVersions[key]!, expires: now + days * day, halts: halts, holds: holds)
    files[brakePath(key)] = signed(brake.payload, .brake, by: [brakeKeys[key]])
  }

  func brakePath(_ key: Int) -> String { string(MetadataRefresh.brakePath(of: brakeKeys[key].identifier)) }

  /// Signs the releases, rollout and evidence there are, and a new snapshot and timestamp of them.
  mutating func publish() {
    let releasesFile = signed(releases.payload, .releases, by: Array(releaseKeys.prefix(2)))
    let rolloutFile = signed(rollout.payload, .rollout, by: Array(releaseKeys.suffix(2)))
    var list: [Snapshot.File] = [
      .init(role: .releases, version: releases.version, file: releasesFile),
      .init(role: .rollout, version: rollout.version, file: rolloutFile),
    ]
    files["\(releases.version).releases.json"] = releasesFile
    files["\(rollout.version).rollout.json"] = rolloutFile
    if let evidence {
      let file = signed(evidence.payload, .evidence, by: [evidenceKeys[0]])
      files["\(evidence.version).evidence.json"] = file
      list.append(.init(role: .evidence, version: evidence.version, file: file))
    }
    publish(list)
  }

  /// Signs a snapshot of these files and a timestamp of it.
  mutating func publish(_ list: [Snapshot.File], lasting days: Int64 = 6) {
    snapshotVersion += 1
    let snapshot = Snapshot(version: snapshotVersion, expires: now + days * day, files: list)
    files["\(snapshotVersion).snapshot.json"] = signed(snapshot.payload, .snapshot, by: [snapshotKey])
    stamp()
  }

  /// Signs a timestamp of the newest snapshot.
  mutating func stamp(created: UTCTime? = nil) {
    timestampVersion += 1
    let file = files["\(snapshotVersion).snapshot.json"] ?? []
    let created = created ?? now
    let timestamp = Timestamp(
      version: timestampVersion, created: created, expires: created + 23 * hour, snapshotVersion: snapshotVersion,
      snapshotDigest: blake2b256(file), snapshotLength: file.count,
      brakeMinimum: brakeVersions.map { .init(key: brakeKeys[$0.key].identifier, version: $0.value) })
    files["timestamp.json"] = signed(timestamp.payload, .timestamp, by: [timestampKey])
  }

  /// A client that has seen nothing but the first root.
  func client() throws -> TrustedSet { try TrustedSet(root: files["1.root.json"]!) }

  /// A client that is up to date.
  func currentClient() throws -> TrustedSet {
    let walk = refresh(try client())
    guard walk.failure == nil else { throw walk.failure! }
    return walk.trusted
  }

  /// What a client comes to with what the mirror serves.
  func refresh(_ trusted: TrustedSet, at clock: UTCTime? = nil) -> MetadataRefresh {
    MetadataRefresh.run(trusted, systemClock: clock ?? now) { path, _ in files[string(path)] }
  }
}

/// Everywhere, a condition that no machine escapes.
let everyone = Predicate.all([])
