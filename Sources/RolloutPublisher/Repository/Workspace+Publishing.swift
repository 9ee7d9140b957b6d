internal import Octets
public import RolloutMetadata

/// What publishing came to.
public struct Publication: Sendable {
  /// The paths of the files that are new, the timestamp last.
  public let files: [String]
  /// The drafts that still wait for signatures.
  public let waiting: [WaitingDraft]
  /// What the workspace's own client trusts.
  public let trusted: TrustedSet
}

extension Workspace {
  private static let day: Int64 = 86_400

  /// Puts the drafts that have their signatures in place, with a snapshot and a timestamp of what is there then; but first
  /// has a client walk over them, and refuses what the client refuses.
  public func publish(
    timestampKey: borrowing SecretKey, snapshotKey: borrowing SecretKey, now: UTCTime
  ) throws(PublisherError) -> Publication {
    var files: [(path: String, bytes: [UInt8])] = []
    let waiting = try waiting()
    var ready: [Role] = []
    for draft in waiting where draft.signatures >= draft.threshold {
      guard let envelope = try draftEnvelope(draft.role) else { continue }
      files.append((string(MetadataRefresh.path(draft.role, version: draft.version)), envelope.file))
      ready.append(draft.role)
    }
    let root = try effectiveRoot(with: files)
    try demand(timestampKey.publicKey, of: root, .timestamp)
    try demand(snapshotKey.publicKey, of: root, .snapshot)
    if let snapshot = try snapshotFile(with: files, key: snapshotKey, now: now) { files.append(snapshot) }
    if let timestamp = try timestampFile(with: files, key: timestampKey, now: now) { files.append(timestamp) }
    let trusted = try walk(over: files, now: now)
    try Files.makeFolder(repository)
    for file in files { try Files.write(file.bytes, to: repository + "/" + file.path) }
    for role in ready { try Files.remove(drafts + "/\(role.name).json") }
    try Files.write(trusted.stored, to: clientFile)
    return Publication(files: files.map(\.path), waiting: waiting.filter { !ready.contains($0.role) }, trusted: trusted)
  }

  /// The root in force once `files` are in place.
  private func effectiveRoot(with files: [(path: String, bytes: [UInt8])]) throws(PublisherError) -> Root {
    if files.contains(where: { $0.path.hasSuffix(".root.json") }), let draft = try draft(Root.self) { return draft }
    if let root = try published(Root.self) { return root }
    throw PublisherError(
      .belowThreshold, "root: the first root of trust has too few signatures; `release repo sign --key FILE` adds one")
  }

  private func demand(_ key: PublicKey, of root: Root, _ role: Role) throws(PublisherError) {
    guard root.keys(role)?.key(key.identifier) != nil else {
      throw PublisherError(
        .belowThreshold,
        "\(string(key.identifier.hexadecimal)) is not a key of the role \(role.name) in the root of trust")
    }
  }

  /// A snapshot of the newest files, when the one there is does not do; nil when it does, or when there is nothing yet.
  private func snapshotFile(
    with files: [(path: String, bytes: [UInt8])], key: borrowing SecretKey, now: UTCTime
  ) throws(PublisherError) -> (path: String, bytes: [UInt8])? {
    var list: [Snapshot.File] = []
    for role in Snapshot.roles {
      if let new = files.first(where: { $0.path.hasSuffix(".\(role.name).json") }) {
        let version = UInt64(new.path.prefix { $0 != "." }) ?? 0
        list.append(Snapshot.File(role: role, version: version, file: new.bytes))
      } else if let file = try publishedFile(role) {
        list.append(Snapshot.File(role: role, version: try newestVersion(role), file: file))
      }
    }
    guard list.contains(where: { $0.role == .releases }), list.contains(where: { $0.role == .rollout }) else {
      return nil
    }
    let old = try published(Snapshot.self)
    // A rotated key has to sign what its forerunner signed.
    let isOurs = try isSigned(.snapshot, by: key.publicKey)
    if let old, isOurs, old.files == list, old.expires - now > 3 * Self.day { return nil }
    let snapshot = Snapshot(version: (old?.version ?? 0) + 1, expires: now + 7 * Self.day, files: list)
    return (
      string(MetadataRefresh.path(.snapshot, version: snapshot.version)), signed(snapshot.payload, .snapshot, by: key)
    )
  }

  private func isSigned(_ role: Role, by key: PublicKey) throws(PublisherError) -> Bool {
    guard let file = try publishedFile(role), let envelope = Envelope(parsing: file) else { return false }
    return (try? envelope.verify(RoleKeys([key], threshold: 1), as: role)) != nil
  }

