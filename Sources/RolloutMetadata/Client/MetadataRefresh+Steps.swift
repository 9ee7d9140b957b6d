internal import Octets

extension MetadataRefresh {
  /// Takes the next root: signed by enough keys of the trusted one and by enough of its own, and one version further.
  mutating func takeRoot(_ file: [UInt8]) throws(MetadataError) {
    rootSteps += 1
    guard rootSteps <= Self.rootStepLimit else { throw MetadataError(.tooManyRoots, .root) }
    let old = trusted.root.document
    let envelope = try Envelope(file, as: .root)
    guard let oldKeys = old.keys(.root) else { throw MetadataError(.keysUnavailable, .root) }
    try envelope.verify(oldKeys, as: .root)
    let root = try Root(payload: envelope.payload)
    guard let newKeys = root.keys(.root) else { throw MetadataError(.keysUnavailable, .root) }
    try envelope.verify(newKeys, as: .root)
    guard root.version == old.version &+ 1, root.version > old.version else { throw MetadataError(.rootGap, .root) }
    trusted.root = Trusted(document: root, payload: envelope.payload, fileDigest: blake2b256(file))
    trusted.rootFiles = Array((trusted.rootFiles + [file]).suffix(TrustedSet.rootHistoryLimit))
    let hasTimestampChanged = old.keys(.timestamp) != root.keys(.timestamp)
    if hasTimestampChanged || old.keys(.snapshot) != root.keys(.snapshot) {
      // Whoever had the old keys may have taken their versions to the end: forget them.
      trusted.timestamp = nil
      trusted.snapshot = nil
    }
    if old.keys(.evidence) != root.keys(.evidence) { trusted.evidence = nil }
    // What other keys signed has to be signed by these; it is fetched again, and its version stays what it was.
    if old.keys(.releases) != root.keys(.releases) { trusted.releases = trusted.releases?.outdated }
    if old.keys(.rollout) != root.keys(.rollout) { trusted.rollout = trusted.rollout?.outdated }
    if trusted.releases?.fileDigest.isZero == true || trusted.rollout?.fileDigest.isZero == true {
      trusted.snapshot = trusted.snapshot?.outdated
    }
    if hasTimestampChanged {
      // And the time they claimed: back to the newest that two keys have signed.
      trusted.clockFloor = max(root.created, trusted.releases?.document.created ?? root.created)
    }
  }

  /// Takes the timestamp, and moves the floor of the clock.
  mutating func takeTimestamp(_ file: [UInt8]?) throws(MetadataError) {
    let new: Trusted<Timestamp> = try verified(file, trusted.timestamp)
    if let old = trusted.timestamp?.document, new.document.snapshotVersion < old.snapshotVersion {
      throw MetadataError(.olderVersion, .timestamp, at: ("snapshotVersion" as StaticString).octets)
    }
    trusted.timestamp = new
    // No further than a day from the host's own clock, and not beyond the root: a stolen online key must not be able to
    // expire everything for ever.
    let limit = min(systemClock + 86_400, trusted.root.document.expires)
    trusted.clockFloor = max(trusted.clockFloor, min(new.document.created, limit))
  }

  /// Takes in a key's brake file; one that is refused is a warning, and as good as none.
  mutating func takeBrake(_ file: [UInt8]?, of key: PublicKey) {
    guard let file else { return }
    do throws(MetadataError) {
      let envelope = try Envelope(file, as: .brake)
      try envelope.verify(RoleKeys(key), as: .brake)
      let brake = try Brake(payload: envelope.payload)
      let digest = blake2b256(envelope.payload)
      let seen = trusted.brakes.version(of: key.identifier)
      if brake.version < seen { throw MetadataError(.olderVersion, .brake) }
      let promised = trusted.timestamp?.document.brakeMinimum(of: key.identifier) ?? 0
      let (limit, isBeyond) = max(seen, promised).addingReportingOverflow(BrakeState.versionStep)
      if !isBeyond && brake.version > limit { throw MetadataError(.versionJump, .brake) }
      for entry in trusted.brakes.versions
      where entry.key == key.identifier && entry.version == brake.version && entry.digest != digest {
        throw MetadataError(.differsAtSameVersion, .brake)
      }
      try limitLife(brake, to: Role.brake.longestLife)
      try limitHolds(brake.holds, .brake)
      trusted.brakes.merge(brake, of: key.identifier, digest: digest, at: now)
    } catch {
      warnings.append(.brakeRefused(key.identifier, error))
    }
  }

  /// Takes the snapshot that the timestamp names.
  mutating func takeSnapshot(_ file: [UInt8]?) throws(MetadataError) {
    guard let timestamp = trusted.timestamp?.document else { throw MetadataError(.missing, .timestamp) }
    guard let file else { throw MetadataError(.missing, .snapshot) }
    guard file.count == timestamp.snapshotLength, blake2b256(file) == timestamp.snapshotDigest else {
      throw MetadataError(.differsFromSnapshot, .snapshot)
    }
    let new: Trusted<Snapshot> = try verified(file, trusted.snapshot)
    guard new.document.version == timestamp.snapshotVersion else {
      throw MetadataError(.differsFromSnapshot, .snapshot, at: ("version" as StaticString).octets)
    }
    try limitLife(new.document, to: Role.snapshot.longestLife)
    for old in trusted.snapshot?.document.files ?? [] {
      guard let file = new.document.file(old.role), file.version >= old.version else {
        throw MetadataError(.olderVersion, .snapshot, at: ("files." as StaticString).octets + old.role.name.octets)
      }
    }
    candidate = Candidate(snapshot: new)
  }

