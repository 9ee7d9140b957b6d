internal import Octets

extension TrustedSet {
  /// The most bytes a stored set may have.
  public static let storageLimit = 32 << 20

  /// The set as bytes, for a file that only the host can write: canonical JSON.
  public var stored: [UInt8] {
    var documents: [JSON.Member] = [.init("root", Self.stored(root))]
    if let timestamp { documents.append(.init("timestamp", Self.stored(timestamp))) }
    if let snapshot { documents.append(.init("snapshot", Self.stored(snapshot))) }
    if let releases { documents.append(.init("releases", Self.stored(releases))) }
    if let rollout { documents.append(.init("rollout", Self.stored(rollout))) }
    if let evidence { documents.append(.init("evidence", Self.stored(evidence))) }
    return JSON.sorted([
      .init("spec", .natural(RolloutMetadata.format)), .init("clockFloor", .text(clockFloor.text)),
      .init("documents", JSON.sorted(documents)), .init("roots", rootFiles.list { .text(Base64.encode($0)) }),
      .init("brakes", brakes.json),
      .init(
        "salts",
        salts.list {
          JSON.sorted([
            .init("channel", .text($0.channel.name)), .init("component", .text($0.component.name)),
            .init("serial", .natural($0.serial)), .init("salt", .text($0.salt.hexadecimal)),
          ])
        }),
    ]).canonical
  }

  /// The set that was stored; nil when the bytes are not one. Signatures are not checked again: whoever can write the file
  /// could as well replace the program.
  public init?(stored bytes: [UInt8]) {
    guard bytes.count <= Self.storageLimit, let json = try? JSON(canonical: bytes) else { return nil }
    do throws(MetadataError) {
      var fields = try Fields(json, .root, at: [])
      _ = try fields.natural("spec", in: RolloutMetadata.format...RolloutMetadata.format)
      let clockFloor = try fields.time("clockFloor")
      var documents = try fields.object("documents")
      guard let root: Trusted<Root> = try Self.read("root", of: &documents) else { return nil }
      let rootFiles = try fields.list("roots", limit: Self.rootHistoryLimit) {
        (json, role, place) throws(MetadataError) -> [UInt8] in
        guard case .text(let text) = json, let bytes = Base64.decode(text) else {
          throw MetadataError(.malformed, role, at: place)
        }
        return bytes
      }
      self.init(root: root, rootFiles: rootFiles, clockFloor: clockFloor)
      timestamp = try Self.read("timestamp", of: &documents)
      snapshot = try Self.read("snapshot", of: &documents)
      releases = try Self.read("releases", of: &documents)
      rollout = try Self.read("rollout", of: &documents)
      evidence = try Self.read("evidence", of: &documents)
      try documents.end()
      brakes = try BrakeState(try fields.object("brakes"))
      salts = try fields.list("salts", limit: Self.saltLimit) { (json, role, place) throws(MetadataError) -> Salt in
        var fields = try Fields(json, role, at: place)
        let salt = Salt(
          channel: try fields.name("channel"), component: try fields.name("component"),
          serial: try fields.natural("serial", in: 1...(.max)), salt: try fields.octets("salt"))
        try fields.end()
        return salt
      }
      try fields.end()
    } catch {
      return nil
    }
  }

  private static func stored<Content>(_ trusted: Trusted<Content>) -> JSON {
    JSON.sorted([
      .init("digest", .text(trusted.fileDigest.hexadecimal)), .init("payload", .text(Base64.encode(trusted.payload))),
    ])
  }

  private static func read<Content: Document>(
    _ name: StaticString, of fields: inout Fields
  ) throws(MetadataError) -> Trusted<Content>? {
    guard fields.has(name) else { return nil }
    var entry = try fields.object(name)
    let digest: Octets32 = try entry.octets("digest")
    guard case .text(let text)? = entry.optional("payload"), let payload = Base64.decode(text) else {
      throw entry.fault("payload")
    }
    try entry.end()
    return Trusted(document: try Content(payload: payload), payload: payload, fileDigest: digest)
  }
}

extension BrakeState {
  var json: JSON {
    func entry(_ key: Octets32, _ expires: UTCTime, _ name: StaticString, _ value: JSON) -> JSON {
      JSON.sorted([
        .init("keyid", .text(key.hexadecimal)), .init("expires", .text(expires.text)), .init(name, value),
      ])
    }
    return JSON.sorted([
      .init(
        "versions",
        versions.list {
          JSON.sorted([
            .init("keyid", .text($0.key.hexadecimal)), .init("version", .natural($0.version)),
            .init("digest", .text($0.digest.hexadecimal)),
          ])
        }), .init("halts", halts.list { entry($0.key, $0.expires, "halt", $0.halt.json) }),
      .init("holds", holds.list { entry($0.key, $0.expires, "hold", $0.hold.json) }),
    ])
  }

  init(_ fields: consuming Fields) throws(MetadataError) {
    versions = try fields.list("versions", limit: 1024) { (json, role, place) throws(MetadataError) -> Version in
      var fields = try Fields(json, role, at: place)
      let version = Version(
        key: try fields.octets("keyid"), version: try fields.natural("version", in: 1...(.max)),
        digest: try fields.octets("digest"))
      try fields.end()
      return version
    }
    let limit = 64 * Self.entryLimit
    halts = try fields.list("halts", limit: limit) { (json, role, place) throws(MetadataError) -> HaltEntry in
      var fields = try Fields(json, role, at: place)
      guard let value = fields.optional("halt") else { throw fields.fault("halt") }
      let entry = HaltEntry(
        key: try fields.octets("keyid"), halt: try Halt(value, role, fields.path(("halt" as StaticString).octets)),
        expires: try fields.time("expires"))
      try fields.end()
      return entry
    }
    holds = try fields.list("holds", limit: limit) { (json, role, place) throws(MetadataError) -> HoldEntry in
      var fields = try Fields(json, role, at: place)
      guard let value = fields.optional("hold") else { throw fields.fault("hold") }
      let entry = HoldEntry(
        key: try fields.octets("keyid"), hold: try Hold(value, role, fields.path(("hold" as StaticString).octets)),
        expires: try fields.time("expires"))
      try fields.end()
      return entry
    }
    try fields.end()
  }
}
