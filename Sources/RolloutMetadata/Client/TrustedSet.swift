public import Octets

/// A document that was verified, and the bytes it came in. A value that never changes, behind a reference: what is trusted
/// is handed about a lot, and stacks are not the place for it.
public final class Trusted<Content: Document>: Equatable, Sendable {
  /// The document.
  public let document: Content
  /// Its payload, as signed.
  public let payload: [UInt8]
  /// The BLAKE2b-256 of the file, signatures and all; zero when it has to be fetched again, because the keys have changed.
  public let fileDigest: Octets32

  init(document: Content, payload: [UInt8], fileDigest: Octets32) {
    self.document = document
    self.payload = payload
    self.fileDigest = fileDigest
  }

  /// The same, which has to be fetched again.
  var outdated: Trusted { Trusted(document: document, payload: payload, fileDigest: Octets32()) }

  /// Equal when document and bytes are.
  public static func == (left: Trusted, right: Trusted) -> Bool {
    left === right
      || left.fileDigest == right.fileDigest && left.payload == right.payload && left.document == right.document
  }
}

/// What a client believes: it only ever changes through `MetadataRefresh`.
public struct TrustedSet: Equatable, Sendable {
  /// A salt that was seen, so that it cannot change.
  public struct Salt: Equatable, Sendable {
    let channel: Channel
    let component: Component
    let serial: UInt64
    let salt: Octets16
  }

  /// The root of trust.
  public internal(set) var root: Trusted<Root>
  /// The files of the last roots, the newest last, at most `rootHistoryLimit`.
  public internal(set) var rootFiles: [[UInt8]]
  /// The newest timestamp.
  public internal(set) var timestamp: Trusted<Timestamp>?
  /// The snapshot all the following are of.
  public internal(set) var snapshot: Trusted<Snapshot>?
  /// What exists.
  public internal(set) var releases: Trusted<Releases>?
  /// Who gets it.
  public internal(set) var rollout: Trusted<Rollout>?
  /// What is known in the field.
  public internal(set) var evidence: Trusted<Evidence>?
  /// What is held back.
  public internal(set) var brakes = BrakeState()
  /// The time before which it cannot be, from verified timestamps.
  public internal(set) var clockFloor: UTCTime
  /// Salts of offers, the newest last, at most `saltLimit`.
  public internal(set) var salts: [Salt] = []

  /// How many roots are kept.
  public static let rootHistoryLimit = 3
  /// How many salts are remembered.
  public static let saltLimit = 4096

  /// Begins with a root that came with the program, or that its administrator has vouched for. Its signatures by its own
  /// keys are checked; its expiry is not, because it may take a walk to the current one.
  public init(root file: [UInt8]) throws(MetadataError) {
    let envelope = try Envelope(file, as: .root)
    // Nobody is trusted yet, so the keys have to come from the payload itself.
    let document = try Root(payload: envelope.payload)
    guard let keys = document.keys(.root) else { throw MetadataError(.malformed, .root) }
    try envelope.verify(keys, as: .root)
    root = Trusted(document: document, payload: envelope.payload, fileDigest: blake2b256(file))
    rootFiles = [file]
    clockFloor = document.created
  }

  init(root: Trusted<Root>, rootFiles: [[UInt8]], clockFloor: UTCTime) {
    self.root = root
    self.rootFiles = rootFiles
    self.clockFloor = clockFloor
  }

  /// The time to judge by: never before the floor, so that a clock set back revives nothing.
  public func now(systemClock: UTCTime) -> UTCTime { max(systemClock, clockFloor) }

  /// Whether the clock is so far behind that it must be wrong: more than a day behind the floor.
  public func isBehind(systemClock: UTCTime) -> Bool { clockFloor - systemClock > 86_400 }