  /// Takes a file that the snapshot names.
  mutating func take(_ role: Role, _ file: [UInt8]?) throws(MetadataError) {
    guard let named = candidate?.snapshot.document.file(role) else { throw MetadataError(.missing, role) }
    guard let file else { throw MetadataError(.missing, role) }
    guard file.count == named.length, blake2b256(file) == named.digest else {
      throw MetadataError(.differsFromSnapshot, role)
    }
    switch role {
    case .releases:
      let new: Trusted<Releases> = try verified(file, trusted.releases, version: named.version)
      candidate?.releases = new
    case .rollout:
      let new: Trusted<Rollout> = try verified(file, trusted.rollout, version: named.version)
      try limitLife(new.document, to: new.document.longestLife)
      try limitHolds(new.document.holds, .rollout)
      candidate?.rollout = new
    case .evidence:
      let new: Trusted<Evidence> = try verified(file, trusted.evidence, version: named.version)
      try limitLife(new.document, to: Role.evidence.longestLife)
      candidate?.evidence = new
    default: throw MetadataError(.wrongType, role)
    }
  }

  /// Whether the file is the one that is trusted already.
  func isTrusted(_ file: Snapshot.File) -> Bool {
    switch file.role {
    case .releases: trusted.releases?.fileDigest == file.digest
    case .rollout: trusted.rollout?.fileDigest == file.digest
    case .evidence: trusted.evidence?.fileDigest == file.digest
    default: false
    }
  }

  /// Trusts a snapshot and all it names, after what its files say of one another was checked.
  mutating func adopt() throws(MetadataError) {
    guard let candidate else { return }
    guard let releases = candidate.releases ?? trusted.releases else { throw MetadataError(.missing, .releases) }
    guard let rollout = candidate.rollout ?? trusted.rollout else { throw MetadataError(.missing, .rollout) }
    try trusted.check(rollout.document, against: releases.document)
    trusted.snapshot = candidate.snapshot
    trusted.releases = releases
    trusted.rollout = rollout
    if let evidence = candidate.evidence { trusted.evidence = evidence }
    trusted.remember(rollout.document.offers)
  }

  /// The rules for each file: signatures, form, type, version, expiry, in this order.
  private func verified<Content: Document>(
    _ file: [UInt8]?, _ old: Trusted<Content>?, version: UInt64? = nil
  ) throws(MetadataError) -> Trusted<Content> {
    let role = Content.role
    guard let file else { throw MetadataError(.missing, role) }
    let envelope = try Envelope(file, as: role)
    guard let keys = trusted.root.document.keys(role) else { throw MetadataError(.keysUnavailable, role) }
    try envelope.verify(keys, as: role)
    let document = try Content(payload: envelope.payload)
    if let version, document.version != version {
      throw MetadataError(.differsFromSnapshot, role, at: ("version" as StaticString).octets)
    }
    if let old {
      if document.version < old.document.version { throw MetadataError(.olderVersion, role) }
      if document.version == old.document.version && envelope.payload != old.payload {
        throw MetadataError(.differsAtSameVersion, role)
      }
    }
    if document.expires <= now { throw MetadataError(.expired, role) }
    return Trusted(document: document, payload: envelope.payload, fileDigest: blake2b256(file))
  }

  /// Documents without a date of their own may not live longer from now than their kind does, a day's grace for clocks.
  private func limitLife<Content: Document>(_ document: Content, to seconds: Int64) throws(MetadataError) {
    if document.expires - now > seconds + 86_400 {
      throw MetadataError(.expiresTooLate, Content.role, at: ("expires" as StaticString).octets)
    }
  }

  private func limitHolds(_ holds: [Hold], _ role: Role) throws(MetadataError) {
    for i in holds.indices where holds[i].expires - now > Hold.longestLife + 86_400 {
      let place: [UInt8] = ("holds" as StaticString).octets + index(i) + (".expires" as StaticString).octets
      throw MetadataError(.expiresTooLate, role, at: place)
    }
  }
}

extension TrustedSet {
  /// What a rollout may not say, given the releases and what was trusted before.
  func check(_ rollout: Rollout, against releases: Releases) throws(MetadataError) {
    for offer in rollout.offers {
      let place: [UInt8] =
        ("channels." as StaticString).octets + offer.channel.name.octets + [UInt8(ascii: ".")]
        + offer.component.name.octets
      guard releases.release(offer.component, offer.serial) != nil else {
        throw MetadataError(.crossReference, .rollout, at: place)
      }
      for known in salts
      where known.channel == offer.channel && known.component == offer.component && known.serial == offer.serial {
        if known.salt != offer.salt { throw MetadataError(.saltChanged, .rollout, at: place) }
      }
    }
    for i in rollout.rollbacks.indices {
      let directive = rollout.rollbacks[i]
      let place: [UInt8] = ("rollbacks" as StaticString).octets + index(i) + (".to" as StaticString).octets
      guard releases.release(directive.component, directive.to) != nil else {
        throw MetadataError(.crossReference, .rollout, at: place)
      }
      if directive.to < releases.floor(directive.component) { throw MetadataError(.belowFloor, .rollout, at: place) }
    }
  }

  /// Keeps the salts of offers, so that none can change.
  mutating func remember(_ offers: [Offer]) {
    for offer in offers {
      let salt = Salt(channel: offer.channel, component: offer.component, serial: offer.serial, salt: offer.salt)
      if !salts.contains(salt) { salts.append(salt) }
    }
    if salts.count > Self.saltLimit { salts.removeFirst(salts.count - Self.saltLimit) }
  }
}
