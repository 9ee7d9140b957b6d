public import Octets

/// A repository in one file, for machines without a network: a tar whose first member lists all others.
///
/// The list is not signed and need not be: what a bundle brings is believed for the signatures in it, exactly as from a
/// mirror. What the list does is to let nothing else in.
public struct OfflineBundle: Equatable, Sendable {
  /// A file of the bundle.
  public struct Member: Equatable, Sendable {
    /// Its path in the repository.
    public let path: [UInt8]
    /// Bytes.
    public let size: UInt64
    /// The BLAKE2b-256 of the file.
    public let digest: Octets32

    /// A file of a bundle.
    public init(path: [UInt8], size: UInt64, digest: Octets32) {
      self.path = path
      self.size = size
      self.digest = digest
    }
  }

  /// When the bundle was made: within the life of the timestamp in it.
  public let created: UTCTime
  /// The files, by ascending path.
  public let members: [Member]

  /// The name of the first member, the list.
  public static let listName: StaticString = "BUNDLE.json"
  /// The most bytes the list may have.
  public static let listLimit = 4 << 20
  /// The most files a bundle may have.
  public static let memberLimit = 8192
  /// How old a bundle may be, in days, when policy does not say.
  public static let maximumAgeDays: Int64 = 120

  /// A bundle of these files, which are sorted.
  public init(created: UTCTime, members: [Member]) {
    self.created = created
    self.members = members.sorted { $0.path.precedes($1.path) }
  }

  /// The list.
  var list: [UInt8] {
    JSON.sorted([
      .init("_type", .text("bundle")), .init("spec", .natural(RolloutMetadata.format)),
      .init("created", .text(created.text)),
      .init(
        "members",
        members.list {
          JSON.sorted([
            .init("path", .text($0.path)), .init("size", .natural($0.size)),
            .init("blake2b256", .text($0.digest.hexadecimal)),
          ])
        }),
    ]).canonical
  }

  init?(list: [UInt8]) {
    guard let json = try? JSON(canonical: list) else { return nil }
    do throws(MetadataError) {
      var fields = try Fields(json, .snapshot, at: [])
      guard try fields.text("_type") == "bundle" else { return nil }
      _ = try fields.natural("spec", in: RolloutMetadata.format...RolloutMetadata.format)
      created = try fields.time("created")
      members = try fields.list("members", limit: Self.memberLimit) {
        (json, role, place) throws(MetadataError) -> Member in
        var fields = try Fields(json, role, at: place)
        let member = Member(
          path: try fields.text("path"), size: try fields.natural("size", in: 0...Tar.sizeLimit),
          digest: try fields.octets("blake2b256"))
        try fields.end()
        return member
      }
      try fields.end()
    } catch {
      return nil
    }
    for i in members.indices {
      guard Tar.header(members[i].path, size: members[i].size, time: created) != nil else { return nil }
      if i > 0 && !members[i - 1].path.precedes(members[i].path) { return nil }
    }
  }

  /// What stands before the files of a bundle: the list, as a member.
  public var head: [UInt8] {
    let list = list
    guard let header = Tar.header(Self.listName.octets, size: UInt64(list.count), time: created) else { return [] }
    return header + list + [UInt8](repeating: 0, count: Tar.padding(UInt64(list.count)))
  }

  /// What stands before and behind a file of the bundle; nil when its path does not fit a header.
  public func frame(of member: Member) -> (header: [UInt8], padding: [UInt8])? {
    guard let header = Tar.header(member.path, size: member.size, time: created) else { return nil }
    return (header, [UInt8](repeating: 0, count: Tar.padding(member.size)))
  }

  /// What stands at the end of a bundle.
  public static var tail: [UInt8] { [UInt8](repeating: 0, count: 2 * Tar.block) }

  /// The file with this path.
  public func member(_ path: [UInt8]) -> Member? {
    for member in members where member.path == path { return member }
    return nil
  }
}
