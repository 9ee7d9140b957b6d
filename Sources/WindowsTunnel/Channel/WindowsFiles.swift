import Rollout
import RolloutMetadata

/// Windows' files, as an update needs them.
struct WindowsFiles<System: WindowsSystem>: MachineFiles {
  let system: System

  var separator: String { "\\" }

  /// Does something to a file; an error of Windows becomes one of updates.
  func told<Result>(
    _ what: String, _ path: String, _ body: () throws(SystemError) -> Result
  ) throws(ClientError) -> Result {
    do throws(SystemError) {
      return try body()
    } catch {
      let status: ExitStatus
      switch error {
      case .accessDenied: status = .notPermitted
      case .fileTooLarge: status = .malformed
      default: status = .failure
      }
      throw ClientError(status, system.explain("cannot \(what) \(path)", error))
    }
  }

  func read(_ path: String, limit: Int) throws(ClientError) -> [UInt8]? {
    try told("read", path) { () throws(SystemError) in
      do throws(SystemError) {
        return try system.read(file: path, most: limit)
      } catch {
        if error == .fileNotFound || error == .pathNotFound { return nil }
        throw error
      }
    }
  }

  func replace(_ path: String, with bytes: [UInt8]) throws(ClientError) {
    try told("write", path) { () throws(SystemError) in try system.write(file: path, bytes: bytes, isAdded: false) }
  }

  func append(_ bytes: [UInt8], to path: String) throws(ClientError) {
    try told("add to", path) { () throws(SystemError) in try system.write(file: path, bytes: bytes, isAdded: true) }
  }

  func makeFolder(_ path: String) throws(ClientError) {
    try told("make", path) { () throws(SystemError) in try make(Array(path.utf8)) }
  }

  /// Makes a folder, and those above it when Windows misses them.
  private func make(_ path: [UInt8]) throws(SystemError) {
    let text = String(decoding: path, as: UTF8.self)
    do throws(SystemError) {
      try system.makeFolder(text)
    } catch {
      guard error == .pathNotFound, let end = path.lastIndex(of: UInt8(ascii: "\\")) else { throw error }
      try make(Array(path[..<end]))
      try system.makeFolder(text)
    }
  }

  func remove(_ path: String) throws(ClientError) {
    try told("remove", path) { () throws(SystemError) in try removeAll(path) }
  }

  private func removeAll(_ path: String) throws(SystemError) {
    for entry in try list(path) ?? [] {
      let inner = path + separator + entry.name
      if entry.isFolder { try removeAll(inner) } else { try system.remove(inner) }
    }
    try system.remove(path)
  }

  private func list(_ folder: String) throws(SystemError) -> [(name: String, isFolder: Bool)]? {
    do throws(SystemError) {
      return try system.entries(of: folder)
    } catch {
      if error == .fileNotFound || error == .pathNotFound || error == .notFolder { return nil }
      throw error
    }
  }

  func entries(in folder: String) throws(ClientError) -> [FolderEntry] {
    try told("look into", folder) { () throws(SystemError) in
      (try list(folder) ?? []).map { FolderEntry(name: $0.name, isFolder: $0.isFolder) }
    }
  }

  /// Every file may be run here that is called so.
  func setExecutable(_ path: String, _ isExecutable: Bool) {}

  /// Names are on the disk with the files.
  func flushFolder(of path: String) {}

  func freeSpace(at path: String) throws(ClientError) -> UInt64 {
    try told("ask for the room at", path) { () throws(SystemError) in try system.freeSpace(at: path) }
  }

  func lock(_ path: String) throws(ClientError) {
    do throws(SystemError) {
      try system.lock(file: path)
    } catch {
      if error == .sharingViolation {
        throw ClientError(.busy, "\(path): another needletail is at work here; wait for it to end")
      }
      throw ClientError(
        error == .accessDenied ? .notPermitted : .failure, system.explain("cannot lock \(path)", error))
    }
  }

  func random(_ count: Int) -> [UInt8] { system.randomBytes(count) }
}

/// A repository in a folder or on a web server.
struct WindowsSource<System: WindowsSystem>: RepositorySource {
  private let files: WindowsFiles<System>
  private let place: String
  private let isWeb: Bool

  init(_ place: String, files: WindowsFiles<System>) {
    self.files = files
    let lower = place.utf8.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
    isWeb = lower.starts(with: "http://".utf8) || lower.starts(with: "https://".utf8)
    self.place = place.utf8.last == UInt8(ascii: "/") ? String(decoding: place.utf8.dropLast(), as: UTF8.self) : place
  }

  private var folder: FolderRepository<WindowsFiles<System>> { FolderRepository(folder: place, files: files) }

  func document(_ path: String, limit: Int) throws(ClientError) -> FetchedDocument {
    guard isWeb else { return folder.document(path, limit: limit) }
    do throws(SystemError) {
      return try files.system.fetch("\(place)/\(path)", most: limit).map { .bytes($0) } ?? .missing
    } catch {
      if error == .fileTooLarge { return .tooLong }
      throw ClientError(.stageFailed, files.system.explain("\(place)/\(path) cannot be fetched", error))
    }
  }

  func artifact(_ path: String, size: UInt64, to file: String) throws(ClientError) -> Bool {
    guard isWeb else { return try folder.artifact(path, size: size, to: file) }
    guard case .bytes(let bytes) = try document(path, limit: Int(clamping: size)) else {
      throw ClientError(.stageFailed, "\(place)/\(path): missing from the repository, or too long")
    }
    try files.replace(file, with: bytes)
    return false
  }
}