  /// The next timestamp; nil when there is no snapshot yet.
  func timestampFile(
    with files: [(path: String, bytes: [UInt8])], key: borrowing SecretKey, now: UTCTime
  ) throws(PublisherError) -> (path: String, bytes: [UInt8])? {
    let new = files.first { $0.path.hasSuffix(".snapshot.json") }
    var version = try newestVersion(.snapshot)
    if let new { version = UInt64(new.path.prefix { $0 != "." }) ?? 0 }
    let path = string(MetadataRefresh.path(.snapshot, version: version))
    guard let snapshot = try current(path, with: files, limit: Role.snapshot.lengthLimit) else { return nil }
    let timestamp = Timestamp(
      version: (try published(Timestamp.self)?.version ?? 0) + 1, created: now, expires: now + Self.day,
      snapshotVersion: version, snapshotDigest: blake2b256(snapshot), snapshotLength: snapshot.count,
      brakeMinimum: try brakeVersions(with: files))
    return ("timestamp.json", signed(timestamp.payload, .timestamp, by: key))
  }

  private func brakeVersions(
    with files: [(path: String, bytes: [UInt8])]
  ) throws(PublisherError) -> [Timestamp.BrakeMinimum] {
    var list: [Timestamp.BrakeMinimum] = []
    for key in try published(Root.self)?.keys(.brake)?.keys ?? [] {
      if let brake = try brake(of: key, with: files) {
        list.append(Timestamp.BrakeMinimum(key: key.identifier, version: brake.version))
      }
    }
    return list
  }

  func signed(_ payload: [UInt8], _ role: Role, by key: borrowing SecretKey) -> [UInt8] {
    var envelope = Envelope(payload: payload, payloadType: role.payloadType)
    envelope.signatures = [Envelope.Signature(key: key.publicKey.identifier, bytes: key.sign(envelope.signedBytes))]
    return envelope.file
  }

  /// What the workspace's client comes to once `files` are in place; an error when it would refuse them.
  func walk(over files: [(path: String, bytes: [UInt8])], now: UTCTime) throws(PublisherError) -> TrustedSet {
    let start = try client(with: files)
    var refresh = MetadataRefresh(start, systemClock: now)
    while let request = refresh.request {
      refresh.supply(try current(string(request.path), with: files, limit: request.limit))
    }
    for warning in refresh.warnings {
      if case .brakeRefused(_, let error) = warning { throw PublisherError(error, "clients would not take it") }
    }
    if let failure = refresh.failure {
      // Before the first releases there is nothing to be complete.
      let isBeginning =
        failure.reason == .missing && failure.role == .timestamp && !files.contains { $0.path == "timestamp.json" }
      if !isBeginning { throw PublisherError(failure, "nothing was published") }
    }
    return refresh.trusted
  }

  /// The client of this workspace: as it was stored, or one that has seen nothing but the first root.
  private func client(with files: [(path: String, bytes: [UInt8])]) throws(PublisherError) -> TrustedSet {
    if let stored = try Files.read(clientFile, limit: TrustedSet.storageLimit) {
      if let trusted = TrustedSet(stored: stored) { return trusted }
      throw PublisherError(.malformed, "\(clientFile): damaged; remove it, and the client begins at the first root")
    }
    guard let root = try current("1.root.json", with: files, limit: Role.root.lengthLimit) else {
      throw PublisherError(.failure, "\(folder): no root of trust yet; begin with `release repo init`")
    }
    return try publishing { () throws(MetadataError) in try TrustedSet(root: root) }
  }

  /// The bytes of a file of the repository once `files` are in place; nil when there is none.
  func current(
    _ path: String, with files: [(path: String, bytes: [UInt8])], limit: Int
  ) throws(PublisherError) -> [UInt8]? {
    for file in files where file.path == path { return file.bytes }
    return try Files.read(repository + "/" + path, limit: limit)
  }

  /// Walks over a repository as a client that has seen nothing but a root: the first one there, or the one in `rootFile`.
  public func verify(rootFile: String? = nil, now: UTCTime) throws(PublisherError) -> MetadataRefresh {
    let path = rootFile ?? repository + "/1.root.json"
    guard let root = try Files.read(path, limit: Role.root.lengthLimit) else {
      throw PublisherError(.failure, "\(path): no such root of trust")
    }
    let start = try publishing { () throws(MetadataError) in try TrustedSet(root: root) }
    var refresh = MetadataRefresh(start, systemClock: now)
    while let request = refresh.request {
      refresh.supply(try Files.read(repository + "/" + string(request.path), limit: request.limit))
    }
    return refresh
  }

  /// Checks every artifact that the releases list against its digest and size; returns how many there are.
  public func verifyArtifacts(of trusted: TrustedSet) throws(PublisherError) -> Int {
    var count = 0
    for release in trusted.releases?.document.releases ?? [] {
      for artifact in release.artifacts {
        let path = repository + "/" + string(artifact.path)
        let (size, digest) = try Self.measure(path)
        guard size == artifact.size, digest == artifact.digest else {
          throw PublisherError(.badSignature, "\(path): not the file that the releases list; copy the right one there")
        }
        count += 1
      }
    }
    return count
  }
}
