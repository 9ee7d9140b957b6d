internal import Octets
public import RolloutMetadata

/// What a machine without a network has been brought: a bundle, whose files lie in the folder `bundle.VERSION`. It
/// stands in for a repository until something newer is believed, and is as fresh as the day it was made.
public struct BroughtBundle: Equatable, Sendable {
  /// When it was made: what it has is judged by that time.
  public let created: UTCTime
  /// The version of the timestamp in it.
  public let timestampVersion: UInt64

  /// The most bytes that a bundle may have here, which has to be held in memory.
  public static let sizeLimit = 1 << 30

  init(created: UTCTime, timestampVersion: UInt64) {
    self.created = created
    self.timestampVersion = timestampVersion
  }

  /// A line of its file, `2027-01-06T09:00:00Z 118`.
  init?(stored: [UInt8]) {
    let words = stored.split(separator: 10).first?.split(separator: 32).map { Array($0) } ?? []
    guard words.count == 2, let created = UTCTime(words[0]), let version = natural(words[1]) else { return nil }
    self.init(created: created, timestampVersion: version)
  }

  var stored: [UInt8] { created.text + Array(" \(timestampVersion)\n".utf8) }
}

extension MachineFolder {
  private static var bundlePrefix: String { "bundle." }
  private var bundleStamp: String { file("bundle-taken") }

  /// Where a bundle's files lie.
  func bundleFolder(_ bundle: BroughtBundle) -> String { file("\(Self.bundlePrefix)\(bundle.timestampVersion)") }

  /// The bundle that was brought; nil when none was.
  func bundle() throws(ClientError) -> BroughtBundle? {
    guard let bytes = try files.read(bundleStamp, limit: 64) else { return nil }
    guard let bundle = BroughtBundle(stored: bytes) else {
      throw ClientError(.malformed, "\(bundleStamp): damaged; import the bundle again")
    }
    return bundle
  }

  /// Puts a bundle in the place of the one before, which is there until the new one is.
  func keep(_ bundle: BroughtBundle, files members: [(path: String, bytes: ArraySlice<UInt8>)]) throws(ClientError) {
    let size = members.reduce(UInt64(0)) { $0 + UInt64($1.bytes.count) }
    let free = try files.freeSpace(at: path)
    guard free >= size else { throw ClientError(.stageFailed, "\(path): \(size) bytes have to be free, \(free) are") }
    let place = bundleFolder(bundle)
    for member in members {
      var place = place
      for name in member.path.utf8.split(separator: UInt8(ascii: "/")) {
        try files.makeFolder(place)
        place += files.separator + String(decoding: Array(name), as: UTF8.self)
      }
      try files.replace(place, with: Array(member.bytes))
    }
    try files.replace(bundleStamp, with: bundle.stored)
    let prefix = Array(Self.bundlePrefix.utf8)
    for entry in try files.entries(in: path)
    where entry.name.utf8.starts(with: prefix) && !place.utf8.elementsEqual(file(entry.name).utf8) {
      try files.remove(file(entry.name))
    }
  }
}

extension Updater {
  /// Takes a bundle in: its documents are believed as from any mirror, judged by the time it was made at, and its files
  /// stand in for a repository. One that is older than the policy's `maxBundleAgeDays`, or made by another program, or
  /// whose documents are not what the publisher has signed, changes nothing.
  public mutating func take(bundle path: String) throws(ClientError) -> BroughtBundle {
    let bytes = try contents(ofBundle: path)
    let read = { (offset: UInt64, count: Int) -> [UInt8]? in
      guard offset <= UInt64(bytes.count), count <= bytes.count - Int(offset) else { return nil }
      return Array(bytes[Int(offset)..<Int(offset) + count])
    }
    let reader: BundleReader
    let walk: MetadataRefresh
    do throws(BundleError) {
      reader = try BundleReader(size: UInt64(bytes.count), read: read)
      walk = try reader.refresh(trusted, now: now, maximumAgeDays: host.policy.maxBundleAgeDays, read: read)
    } catch {
      throw ClientError(error.exitStatus, "\(path): \(String(decoding: error.text, as: UTF8.self))")
    }
    if let failure = walk.failure { throw ClientError(failure.exitStatus, "\(path): \(failure.words)") }
    guard let version = walk.trusted.timestamp?.document.version else {
      throw ClientError(.badBundle, "\(path): there is no timestamp in it")
    }
    let bundle = BroughtBundle(created: reader.bundle.created, timestampVersion: version)
    var members: [(path: String, bytes: ArraySlice<UInt8>)] = []
    for (member, offset) in zip(reader.bundle.members, reader.offsets) {
      members.append(
        (String(decoding: member.path, as: UTF8.self), bytes[Int(offset)..<Int(offset) + Int(member.size)]))
    }
    try folder.keep(bundle, files: members)
    try adopt(walk.trusted)
    try folder.log("bundleTaken", "\(component.words)", "of \(bundle.created.words)", at: now, boot: host.clocks.boot)
    return bundle
  }

  private func contents(ofBundle path: String) throws(ClientError) -> [UInt8] {
    do throws(ClientError) {
      if let bytes = try folder.files.read(path, limit: BroughtBundle.sizeLimit) { return bytes }
    } catch {
      guard error.status == .malformed else { throw error }
      throw ClientError(.badBundle, "\(path): longer than \(BroughtBundle.sizeLimit) bytes")
    }
    throw ClientError(.badBundle, "\(path): there is no such file")
  }

  /// The bundle that decides here, when no repository is asked: what is believed is its own, and nothing newer.
  public var decidingBundle: BroughtBundle? {
    guard (try? isOffline(asked)) == true, let bundle = (try? folder.bundle()) ?? nil,
      trusted.timestamp?.document.version == bundle.timestampVersion,
      now - bundle.created <= host.policy.maxBundleAgeDays * 86_400
    else { return nil }
    return bundle
  }

  /// Whether releases come out of a bundle: because the machine follows `frozen`, or because nobody names a repository and
  /// a bundle was brought.
  func isOffline(_ given: String?) throws(ClientError) -> Bool {
    if host.policy.channel == .frozen {
      guard given == nil else {
        throw ClientError(.policy, "frozen machines take bundles only: import one, and name no repository")
      }
      return true
    }
    guard given == nil, !host.hasRepository else { return false }
    return try folder.bundle() != nil
  }

  /// The repository that files are fetched from.
  func source(_ given: String?) throws(ClientError) -> Host.Source {
    guard try isOffline(given), let bundle = try folder.bundle() else { return try host.source(given) }
    return try host.source(folder.bundleFolder(bundle))
  }
}
