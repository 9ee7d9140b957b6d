public import Octets
public import RolloutMetadata

extension Workspace {
  /// How long a root lives, in seconds.
  static let rootLife: Int64 = 365 * 86_400

  /// Begins a repository: drafts the first root of trust. `keys` has the keys and the threshold of every role of a
  /// repository.
  public func initialise(_ keys: [Role: RoleKeys], now: UTCTime) throws(PublisherError) {
    if try newest(Root.self) != nil {
      throw PublisherError(.failure, "\(folder): there is a root of trust already; `release keys rotate` changes it")
    }
    var roles: [RoleKeys] = []
    for role in Role.ofRepository {
      guard let entry = keys[role], !entry.keys.isEmpty else {
        throw PublisherError(.usage, "no key for the role \(role.name); give one with --key \(role.name)=FILE")
      }
      roles.append(Self.sorted(entry))
    }
    try keepRoot(Root(version: 1, created: now, expires: now + Self.rootLife, roles: roles))
  }

  /// Drafts the next root, with keys of one role added and removed; the signatures of enough old and enough new root keys
  /// are needed before it can be published.
  public func rotate(
    _ role: Role, adding added: [PublicKey], removing removed: [Octets32], threshold: Int?, now: UTCTime
  ) throws(PublisherError) {
    guard let published = try published(Root.self) else {
      throw PublisherError(.failure, "\(folder): no root of trust is published yet")
    }
    let old = try draft(Root.self) ?? published
    var roles = old.roles
    guard let place = Role.ofRepository.firstIndex(of: role) else {
      throw PublisherError(.usage, "\(role.name) is not a role of a repository")
    }
    var keys = roles[place].keys
    for identifier in removed {
      guard keys.contains(where: { $0.identifier == identifier }) else {
        throw PublisherError(.usage, "\(string(identifier.hexadecimal)) is not a key of the role \(role.name)")
      }
      keys.removeAll { $0.identifier == identifier }
    }
    for key in added where !keys.contains(key) { keys.append(key) }
    roles[place] = Self.sorted(RoleKeys(keys, threshold: threshold ?? roles[place].threshold))
    try keepRoot(
      Root(version: published.version + 1, created: now, expires: now + Self.rootLife, roles: roles))
  }

  private func keepRoot(_ root: Root) throws(PublisherError) {
    do throws(PublisherError) {
      try keep(root)
    } catch {
      throw PublisherError(
        .policy,
        "such a root would not be accepted (\(error)): every role needs as many keys as its threshold, root, releases and "
          + "rollout at least two, brake exactly one; and root, releases and rollout share no key with timestamp and "
          + "snapshot")
    }
  }

  private static func sorted(_ keys: RoleKeys) -> RoleKeys {
    var unique: [PublicKey] = []
    for key in keys.keys where !unique.contains(key) { unique.append(key) }
    return RoleKeys(unique.sorted { $0.identifier.precedes($1.identifier) }, threshold: keys.threshold)
  }
}
