internal import Octets
public import RolloutMetadata

/// What organisations say of their own testing: an attestation each for a serial, signed with the key that the releases
/// list for them. They lie in the workspace, and are checked anew each time they are counted.
extension Workspace {
  /// Lists an organisation's key in the draft of the releases, in the place of what was; nil takes the organisation away.
  public func list(_ organisation: [UInt8], key: PublicKey?, now: UTCTime) throws(PublisherError) {
    try editReleases(now: now) { (releases) throws(PublisherError) in
      let count = releases.organisations.count
      releases.organisations.removeAll { $0.name == organisation }
      if let key {
        releases.organisations.append(.init(name: organisation, key: key))
      } else if releases.organisations.count == count {
        throw PublisherError(.failure, "no organisation \(string(organisation)) among the releases")
      }
    }
  }

  /// Keeps an attestation, in the place of an earlier one of the same organisation about the same serial.
  ///
  /// - Throws: when its organisation is not listed in the published releases, the signature is not its key's, it has
  ///   expired, or one that is newer is kept already.
  public func take(attestation path: String, now: UTCTime) throws(PublisherError) -> Attestation {
    guard let file = try Files.read(path, limit: Role.attestation.lengthLimit) else {
      throw PublisherError(.failure, "\(path): no such file")
    }
    let claim = try publishing("in \(path)") { () throws(MetadataError) in
      try Attestation(payload: Envelope(file, as: .attestation).payload)
    }
    let organisations = try published(Releases.self)?.organisations ?? []
    guard let organisation = organisations.first(where: { $0.name == claim.organisation }) else {
      throw PublisherError(
        .notPermitted,
        "\(path): the published releases list no organisation \(string(claim.organisation)); "
          + "`release organisation add` does")
    }
    let taken = try publishing("in \(path)") { () throws(MetadataError) in
      try Self.attestation(file, organisation)
    }
    if taken.expires <= now {
      throw PublisherError(.expired, "\(path): it was good until \(string(taken.expires.text))")
    }
    if let kept = try kept(organisation, taken.component, taken.serial), kept.version >= taken.version, kept != taken {
      throw PublisherError(
        .rollbackAttack,
        "\(path): its version is \(taken.version), and \(kept.version) of the same organisation is kept")
    }
    try Files.makeFolder(folder + "/attestations")
    try Files.write(file, to: place(organisation, taken.component, taken.serial))
    return taken
  }

  /// The attestations of a serial that are valid at a time, one of an organisation at most.
  public func attestations(
    of component: Component, _ serial: UInt64, now: UTCTime
  ) throws(PublisherError) -> [Attestation] {
    var found: [Attestation] = []
    for organisation in try published(Releases.self)?.organisations ?? [] {
      if let kept = try kept(organisation, component, serial), kept.expires > now { found.append(kept) }
    }
    return found
  }

  /// Identifiers have nothing in them that a path would mind.
  private func place(_ organisation: Releases.Organisation, _ component: Component, _ serial: UInt64) -> String {
    folder + "/attestations/\(string(organisation.name)).\(component.name).\(serial).json"
  }

  /// What is kept of an organisation about a serial; nil for what does not verify with the key that it has now.
  private func kept(
    _ organisation: Releases.Organisation, _ component: Component, _ serial: UInt64
  ) throws(PublisherError) -> Attestation? {
    let path = place(organisation, component, serial)
    guard let file = try Files.read(path, limit: Role.attestation.lengthLimit),
      let kept = try? Self.attestation(file, organisation), kept.component == component, kept.serial == serial
    else { return nil }
    return kept
  }

  private static func attestation(
    _ file: [UInt8], _ organisation: Releases.Organisation
  ) throws(MetadataError) -> Attestation {
    let envelope = try Envelope(file, as: .attestation)
    try envelope.verify(RoleKeys([organisation.key], threshold: 1), as: .attestation)
    let attestation = try Attestation(payload: envelope.payload)
    guard attestation.organisation == organisation.name else { throw MetadataError(.malformed, .attestation) }
    return attestation
  }
}
