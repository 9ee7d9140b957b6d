internal import Octets
internal import RolloutMetadata

/// The folders that releases are unpacked to, side by side: `slots/57`, with the package that it came in beside them.
struct Slots<Files: MachineFiles> {
  /// Where they lie.
  let root: String
  let files: Files

  func path(_ serial: UInt64) -> String { below(root, "slots", "\(serial)") }
  private func package(_ serial: UInt64) -> String { below(root, "packages", "\(serial)") }
  private func below(_ names: String...) -> String { names.dropFirst().reduce(names[0]) { $0 + files.separator + $1 } }

  /// Where a package is fetched to; there is room for it, and for what it holds.
  func part(_ serial: UInt64, _ artifact: Artifact) throws(ClientError) -> String {
    try files.makeFolder(below(root, "packages"))
    let free = try files.freeSpace(at: root)
    guard free / 2 >= artifact.size else {
      throw ClientError(.stageFailed, "\(root): \(artifact.size) bytes have to be free twice, \(free) are")
    }
    return package(serial) + ".part"
  }

  /// Keeps a package that was fetched, when its bytes are what was signed; otherwise nothing of it stays.
  func keep(_ serial: UInt64, _ artifact: Artifact) throws(ClientError) {
    let part = package(serial) + ".part"
    do throws(ClientError) {
      let bytes = try files.read(part, limit: Int(clamping: artifact.size) + 1) ?? []
      try check(bytes, artifact)
      try files.replace(package(serial), with: bytes)
    } catch {
      try files.remove(part)
      throw error
    }
    try files.remove(part)
  }

  private func check(_ bytes: [UInt8], _ artifact: Artifact) throws(ClientError) {
    guard UInt64(bytes.count) == artifact.size, blake2b256(bytes) == artifact.digest else {
      throw ClientError(
        .badSignature,
        "\(String(decoding: artifact.name, as: UTF8.self)): not the file that was signed; nothing is changed")
    }
  }

  /// Whether the package is there, as it was signed.
  func hasPackage(_ serial: UInt64, _ artifact: Artifact) -> Bool {
    guard let bytes = (try? files.read(package(serial), limit: Int(clamping: artifact.size))) ?? nil else {
      return false
    }
    return (try? check(bytes, artifact)) != nil
  }

  /// Unpacks a package from the beginning, unless just that is there already, and verifies what is there then.
  func unpack(_ serial: UInt64, _ artifact: Artifact) throws(ClientError) {
    // Its program may be serving tunnels, where no system lets it be removed.
    if (try? verify(serial, artifact)) != nil { return }
    let members = try members(serial, artifact)
    let place = path(serial)
    try files.remove(place)
    try files.makeFolder(place)
    for member in members {
      let path = place + files.separator + own(member.path)
      if member.isFolder {
        try files.makeFolder(path)
      } else {
        try files.makeFolder(folder(of: path))
        try files.replace(path, with: Array(member.bytes))
        try files.setExecutable(path, member.isExecutable)
      }
    }
    try files.flushFolder(of: place)
    try verify(serial, artifact)
  }

  /// A path of the package as this system writes it.
  private func own(_ path: String) -> String {
    let names = path.utf8.split(separator: UInt8(ascii: "/")).map { String(decoding: Array($0), as: UTF8.self) }
    return names.dropFirst().reduce(names.first ?? "") { $0 + files.separator + $1 }
  }

  private func folder(of path: String) -> String {
    let bytes = Array(path.utf8)
    let separator = files.separator.utf8.first ?? 0
    return String(decoding: bytes[..<(bytes.lastIndex(of: separator) ?? 0)], as: UTF8.self)
  }

  private func members(_ serial: UInt64, _ artifact: Artifact) throws(ClientError) -> [TarReader.Member] {
    guard artifact.kind == .tar else {
      throw ClientError(.wrongTarget, "packages of kind \(artifact.kind.words) are not for this system")
    }
    guard let bytes = try files.read(package(serial), limit: Int(artifact.size)) else {
      throw ClientError(.stageFailed, "\(package(serial)) is missing: fetch the release again")
    }
    try check(bytes, artifact)
    return try TarReader.members(of: bytes)
  }

  /// Compares every file of a slot with the signed package: as often as it is used, because files change.
  func verify(_ serial: UInt64, _ artifact: Artifact) throws(ClientError) {
    var expected: [[UInt8]] = []
    for member in try members(serial, artifact) where !member.isFolder {
      let name = own(member.path)
      expected.append(Array(name.utf8))
      let place = path(serial) + files.separator + name
      guard try files.read(place, limit: member.bytes.count) == Array(member.bytes) else {
        throw ClientError(
          .stageFailed, "\(place): not the file of the signed package; it was changed after it was unpacked")
      }
    }
    try checkNothingElse(below: path(serial), "", expected)
  }

  private func checkNothingElse(below slot: String, _ prefix: String, _ expected: [[UInt8]]) throws(ClientError) {
    let folder = prefix.utf8.isEmpty ? slot : slot + files.separator + prefix
    for entry in try files.entries(in: folder) {
      let name = prefix.utf8.isEmpty ? entry.name : prefix + files.separator + entry.name
      if entry.isFolder {
        try checkNothingElse(below: slot, name, expected)
      } else if !expected.contains(Array(name.utf8)) {
        throw ClientError(.stageFailed, "\(slot)\(files.separator)\(name): not part of the signed package")
      }
    }
  }

  /// Removes every slot and package but two.
  func clean(keeping serial: UInt64, and other: UInt64?) throws(ClientError) {
    let kept = [Array("\(serial)".utf8)] + (other.map { [Array("\($0)".utf8)] } ?? [])
    for folder in ["slots", "packages"] {
      for entry in try files.entries(in: below(root, folder)) where !kept.contains(Array(entry.name.utf8)) {
        try files.remove(below(root, folder, entry.name))
      }
    }
  }

  /// Removes one.
  func discard(_ serial: UInt64) throws(ClientError) {
    for name in [path(serial), package(serial), package(serial) + ".part", package(serial) + ".part.tag"] {
      try files.remove(name)
    }
  }
}
