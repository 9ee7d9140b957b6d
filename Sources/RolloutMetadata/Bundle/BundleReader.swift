internal import Octets
internal import Signatures

/// A bundle that was checked to its last byte: every member is where its list says, and what its list says.
public struct BundleReader: Sendable {
  /// The list.
  public let bundle: OfflineBundle
  /// Where each file of the list begins.
  public let offsets: [UInt64]

  /// How much is asked for at a time.
  private static let piece: UInt64 = 1 << 20

  /// Checks a bundle of `size` bytes, of which `read` returns those at an offset, or nil when it cannot. One pass.
  public init(
    size: UInt64, read: (_ offset: UInt64, _ count: Int) -> [UInt8]?
  ) throws(BundleError) {
    let name = OfflineBundle.listName.octets
    guard let first = Self.exactly(Tar.block, at: 0, size, read), let length = Self.listLength(first) else {
      throw BundleError(.notABundle)
    }
    var place = UInt64(Tar.block)
    guard let list = Self.exactly(length, at: place, size, read), let bundle = OfflineBundle(list: list),
      Tar.header(name, size: UInt64(length), time: bundle.created) == first
    else { throw BundleError(.notABundle, name) }
    place += UInt64(length)
    try Self.skip(Tar.padding(UInt64(length)), name, &place, size, read)
    var offsets: [UInt64] = []
    for member in bundle.members {
      guard let header = Self.exactly(Tar.block, at: place, size, read) else {
        throw BundleError(.memberMissing, member.path)
      }
      guard header == Tar.header(member.path, size: member.size, time: bundle.created) else {
        throw BundleError(.memberNotDeclared, member.path)
      }
      place += UInt64(Tar.block)
      offsets.append(place)
      var digest = BLAKE2b(digestLength: 32)
      var left = member.size
      while left > 0 {
        let count = Int(min(left, Self.piece))
        guard let bytes = Self.exactly(count, at: place, size, read) else {
          throw BundleError(.memberMissing, member.path)
        }
        digest.update(bytes.raw)
        place += UInt64(count)
        left -= UInt64(count)
      }
      let result = digest.finish()
      guard Octets32(exactly: Array(result.array.prefix(32))) == member.digest else {
        throw BundleError(.memberChanged, member.path)
      }
      try Self.skip(Tar.padding(member.size), member.path, &place, size, read)
    }
    try Self.skip(OfflineBundle.tail.count, [], &place, size, read)
    guard place == size else { throw BundleError(.trailingData) }
    self.bundle = bundle
    self.offsets = offsets
  }

  /// Walks over the bundle as over a mirror. What is in it is judged by the time it was made at, because its timestamp lives
  /// a day only; how old it is, by `now` and policy. What is newer than the bundle nobody here can know.
  public func refresh(
    _ trusted: TrustedSet, now: UTCTime, maximumAgeDays: Int64 = OfflineBundle.maximumAgeDays,
    read: (_ offset: UInt64, _ count: Int) -> [UInt8]?
  ) throws(BundleError) -> MetadataRefresh {
    // A day's grace for clocks.
    guard bundle.created - now <= 86_400 else { throw BundleError(.fromTheFuture) }
    guard now - bundle.created <= maximumAgeDays * 86_400 else { throw BundleError(.tooOld) }
    return MetadataRefresh.run(trusted, systemClock: bundle.created) { path, limit in
      for i in bundle.members.indices where bundle.members[i].path == path {
        guard bundle.members[i].size <= UInt64(limit) else { return [UInt8](repeating: 0, count: limit + 1) }
        return read(offsets[i], Int(bundle.members[i].size))
      }
      return nil
    }
  }

  /// The artifacts that the releases list and the bundle does not have.
  public func missingArtifacts(of trusted: TrustedSet) -> [Artifact] {
    var missing: [Artifact] = []
    for release in trusted.releases?.document.releases ?? [] {
      for artifact in release.artifacts {
        let member = bundle.member(artifact.path)
        if member?.digest != artifact.digest || member?.size != artifact.size { missing.append(artifact) }
      }
    }
    return missing
  }

  private static func exactly(
    _ count: Int, at offset: UInt64, _ size: UInt64, _ read: (UInt64, Int) -> [UInt8]?
  ) -> [UInt8]? {
    guard offset <= size, UInt64(count) <= size - offset, let bytes = read(offset, count), bytes.count == count else {
      return nil
    }
    return bytes
  }

  private static func skip(
    _ count: Int, _ member: [UInt8], _ place: inout UInt64, _ size: UInt64, _ read: (UInt64, Int) -> [UInt8]?
  ) throws(BundleError) {
    guard let bytes = exactly(count, at: place, size, read) else { throw BundleError(.memberMissing, member) }
    for byte in bytes where byte != 0 { throw BundleError(.memberNotDeclared, member) }
    place += UInt64(count)
  }

  /// The size in the first header: the whole header is compared once the list has said its time.
  private static func listLength(_ header: [UInt8]) -> Int? {
    var length = 0
    for byte in header[124..<135] {
      guard byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "7") else { return nil }
      length = length * 8 + Int(byte - UInt8(ascii: "0"))
      guard length <= OfflineBundle.listLimit else { return nil }
    }
    return length
  }
}
