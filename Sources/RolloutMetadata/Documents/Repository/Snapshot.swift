public import Octets

/// Which files belong together: version, digest and length of each.
public struct Snapshot: Equatable, Sendable {
  /// What a file of this snapshot must be.
  public struct File: Equatable, Sendable {
    /// The kind of document.
    public let role: Role
    /// Its version.
    public let version: UInt64
    /// The BLAKE2b-256 of the file.
    public let digest: Octets32
    /// The bytes of the file.
    public let length: Int

    /// The file `bytes`.
    public init(role: Role, version: UInt64, file: [UInt8]) {
      self.role = role
      self.version = version
      self.digest = blake2b256(file)
      length = file.count
    }

    fileprivate init(role: Role, version: UInt64, digest: Octets32, length: Int) {
      self.role = role
      self.version = version
      self.digest = digest
      self.length = length
    }
  }

  /// The version.
  public let version: UInt64
  /// At most seven days away.
  public let expires: UTCTime
  /// Releases and rollout, and evidence where there is any.
  public let files: [File]

  /// The roles that a snapshot may have files of; the last may be missing.
  public static let roles: [Role] = [.releases, .rollout, .evidence]

  /// A snapshot of these files.
  public init(version: UInt64, expires: UTCTime, files: [File]) {
    self.version = version
    self.expires = expires
    self.files = files
  }

  /// Reads the payload of a snapshot.
  public init(payload: [UInt8]) throws(MetadataError) {
    var fields = try Fields(payload: payload, as: .snapshot)
    version = try fields.natural("version", in: 1...(.max))
    expires = try fields.time("expires")
    var list = try fields.object("files")
    var files: [File] = []
    for role in Self.roles where role != .evidence || list.has(role.name) {
      var entry = try list.object(role.name)
      files.append(
        File(
          role: role, version: try entry.natural("version", in: 1...(.max)), digest: try entry.octets("digest"),
          length: Int(try entry.natural("length", in: 1...UInt64(role.lengthLimit)))))
      try entry.end()
    }
    try list.end()
    try fields.end()
    self.files = files
  }

  /// What the file of a role must be.
  public func file(_ role: Role) -> File? {
    for file in files where file.role == role { return file }
    return nil
  }

  /// The document as canonical JSON, to be signed.
  public var payload: [UInt8] {
    var members: [JSON.Member] = []
    for file in files {
      members.append(
        JSON.Member(
          file.role.name,
          .object([
            JSON.Member("digest", .text(file.digest.hexadecimal)), JSON.Member("length", .natural(UInt64(file.length))),
            JSON.Member("version", .natural(file.version)),
          ])))
    }
    return JSON.sorted([
      JSON.Member("_type", .text("snapshot")), JSON.Member("expires", .text(expires.text)),
      JSON.Member("files", JSON.sorted(members)), JSON.Member("spec", .natural(RolloutMetadata.format)),
      JSON.Member("version", .natural(version)),
    ]).canonical
  }
}
