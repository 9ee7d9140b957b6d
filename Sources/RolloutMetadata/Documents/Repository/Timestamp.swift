public import Octets

/// The newest state of the repository, signed every few hours by an online key.
public struct Timestamp: Equatable, Sendable {
  /// The least version that a brake file has.
  public struct BrakeMinimum: Equatable, Sendable {
    /// The identifier of the brake key.
    public let key: Octets32
    /// The version.
    public let version: UInt64

    /// A brake file's least version.
    public init(key: Octets32, version: UInt64) {
      self.key = key
      self.version = version
    }
  }

  /// The version.
  public let version: UInt64
  /// When it was made.
  public let created: UTCTime
  /// At most a day later.
  public let expires: UTCTime
  /// The snapshot's version.
  public let snapshotVersion: UInt64
  /// The BLAKE2b-256 of its file.
  public let snapshotDigest: Octets32
  /// The bytes of its file.
  public let snapshotLength: Int
  /// One for each brake key that has published anything.
  public let brakeMinimum: [BrakeMinimum]

  /// The newest state of a repository.
  public init(
    version: UInt64, created: UTCTime, expires: UTCTime, snapshotVersion: UInt64, snapshotDigest: Octets32,
    snapshotLength: Int, brakeMinimum: [BrakeMinimum]
  ) {
    self.version = version
    self.created = created
    self.expires = expires
    self.snapshotVersion = snapshotVersion
    self.snapshotDigest = snapshotDigest
    self.snapshotLength = snapshotLength
    self.brakeMinimum = brakeMinimum
  }

  /// Reads the payload of a timestamp.
  public init(payload: [UInt8]) throws(MetadataError) {
    var fields = try Fields(payload: payload, as: .timestamp)
    version = try fields.natural("version", in: 1...(.max))
    created = try fields.time("created")
    expires = try fields.time("expires")
    guard created < expires, expires - created <= Role.timestamp.longestLife else { throw fields.fault("expires") }
    snapshotVersion = try fields.natural("snapshotVersion", in: 1...(.max))
    snapshotDigest = try fields.octets("snapshotDigest")
    snapshotLength = Int(try fields.natural("snapshotLength", in: 1...UInt64(Role.snapshot.lengthLimit)))
    brakeMinimum = try fields.members("brakeMinimum", limit: Root.keyLimit) {
      (name, json, role, place) throws(MetadataError) -> BrakeMinimum in
      guard let key = Octets32(hexadecimal: name), case .natural(let version) = json, version >= 1 else {
        throw MetadataError(.malformed, role, at: place)
      }
      return BrakeMinimum(key: key, version: version)
    }
    try fields.end()
  }

  /// The least version of a key's brake file; 0 when it need not have one.
  public func brakeMinimum(of key: Octets32) -> UInt64 {
    for entry in brakeMinimum where entry.key == key { return entry.version }
    return 0
  }

  /// The document as canonical JSON, to be signed.
  public var payload: [UInt8] {
    var minimums: [JSON.Member] = []
    for entry in brakeMinimum { minimums.append(JSON.Member(entry.key.hexadecimal, .natural(entry.version))) }
    return JSON.sorted([
      JSON.Member("_type", .text("timestamp")), JSON.Member("brakeMinimum", JSON.sorted(minimums)),
      JSON.Member("created", .text(created.text)), JSON.Member("expires", .text(expires.text)),
      JSON.Member("snapshotDigest", .text(snapshotDigest.hexadecimal)),
      JSON.Member("snapshotLength", .natural(UInt64(snapshotLength))),
      JSON.Member("snapshotVersion", .natural(snapshotVersion)),
      JSON.Member("spec", .natural(RolloutMetadata.format)), JSON.Member("version", .natural(version)),
    ]).canonical
  }
}