  /// Why no new decision may rest on this set at a time; nil when one may. What is installed stays verified regardless.
  public func fault(systemClock: UTCTime) -> MetadataError? {
    let now = now(systemClock: systemClock)
    if root.document.expires <= now { return MetadataError(.expired, .root) }
    guard let timestamp else { return MetadataError(.missing, .timestamp) }
    if timestamp.document.expires <= now { return MetadataError(.expired, .timestamp) }
    for key in root.document.keys(.brake)?.keys ?? [] {
      let least = timestamp.document.brakeMinimum(of: key.identifier)
      if brakes.version(of: key.identifier) < least {
        return MetadataError(.brakeMissing, .brake, at: key.identifier.hexadecimal)
      }
    }
    guard let snapshot else { return MetadataError(.missing, .snapshot) }
    if snapshot.fileDigest != timestamp.document.snapshotDigest {
      return MetadataError(.differsFromSnapshot, .snapshot)
    }
    if snapshot.document.expires <= now { return MetadataError(.expired, .snapshot) }
    guard let releases else { return MetadataError(.missing, .releases) }
    if releases.document.expires <= now { return MetadataError(.expired, .releases) }
    guard let rollout else { return MetadataError(.missing, .rollout) }
    if rollout.document.expires <= now { return MetadataError(.expired, .rollout) }
    return nil
  }

  /// Since when nothing newer has come, when that is longer than `hours` ago; nil otherwise.
  public func frozenSince(systemClock: UTCTime, hours: Int64 = 72) -> UTCTime? {
    let since = timestamp?.document.created ?? root.document.created
    return now(systemClock: systemClock) - since > hours * 3600 ? since : nil
  }

  /// How much of the fleet may have what is offered, in parts per million: the rollout's word, and no brake's more.
  public func effectivePPM(_ offer: Offer, systemClock: UTCTime) -> UInt32 {
    min(offer.ppm, brakeCap(offer.component, offer.serial, systemClock: systemClock))
  }

  /// The least that a brake leaves of a serial, in parts per million.
  public func brakeCap(_ component: Component, _ serial: UInt64, systemClock: UTCTime) -> UInt32 {
    brakes.cap(component, serial, at: now(systemClock: systemClock), lifts: rollout?.document.lifts ?? [])
  }

  /// The holds in force, of the rollout and of the brakes.
  public func holds(systemClock: UTCTime) -> [Hold] {
    let now = now(systemClock: systemClock)
    var current = brakes.holds(at: now, lifts: rollout?.document.lifts ?? [])
    for hold in rollout?.document.holds ?? [] where now < hold.expires { current.append(hold) }
    return current
  }

  /// Whether the releases have an artifact with this digest: what verifies an installed file, whatever the time.
  public func artifact(_ digest: Octets32) -> (release: Release, artifact: Artifact)? {
    for release in releases?.document.releases ?? [] {
      for artifact in release.artifacts where artifact.digest == digest { return (release, artifact) }
    }
    return nil
  }

  /// The document in which another client of the same repository was shown something else under the same version: a
  /// mirror that tells two stories. Nil when there is none.
  public func disagreement(with other: TrustedSet) -> Role? {
    if differs(root, other.root) { return .root }
    if let a = timestamp, let b = other.timestamp, differs(a, b) { return .timestamp }
    if let a = snapshot, let b = other.snapshot, differs(a, b) { return .snapshot }
    if let a = releases, let b = other.releases, differs(a, b) { return .releases }
    if let a = rollout, let b = other.rollout, differs(a, b) { return .rollout }
    if let a = evidence, let b = other.evidence, differs(a, b) { return .evidence }
    for mine in brakes.versions {
      for theirs in other.brakes.versions where theirs.key == mine.key && theirs.version == mine.version {
        if theirs.digest != mine.digest { return .brake }
      }
    }
    return nil
  }

  private func differs<Content>(_ a: Trusted<Content>, _ b: Trusted<Content>) -> Bool {
    a.document.version == b.document.version && a.payload != b.payload
  }
}
