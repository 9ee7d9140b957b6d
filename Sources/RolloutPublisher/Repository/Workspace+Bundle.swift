internal import Octets
public import RolloutMetadata

extension Workspace {
  /// Writes the repository as one file for machines without a network: every root, the newest of each document, brakes and
  /// all artifacts that the releases list. A client has to accept it first. Returns what is in it.
  public func exportBundle(to path: String, now: UTCTime) throws(PublisherError) -> OfflineBundle {
    let walk = try verify(now: now)
    if let failure = walk.failure { throw PublisherError(failure, "run `release repo publish` first") }
    let trusted = walk.trusted
    var paths = try metadataPaths(trusted)
    for release in trusted.releases?.document.releases ?? [] {
      for artifact in release.artifacts where !paths.contains(string(artifact.path)) {
        paths.append(string(artifact.path))
      }
    }
    var members: [OfflineBundle.Member] = []
    for path in paths {
      let (size, digest) = try Self.measure(repository + "/" + path)
      members.append(OfflineBundle.Member(path: octets(path), size: size, digest: digest))
    }
    let bundle = OfflineBundle(created: now, members: members)
    guard bundle.members.count <= OfflineBundle.memberLimit else {
      throw PublisherError(.failure, "more than \(OfflineBundle.memberLimit) files; take old releases out first")
    }
    try Files.write(to: path) { (put) throws(PublisherError) in
      try put(bundle.head)
      for member in bundle.members {
        guard let frame = bundle.frame(of: member) else {
          throw PublisherError(.failure, "\(string(member.path)): a path that does not fit a bundle")
        }
        try put(frame.header)
        try Files.scan(repository + "/" + string(member.path), put)
        try put(frame.padding)
      }
      try put(OfflineBundle.tail)
    }
    return bundle
  }

  /// Checks a bundle as a client does that begins with a root of trust or with what it trusted, and unpacks it to a folder
  /// that is then a repository. Returns the walk; nothing is written when it failed.
  public static func importBundle(
    _ path: String, trusting start: TrustedSet, to folder: String?, maximumAgeDays: Int64, now: UTCTime
  ) throws(PublisherError) -> (bundle: OfflineBundle, walk: MetadataRefresh) {
    let file = try RandomAccessFile(path)
    do throws(BundleError) {
      let reader = try BundleReader(size: file.size) { file.read(at: $0, count: $1) }
      let walk = try reader.refresh(start, now: now, maximumAgeDays: maximumAgeDays) { file.read(at: $0, count: $1) }
      guard walk.failure == nil else { return (reader.bundle, walk) }
      if let missing = reader.missingArtifacts(of: walk.trusted).first {
        throw BundleError(.memberMissing, missing.path)
      }
      if let folder { try unpack(reader, from: file, to: folder) }
      return (reader.bundle, walk)
    } catch {
      throw PublisherError(error.exitStatus, "\(path): \(string(error.text))")
    }
  }

  private static func unpack(
    _ reader: BundleReader, from file: borrowing RandomAccessFile, to folder: String
  ) throws(BundleError) {
    for i in reader.bundle.members.indices {
      let member = reader.bundle.members[i]
      let target = folder + "/" + string(member.path)
      do throws(PublisherError) {
        try Files.makeFolder(String(target[..<(target.lastIndex(of: "/") ?? target.endIndex)]))
        try Files.write(to: target) { (put) throws(PublisherError) in
          var place = reader.offsets[i]
          var left = member.size
          while left > 0 {
            let count = Int(min(left, 1 << 20))
            guard let bytes = file.read(at: place, count: count) else {
              throw PublisherError(.failure, "\(target): the bundle cannot be read any more")
            }
            try put(bytes)
            place += UInt64(count)
            left -= UInt64(count)
          }
        }
      } catch {
        throw BundleError(.unreadable, member.path)
      }
    }
  }

  /// Keeps what a client trusts after an import, for the next one.
  public static func keep(_ trusted: TrustedSet, in folder: String) throws(PublisherError) {
    try Files.write(trusted.stored, to: folder + "/trusted.json")
  }

  /// What a client begins with: a root of trust, or the stored set of one.
  public static func trust(_ path: String) throws(PublisherError) -> TrustedSet {
    guard let file = try Files.read(path, limit: TrustedSet.storageLimit) else {
      throw PublisherError(.failure, "\(path): no such file; name a root of trust, or a client.json")
    }
    if let stored = TrustedSet(stored: file) { return stored }
    return try publishing("in \(path)") { () throws(MetadataError) in try TrustedSet(root: file) }
  }
}
