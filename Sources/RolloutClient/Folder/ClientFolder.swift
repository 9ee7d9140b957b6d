internal import Foundation
internal import Octets
public import Rollout
public import RolloutMetadata

/// A client's folder, `/var/lib/needletail` unless somebody says otherwise: what it believes, what it has decided, and
/// what it has done.
///
/// `root.json` or `trusted.json` is where trust begins; `policy.json` is the administrator's; the rest is the client's own.
public struct ClientFolder {
  /// Where it is.
  public let path: String

  /// The folder at a path that exists and only administrators may write to.
  public init(path: String) { self.path = path }

  func file(_ name: String) -> String { path + "/" + name }

  /// Keeps other clients out until the program ends.
  public func lock() throws(ClientError) { try DurableFiles.lock(file("lock")) }

  /// The administrator's policy; without a file, the one that holds when nobody has decided anything.
  public func policyFile() throws(ClientError) -> PolicyFile {
    let path = file("policy.json")
    guard let bytes = try DurableFiles.read(path, limit: 1 << 20) else { return PolicyFile() }
    guard !DurableFiles.isWritableByOthers(path) else {
      throw ClientError(.policy, "\(path): others than its owner may write to it; run chmod go-w on it")
    }
    return try PolicyFile(bytes, path: path)
  }

  /// Replaces the policy.
  public func write(_ policy: PolicyFile) throws(ClientError) {
    _ = try policy.policy(path: file("policy.json"))
    try DurableFiles.replace(file("policy.json"), with: policy.bytes)
  }

  /// What is believed; what was verified before, or else the root that came with the program.
  public func trusted() throws(ClientError) -> TrustedSet {
    let stored = file("trusted.json")
    if let bytes = try DurableFiles.read(stored, limit: TrustedSet.storageLimit) {
      guard let set = TrustedSet(stored: bytes) else {
        throw ClientError(
          .malformed, "\(stored): damaged; move it away, and the client begins again with \(file("root.json"))")
      }
      return set
    }
    guard let bytes = try DurableFiles.read(file("root.json"), limit: Role.root.lengthLimit) else {
      throw ClientError(.belowThreshold, "\(file("root.json")): missing; put the publisher's first root there")
    }
    do throws(MetadataError) {
      return try TrustedSet(root: bytes)
    } catch {
      throw ClientError(error.exitStatus, "\(file("root.json")): \(error.words)")
    }
  }

  func write(_ trusted: TrustedSet) throws(ClientError) {
    try DurableFiles.replace(file("trusted.json"), with: trusted.stored)
  }

  /// How far the component's update has come.
  public func record(_ component: Component) throws(ClientError) -> ClientRecord {
    let path = file("\(component.name).record.json")
    guard let bytes = try DurableFiles.read(path, limit: ClientRecord.byteLimit) else {
      return ClientRecord(component: component)
    }
    guard let record = ClientRecord(stored: bytes), record.component == component else {
      throw ClientError(.malformed, "\(path): damaged; see which release runs, and move the file away")
    }
    return record
  }

  func write(_ record: ClientRecord) throws(ClientError) {
    try DurableFiles.replace(file("\(record.component.name).record.json"), with: record.stored)
  }

  /// The identifier of this installation, made when it is first asked for. It never leaves the machine.
  public func installID() throws(ClientError) -> [UInt8] {
    let path = file("install-id")
    if let text = try DurableFiles.read(path, limit: 64) {
      guard let id = Octets16(hexadecimal: Array(text.prefix(32))), text.count <= 33 else {
        throw ClientError(.malformed, "\(path): 32 hexadecimal digits are needed; remove it, and another is made")
      }
      return id.array
    }
    var generator = SystemRandomNumberGenerator()
    let id = (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
    try DurableFiles.replace(path, with: Octets16(exactly: id).map { $0.hexadecimal + [10] } ?? [])
    return id
  }

  /// When serials were first offered here: a line for each, `portable 57 2027-01-06T09:00:00Z`.
  func firstOffers() throws(ClientError) -> [Situation.FirstOffer] {
    let bytes = try DurableFiles.read(file("offers"), limit: 1 << 20) ?? []
    return bytes.split(separator: 10).compactMap { line in
      let words = line.split(separator: 32).map(Array.init)
      guard words.count == 3, let component = Component(named: words[0]), let time = UTCTime(words[2]),
        let serial = UInt64(String(decoding: words[1], as: UTF8.self))
      else { return nil }
      return .init(component: component, serial: serial, at: time)
    }
  }

  /// Remembers serials that are offered for the first time. Only the last 256 are kept.
  func remember(_ offers: [Situation.FirstOffer]) throws(ClientError) {
    var text = ""
    for offer in offers.suffix(256) {
      text += "\(offer.component.name) \(offer.serial) \(String(decoding: offer.at.text, as: UTF8.self))\n"
    }
    try DurableFiles.replace(file("offers"), with: Array(text.utf8))
  }
}

extension MetadataError {
  /// The error as a sentence.
  public var words: String { String(decoding: text, as: UTF8.self) }
}
