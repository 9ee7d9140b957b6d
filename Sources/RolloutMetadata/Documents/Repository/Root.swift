internal import Octets

/// The root of trust: every key of the repository, and how many of each role's have to sign.
///
/// Beyond the form, a root is refused that lets one key introduce something: root, releases and rollout need two keys, and
/// share none with the online roles.
public struct Root: Equatable, Sendable {
  /// The version; a client walks them one by one.
  public let version: UInt64
  /// When it was made.
  public let created: UTCTime
  /// Until when it is of use.
  public let expires: UTCTime
  /// Keys and thresholds, in the order of `Role.ofRepository`.
  public let roles: [RoleKeys]

  /// The most keys a role may have.
  public static let keyLimit = 16

  /// A root of these keys.
  public init(version: UInt64, created: UTCTime, expires: UTCTime, roles: [RoleKeys]) {
    self.version = version
    self.created = created
    self.expires = expires
    self.roles = roles
  }

  /// The keys of a role; nil for those that no repository has.
  public func keys(_ role: Role) -> RoleKeys? {
    for i in 0..<Role.ofRepository.count where Role.ofRepository[i] == role { return roles[i] }
    return nil
  }

  /// Reads the payload of a root.
  public init(payload: [UInt8]) throws(MetadataError) {
    var fields = try Fields(payload: payload, as: .root)
    version = try fields.natural("version", in: 1...(.max))
    created = try fields.time("created")
    expires = try fields.time("expires")
    guard created < expires, expires - created <= Role.root.longestLife else { throw fields.fault("expires") }
    let keys = try fields.members("keys", limit: Self.keyLimit * Role.ofRepository.count, Self.key)
    var roleFields = try fields.object("roles")
    var roles: [RoleKeys] = []
    for role in Role.ofRepository {
      var entry = try roleFields.object(role.name)
      roles.append(try Self.roleKeys(&entry, role, keys))
    }
    try roleFields.end()
    try fields.end()
    self.roles = roles
    for key in keys where !isUsed(key.identifier) { throw fields.fault("keys") }
    for role in Role.ofRepository where role.needsTwo {
      guard let keys = self.keys(role) else { continue }
      guard keys.threshold >= 2, !sharesOnline(keys) else { throw roleFields.fault(role.name) }
    }
  }

  private static func key(_ name: [UInt8], _ json: JSON, _ role: Role, _ place: [UInt8]) throws(MetadataError)
    -> PublicKey
  {
    guard case .text(let text) = json, let bytes = Octets32(hexadecimal: text) else {
      throw MetadataError(.malformed, role, at: place)
    }
    let key = PublicKey(bytes)
    guard key.identifier.hexadecimal == name else { throw MetadataError(.malformed, role, at: place) }
    return key
  }

  private static func roleKeys(_ fields: inout Fields, _ role: Role, _ known: [PublicKey]) throws(MetadataError)
    -> RoleKeys
  {
    let keys = try fields.list("keyids", limit: keyLimit) { (json, role, place) throws(MetadataError) -> PublicKey in
      if case .text(let text) = json {
        for key in known where key.identifier.hexadecimal == text { return key }
      }
      throw MetadataError(.malformed, role, at: place)
    }
    for i in keys.indices.dropFirst() where !keys[i - 1].identifier.precedes(keys[i].identifier) {
      throw fields.fault("keyids")
    }
    guard !keys.isEmpty else { throw fields.fault("keyids") }
    let threshold = try fields.natural("threshold", in: 1...UInt64(keys.count))
    // A brake file is signed by its own key alone.
    if role == .brake && threshold != 1 { throw fields.fault("threshold") }
    try fields.end()
    return RoleKeys(keys, threshold: Int(threshold))
  }

  private func isUsed(_ identifier: Octets32) -> Bool {
    for role in roles where role.key(identifier) != nil { return true }
    return false
  }

  private func sharesOnline(_ keys: RoleKeys) -> Bool {
    for role in Role.ofRepository where role.isOnline {
      for key in keys.keys where self.keys(role)?.key(key.identifier) != nil { return true }
    }
    return false
  }

  /// The document as canonical JSON, to be signed.
  public var payload: [UInt8] {
    var keys: [JSON.Member] = []
    for role in roles {
      for key in role.keys {
        let name = key.identifier.hexadecimal
        if !keys.contains(where: { $0.name == name }) { keys.append(JSON.Member(name, .text(key.bytes.hexadecimal))) }
      }
    }
    var members: [JSON.Member] = []
    for i in 0..<roles.count {
      var identifiers: [JSON] = []
      for key in roles[i].keys { identifiers.append(.text(key.identifier.hexadecimal)) }
      members.append(
        JSON.Member(
          Role.ofRepository[i].name,
          .object([
            JSON.Member("keyids", .list(identifiers)), JSON.Member("threshold", .natural(UInt64(roles[i].threshold))),
          ])))
    }
    return JSON.sorted([
      JSON.Member("_type", .text("root")), JSON.Member("created", .text(created.text)),
      JSON.Member("expires", .text(expires.text)), JSON.Member("keys", JSON.sorted(keys)),
      JSON.Member("roles", JSON.sorted(members)), JSON.Member("spec", .natural(RolloutMetadata.format)),
      JSON.Member("version", .natural(version)),
    ]).canonical
  }
}
