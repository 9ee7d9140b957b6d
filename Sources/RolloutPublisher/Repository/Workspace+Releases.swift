public import Octets
public import RolloutMetadata
internal import Signatures

/// A file that is to be released.
public struct ReleaseFile: Sendable {
  /// Where it lies.
  public let path: String
  /// What it is.
  public let kind: Artifact.Kind
  /// The operating system it is for.
  public let system: String
  /// The processor it is for.
  public let architecture: String

  /// A file to be released.
  public init(path: String, kind: Artifact.Kind, system: String, architecture: String) {
    self.path = path
    self.kind = kind
    self.system = system
    self.architecture = architecture
  }
}

extension Workspace {
  /// Changes the draft of the releases, or begins one from what is published.
  public func editReleases(now: UTCTime, _ change: (inout Releases) throws(PublisherError) -> Void)
    throws(PublisherError)
  {
    let published = try published(Releases.self)
    var releases =
      try draft(Releases.self) ?? published ?? Releases(version: 1, created: now, expires: now, releases: [])
    releases.version = (published?.version ?? 0) + 1
    releases.created = now
    releases.expires = now + 90 * 86_400
    try change(&releases)
    try keep(releases)
  }

  /// Copies the files of a release into the repository and drafts releases that have it. `release` comes without files.
  public func add(_ release: Release, files: [ReleaseFile], now: UTCTime) throws(PublisherError) {
    var release = release
    release.artifacts = []
    for file in files {
      let name = file.path.split(separator: "/").last.map(String.init) ?? ""
      guard isIdentifier(octets(name)) else {
        throw PublisherError(
          .usage, "\(file.path): a released file's name has letters, digits, dots, hyphens and underscores only")
      }
      let (size, digest) = try Self.measure(file.path)
      guard size >= 1 && size <= Artifact.sizeLimit else {
        throw PublisherError(.usage, "\(file.path): \(size) bytes; a released file has 1 to \(Artifact.sizeLimit)")
      }
      let artifact = Artifact(
        name: octets(name), size: size, digest: digest, system: octets(file.system),
        architecture: octets(file.architecture), kind: file.kind)
      let target = repository + "/" + string(artifact.path)
      try Files.makeFolder(String(target[..<(target.lastIndex(of: "/") ?? target.endIndex)]))
      var bytes: [UInt8] = []
      bytes.reserveCapacity(Int(size))
      try Files.scan(file.path) { (piece) throws(PublisherError) in bytes += piece }
      guard blake2b256(bytes) == digest else {
        throw PublisherError(.failure, "\(file.path): changed while it was read")
      }
      try Files.write(bytes, to: target)
      release.artifacts.append(artifact)
    }
    let added = release
    try editReleases(now: now) { (releases) throws(PublisherError) in
      if releases.release(added.component, added.serial) != nil {
        throw PublisherError(
          .failure, "\(added.component.name) \(added.serial) is there already; what is released never changes")
      }
      releases.releases.append(added)
      releases.releases.sort {
        ($0.component.rawValue, $0.serial) < ($1.component.rawValue, $1.serial)
      }
    }
  }

  /// The BLAKE2b-256 of a file.
  public static func digest(of path: String) throws(PublisherError) -> Octets32 { try measure(path).digest }

  /// The bytes and the BLAKE2b-256 of a file.
  static func measure(_ path: String) throws(PublisherError) -> (size: UInt64, digest: Octets32) {
    var size: UInt64 = 0
    var state = BLAKE2b(digestLength: 32)
    try Files.scan(path) { (piece) throws(PublisherError) in
      size += UInt64(piece.count)
      state.update(piece)
    }
    let digest = state.finish()
    return (size, Octets32(exactly: Array(digest.array.prefix(32))) ?? Octets32())
  }
}
