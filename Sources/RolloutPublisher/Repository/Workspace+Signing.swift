internal import Octets
public import RolloutMetadata

/// A draft that waits, and what for.
public struct WaitingDraft: Equatable, Sendable {
  /// The kind of document.
  public let role: Role
  /// Its version.
  public let version: UInt64
  /// Valid signatures of keys of its role.
  public let signatures: Int
  /// How many it needs.
  public let threshold: Int
}

extension Workspace {
  /// The kinds of documents that are drafted.
  static let drafted: [Role] = [.root, .releases, .rollout, .evidence]

  /// Signs the drafts that the key has a say in; returns which. `roles` limits it to some.
  public func sign(with key: borrowing SecretKey, roles: [Role] = []) throws(PublisherError) -> [Role] {
    var signed: [Role] = []
    for role in Self.drafted where roles.isEmpty || roles.contains(role) {
      guard var envelope = try draftEnvelope(role), try counts(key.publicKey, for: role) else { continue }
      envelope.signatures.removeAll { $0.key == key.publicKey.identifier }
      guard envelope.signatures.count < Envelope.signatureLimit else {
        throw PublisherError(.failure, "\(role.name): more signatures than a document may have")
      }
      envelope.signatures.append(
        Envelope.Signature(key: key.publicKey.identifier, bytes: key.sign(envelope.signedBytes)))
      try store(envelope, as: role)
      signed.append(role)
    }
    return signed
  }

  /// Whether a signature by the key is of use on a draft: for a root also by keys of the one before it.
  private func counts(_ key: PublicKey, for role: Role) throws(PublisherError) -> Bool {
    if try currentRoot().keys(role)?.key(key.identifier) != nil { return true }
    return role == .root ? try published(Root.self)?.keys(.root)?.key(key.identifier) != nil : false
  }

  /// The drafts, and how many of the signatures they need they have.
  public func waiting() throws(PublisherError) -> [WaitingDraft] {
    let root = try currentRoot()
    var list: [WaitingDraft] = []
    for role in Self.drafted {
      guard let envelope = try draftEnvelope(role), let keys = root.keys(role) else { continue }
      var count = 0
      for key in keys.keys {
        let isSigned = (try? envelope.verify(RoleKeys([key], threshold: 1), as: role)) != nil
        count += isSigned ? 1 : 0
      }
      list.append(
        WaitingDraft(role: role, version: try version(of: role), signatures: count, threshold: keys.threshold))
    }
    return list
  }

  private func version(of role: Role) throws(PublisherError) -> UInt64 {
    switch role {
    case .root: try draft(Root.self)?.version ?? 0
    case .releases: try draft(Releases.self)?.version ?? 0
    case .rollout: try draft(Rollout.self)?.version ?? 0
    default: try draft(Evidence.self)?.version ?? 0
    }
  }
}
