internal import Octets
public import RolloutMetadata

extension Workspace {
  /// The brake file of a key; nil when it has published none.
  func brake(of key: PublicKey, with files: [(path: String, bytes: [UInt8])] = []) throws(PublisherError) -> Brake? {
    let path = string(MetadataRefresh.brakePath(of: key.identifier))
    guard let file = try current(path, with: files, limit: Role.brake.lengthLimit) else { return nil }
    return try publishing { () throws(MetadataError) in try Brake(payload: Envelope(file, as: .brake).payload) }
  }

  /// The brake files there are, by key.
  public func brakes() throws(PublisherError) -> [(key: PublicKey, brake: Brake)] {
    var list: [(key: PublicKey, brake: Brake)] = []
    for key in try published(Root.self)?.keys(.brake)?.keys ?? [] {
      if let brake = try brake(of: key) { list.append((key, brake)) }
    }
    return list
  }

  /// Adds halts and holds to the brake file of one key and publishes it at once. What the file already has and has not run
  /// out stays, for as long as the new entries. With the timestamp's key, the timestamp promises the file as well: then a
  /// mirror that keeps it back is found out.
  public func brake(
    halts: [Halt], holds: [Hold], lasting days: Int64, key: borrowing SecretKey, timestampKey: borrowing SecretKey?,
    now: UTCTime
  ) throws(PublisherError) -> Publication {
    guard let root = try published(Root.self), root.keys(.brake)?.key(key.publicKey.identifier) != nil else {
      throw PublisherError(
        .belowThreshold,
        "\(string(key.publicKey.identifier.hexadecimal)) is not a brake key in the published root of trust")
    }
    // Until the rollout that lifts it has run out, an identifier stops nothing.
    for name in halts.map(\.reason) + holds.map(\.id) where try published(Rollout.self)?.lifts.contains(name) == true {
      throw PublisherError(
        .failure, "\(string(name)) is lifted by the published rollout: clients would not heed it; give another one")
    }
    guard (1...14).contains(days) else { throw PublisherError(.usage, "a brake lasts 1 to 14 days, not \(days)") }
    let old = try brake(of: key.publicKey)
    let isOver = old.map { $0.expires <= now } ?? true
    var brake = Brake(version: (old?.version ?? 0) + 1, expires: now + days * 86_400)
    brake.halts = (isOver ? [] : old?.halts ?? []).filter { old in !halts.contains(old) } + halts
    brake.holds = (isOver ? [] : old?.holds ?? []).filter { old in
      old.expires > now && !holds.contains { $0.id == old.id }
    }
    brake.holds += holds
    guard brake.halts.count <= Brake.entryLimit, brake.holds.count <= Brake.entryLimit else {
      throw PublisherError(.failure, "this key's brake file is full; use another brake key, or let entries run out")
    }
    if let last = old?.expires, last > brake.expires { brake.expires = min(last, now + 14 * 86_400) }
    var files = [
      (string(MetadataRefresh.brakePath(of: key.publicKey.identifier)), signed(brake.payload, .brake, by: key))
    ]
    let payload = brake.payload
    _ = try publishing { () throws(MetadataError) in try Brake(payload: payload) }
    if let timestamp = try promised(with: files, timestampKey: timestampKey, root: root, now: now) {
      files.append(timestamp)
    }
    let trusted = try walk(over: files, now: now)
    try Files.makeFolder(repository + "/brake")
    for file in files { try Files.write(file.1, to: repository + "/" + file.0) }
    try Files.write(trusted.stored, to: clientFile)
    return Publication(files: files.map(\.0), waiting: try waiting(), trusted: trusted)
  }

  private func promised(
    with files: [(path: String, bytes: [UInt8])], timestampKey: borrowing SecretKey?, root: Root, now: UTCTime
  ) throws(PublisherError) -> (path: String, bytes: [UInt8])? {
    switch timestampKey {
    case .some(let key): try timestampFile(with: files, key: key, now: now)
    case .none: nil
    }
  }
}
