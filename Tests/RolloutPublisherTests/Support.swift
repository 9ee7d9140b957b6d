import Foundation
import Octets
import RolloutMetadata
import RolloutPublisher
import Testing

/// A folder that is gone with the value, and keys in it.
final class Desk {
  let folder: URL
  let workspace: Workspace
  var now = UTCTime(octets("2027-01-10T12:00:00Z"))!

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "publisher-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    workspace = Workspace(folder: folder.appending(path: "w").path)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appending(path: name).path }

  func makeKey(_ name: String) throws(PublisherError) -> PublicKey {
    let key = try SecretKey.generate()
    try key.write(to: path(name))
    return key.publicKey
  }

  func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: folder.appending(path: name))
    return path(name)
  }

  func sign(_ names: String..., roles: [Role] = []) throws(PublisherError) {
    for name in names { _ = try workspace.sign(with: try SecretKey(file: path(name)), roles: roles) }
  }

  @discardableResult
  func publish(_ timestamp: String = "ts", _ snapshot: String = "sn") throws(PublisherError) -> Publication {
    try workspace.publish(
      timestampKey: try SecretKey(file: path(timestamp)), snapshotKey: try SecretKey(file: path(snapshot)), now: now)
  }

  /// The keys of a repository: r1 r2 r3, a b c, ts, sn, br1 br2, ev.
  func initialise() throws(PublisherError) {
    var keys: [Role: RoleKeys] = [:]
    let names: [(Role, [String], Int)] = [
      (.root, ["r1", "r2", "r3"], 2), (.releases, ["a", "b", "c"], 2), (.timestamp, ["ts"], 1), (.snapshot, ["sn"], 1),
      (.brake, ["br1", "br2"], 1), (.evidence, ["ev"], 1),
    ]
    for (role, files, threshold) in names {
      var list: [PublicKey] = []
      for name in files { list.append(try makeKey(name)) }
      keys[role] = RoleKeys(list, threshold: threshold)
    }
    keys[.rollout] = keys[.releases]
    try workspace.initialise(keys, now: now)
  }

  /// A repository with two releases, the second of which a tenth of the fleet may have.
  func publishTwoReleases() throws {
    try initialise()
    try sign("r1", "r2")
    try publish()
    for serial: UInt64 in [1, 2] { try add(serial) }
    try workspace.offer(.portable, 2, in: .stable, ppm: 100_000, step: nil, now: now)
    try sign("a", "b")
    try publish()
  }

  func add(_ serial: UInt64) throws {
    let file = try write("release \(serial)", to: "needletail-\(serial).tar")
    let digest = try Workspace.digest(of: file)
    try workspace.add(
      Release(
        component: .portable, serial: serial, version: octets("1.\(serial).0"), phase: .optIn, artifacts: [],
        recipe: octets("make package"), buildDigest: digest, notesDigest: digest),
      files: [ReleaseFile(path: file, kind: .tar, system: "linux", architecture: "x86_64")], now: now)
  }
}

/// What a call throws; nil when it does not.
func thrown<Result>(_ body: () throws(PublisherError) -> Result) -> PublisherError? {
  do throws(PublisherError) {
    _ = try body()
    return nil
  } catch {
    return error
  }
}
