internal import Foundation
internal import Octets
internal import RolloutMetadata

/// The folders that releases are unpacked to, side by side: `slots/57`, with the package that it came in beside them.
struct Slots {
  /// Where they lie.
  let root: String

  func path(_ serial: UInt64) -> String { "\(root)/slots/\(serial)" }
  private func package(_ serial: UInt64) -> String { "\(root)/packages/\(serial)" }
  private var files: FileManager { .default }

  /// Where a package is fetched to; there is room for it, and for what it holds.
  func part(_ serial: UInt64, _ artifact: Artifact) throws(ClientError) -> String {
    try makeFolder("\(root)/packages")
    let free = try DurableFiles.freeSpace(at: root)
    guard free / 2 >= artifact.size else {
      throw ClientError(.stageFailed, "\(root): \(artifact.size) bytes have to be free twice, \(free) are")
    }
    return package(serial) + ".part"
  }

  /// Keeps a package that was fetched, when its bytes are what was signed; otherwise nothing of it stays.
  func keep(_ serial: UInt64, _ artifact: Artifact) throws(ClientError) {
    let part = package(serial) + ".part"
    do throws(ClientError) {
      let bytes = try DurableFiles.read(part, limit: Int(clamping: artifact.size) + 1) ?? []
      try check(bytes, artifact)
      try DurableFiles.replace(package(serial), with: bytes)
    } catch {
      try remove(part)
      throw error
    }
    try remove(part)
  }

  private func check(_ bytes: [UInt8], _ artifact: Artifact) throws(ClientError) {
    guard UInt64(bytes.count) == artifact.size, blake2b256(bytes) == artifact.digest else {
      throw ClientError(
        .badSignature,
        "\(String(decoding: artifact.name, as: UTF8.self)): not the file that was signed; nothing is changed")
    }
  }

  /// Unpacks a package from the beginning, and verifies what is there then.
  func unpack(_ serial: UInt64, _ artifact: Artifact) throws(ClientError) {
    let members = try members(serial, artifact)
    let place = path(serial)
    try remove(place)
    try makeFolder(place)
    for member in members {
      let path = place + "/" + member.path
      if member.isFolder {
        try makeFolder(path)
      } else {
        try makeFolder(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
        try DurableFiles.replace(path, with: Array(member.bytes))
        try setMode(path, member.isExecutable ? 0o755 : 0o644)
      }
    }
    try DurableFiles.flushFolder(of: place)
    try verify(serial, artifact)
  }

  private func members(_ serial: UInt64, _ artifact: Artifact) throws(ClientError) -> [TarReader.Member] {
    guard artifact.kind == .tar else {
      throw ClientError(.wrongTarget, "packages of kind \(artifact.kind.name) are not for this system")
    }
    guard let bytes = try DurableFiles.read(package(serial), limit: Int(artifact.size)) else {
      throw ClientError(.stageFailed, "\(package(serial)) is missing: fetch the release again")
    }
    try check(bytes, artifact)
    return try TarReader.members(of: bytes)
  }

  /// Compares every file of a slot with the signed package: as often as it is used, because files change.
  func verify(_ serial: UInt64, _ artifact: Artifact) throws(ClientError) {
    var expected: Set<String> = []
    for member in try members(serial, artifact) where !member.isFolder {
      expected.insert(member.path)
      let place = path(serial) + "/" + member.path
      guard try DurableFiles.read(place, limit: member.bytes.count) == Array(member.bytes) else {
        throw ClientError(
          .stageFailed, "\(place): not the file of the signed package; it was changed after it was unpacked")
      }
    }
    for name in files.enumerator(atPath: path(serial))?.allObjects ?? [] {
      guard let name = name as? String else { continue }
      let type = try? files.attributesOfItem(atPath: path(serial) + "/" + name)[.type] as? FileAttributeType
      guard type == .typeDirectory || expected.contains(name) else {
        throw ClientError(.stageFailed, "\(path(serial))/\(name): not part of the signed package")
      }
    }
  }

  /// Removes every slot and package but two.
  func clean(keeping serial: UInt64, and other: UInt64?) throws(ClientError) {
    for folder in ["slots", "packages"] {
      for name in (try? files.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? [] {
        if name == String(serial) || name == other.map({ String($0) }) { continue }
        try remove("\(root)/\(folder)/\(name)")
      }
    }
  }

  /// Removes one.
  func discard(_ serial: UInt64) throws(ClientError) {
    for name in [path(serial), package(serial), package(serial) + ".part", package(serial) + ".part.tag"] {
      try remove(name)
    }
  }

  private func remove(_ path: String) throws(ClientError) {
    guard files.fileExists(atPath: path) else { return }
    do { try files.removeItem(atPath: path) } catch { throw failed("remove", path, error) }
  }

  private func makeFolder(_ path: String) throws(ClientError) {
    do { try files.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
      throw failed("make", path, error)
    }
  }

  private func setMode(_ path: String, _ mode: Int) throws(ClientError) {
    do { try files.setAttributes([.posixPermissions: mode], ofItemAtPath: path) } catch {
      throw failed("set the permissions of", path, error)
    }
  }

  private func failed(_ what: String, _ path: String, _ error: any Error) -> ClientError {
    ClientError(.stageFailed, "cannot \(what) \(path): \((error as NSError).localizedDescription)")
  }
}
