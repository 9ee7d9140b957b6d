internal import Octets
public import RolloutMetadata

/// What an organisation is shown before it approves a serial: the signed metadata, what follows from them, and files that
/// somebody attached, in one file of the form that bundles have. It is made of what is published and of nothing else, so two
/// people who make one have the same bytes.
public struct EvidencePack {
  /// A file that is in a pack besides the metadata.
  public struct File: Equatable, Sendable {
    /// Its path in the pack.
    public let path: String
    /// Its bytes.
    public let bytes: [UInt8]

    /// A file.
    public init(path: String, bytes: [UInt8]) {
      self.path = path
      self.bytes = bytes
    }
  }

  /// What a client trusts that walks over the pack.
  public let trusted: TrustedSet
  /// The evidence keys that have signed what is said of the field.
  public let evidenceSigners: [String]
  /// The time that everything in it is of: its timestamp's.
  public let time: UTCTime
  /// The files besides the metadata, by path.
  public let files: [File]

  /// The largest file that is attached.
  public static let fileLimit = 64 << 20
  static let derived = "evidence/"
  static let attached = "attached/"
}

extension Workspace {
  /// What a pack is made of: what is published, once a client has accepted it.
  public func evidence(now: UTCTime) throws(PublisherError) -> EvidencePack {
    let walk = try verify(now: now)
    if let failure = walk.failure { throw PublisherError(failure, "run `release repo publish` first") }
    guard let time = walk.trusted.timestamp?.document.created else {
      throw PublisherError(.failure, "\(folder): nothing is published yet")
    }
    // As of the time it says, so that what has run out since is in it for everybody.
    return EvidencePack(
      trusted: try verify(now: time).trusted, evidenceSigners: try signers(of: .evidence), time: time, files: [])
  }

  /// Writes a pack: the metadata, `derived` files in `evidence/`, and the files at `attachments` in `attached/`.
  public func write(
    _ pack: EvidencePack, derived: [EvidencePack.File], attachments: [String], to output: String
  ) throws(PublisherError) {
    var files = derived
    for path in attachments {
      let name = path.split(separator: "/").last.map(String.init) ?? ""
      guard isIdentifier(octets(name)), !files.contains(where: { $0.path == EvidencePack.attached + name }) else {
        throw PublisherError(
          .usage, "\(path): an attached file's name has letters, digits, dots, hyphens and underscores, each name once")
      }
      guard let bytes = try Files.read(path, limit: EvidencePack.fileLimit) else {
        throw PublisherError(.failure, "\(path): no such file")
      }
      files.append(.init(path: EvidencePack.attached + name, bytes: bytes))
    }
    for path in try metadataPaths(pack.trusted) {
      guard let bytes = try Files.read(repository + "/" + path, limit: Role.releases.lengthLimit) else {
        throw PublisherError(.failure, "\(repository)/\(path): no such file")
      }
      files.append(.init(path: path, bytes: bytes))
    }
    let bundle = OfflineBundle(
      created: pack.time,
      members: files.map { .init(path: octets($0.path), size: UInt64($0.bytes.count), digest: blake2b256($0.bytes)) })
    try Files.write(to: output) { (put) throws(PublisherError) in
      try put(bundle.head)
      for member in bundle.members {
        guard let frame = bundle.frame(of: member), let file = files.first(where: { octets($0.path) == member.path })
        else { throw PublisherError(.failure, "\(string(member.path)): a path that does not fit a pack") }
        try put(frame.header)
        try put(file.bytes)
        try put(frame.padding)
      }
      try put(OfflineBundle.tail)
    }
  }

  /// The documents that a client walks over.
  func metadataPaths(_ trusted: TrustedSet) throws(PublisherError) -> [String] {
    var paths: [String] = ["timestamp.json"]
    for version in 1...trusted.root.document.version { paths.append("\(version).root.json") }
    for role in [Role.snapshot, .releases, .rollout, .evidence] {
      let version = try newestVersion(role)
      if version > 0 { paths.append(string(MetadataRefresh.path(role, version: version))) }
    }
    for (key, _) in try brakes() { paths.append(string(MetadataRefresh.brakePath(of: key.identifier))) }
    return paths
  }

  /// Opens a pack, and walks over its metadata as a client does that begins with a root of trust.
  public static func evidence(
    _ path: String, trusting start: TrustedSet, maximumAgeDays: Int64, now: UTCTime
  ) throws(PublisherError) -> EvidencePack {
    let file = try RandomAccessFile(path)
    var failure: PublisherError?
    do throws(BundleError) {
      let reader = try BundleReader(size: file.size) { file.read(at: $0, count: $1) }
      let walk = try reader.refresh(start, now: now, maximumAgeDays: maximumAgeDays) { file.read(at: $0, count: $1) }
      if let error = walk.failure {
        failure = PublisherError(error.exitStatus, "\(path): \(string(error.text))")
        throw BundleError(.unreadable, octets(path))
      }
      func bytes(_ index: Int) throws(BundleError) -> [UInt8] {
        let member = reader.bundle.members[index]
        guard member.size <= EvidencePack.fileLimit,
          let bytes = file.read(at: reader.offsets[index], count: Int(member.size))
        else { throw BundleError(.unreadable, member.path) }
        return bytes
      }
      var files: [EvidencePack.File] = []
      var signers: [String] = []
      for index in reader.bundle.members.indices {
        let name = string(reader.bundle.members[index].path)
        if name.hasPrefix(EvidencePack.derived) || name.hasPrefix(EvidencePack.attached) {
          files.append(.init(path: name, bytes: try bytes(index)))
        } else if name.hasSuffix(".evidence.json"), let keys = walk.trusted.root.document.keys(.evidence) {
          signers = Self.signers(of: try bytes(index), keys, as: .evidence)
        }
      }
      guard let time = walk.trusted.timestamp?.document.created, time == reader.bundle.created else {
        throw BundleError(.memberChanged, octets("timestamp.json"))
      }
      return EvidencePack(trusted: walk.trusted, evidenceSigners: signers, time: time, files: files)
    } catch {
      throw failure ?? PublisherError(error.exitStatus, "\(path): \(string(error.text))")
    }
  }
}
