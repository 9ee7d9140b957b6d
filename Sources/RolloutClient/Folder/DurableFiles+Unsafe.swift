internal import Foundation
internal import Glibc
public import Rollout
internal import RolloutMetadata

/// Files that outlast a loss of power: what a call has written is on the disk when it returns.
public struct DurableFiles: MachineFiles {
  /// They have no state.
  public init() {}

  /// What stands between the names of a path.
  public var separator: String { "/" }

  /// Replaces a file as a whole: whoever reads it sees the old bytes or the new ones.
  public func replace(_ path: String, with bytes: [UInt8]) throws(ClientError) {
    let fresh = path + ".new"
    let file = try opened(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW)
    do throws(ClientError) {
      try write(bytes, to: file, fresh)
      try flush(file, fresh)
    } catch {
      close(file)
      // A part of it would only take the room that is missing.
      // SAFETY: the path is a C string for the call.
      _ = unsafe unlink(fresh)
      throw error
    }
    close(file)
    // SAFETY: both paths are C strings for the call.
    guard unsafe rename(fresh, path) == 0 else { throw failure("replace", path) }
    try flushFolder(of: path)
  }

  /// Adds to the end of a file.
  public func append(_ bytes: [UInt8], to path: String) throws(ClientError) {
    let file = try opened(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW)
    defer { close(file) }
    try write(bytes, to: file, path)
    try flush(file, path)
    try flushFolder(of: path)
  }

  /// The bytes of a file of at most `limit` bytes; nil when there is none.
  public func read(_ path: String, limit: Int) throws(ClientError) -> [UInt8]? {
    // SAFETY: the path is a C string for the call.
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    if file < 0 {
      if errno == ENOENT { return nil }
      throw failure("open", path)
    }
    defer { close(file) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 65_536)
    while true {
      // SAFETY: the buffer is ours and as long as said.
      let count = unsafe Glibc.read(file, &piece, piece.count)
      if count < 0 && errno == EINTR { continue }
      if count < 0 { throw failure("read", path) }
      if count == 0 { return bytes }
      guard bytes.count + count <= limit else {
        throw ClientError(.malformed, "\(path): longer than the \(limit) bytes it may have")
      }
      bytes += piece.prefix(count)
    }
  }

  /// Takes the lock of a file, and keeps it for as long as the program runs.
  public func lock(_ path: String) throws(ClientError) {
    let file = try opened(path, O_RDWR | O_CREAT | O_NOFOLLOW)
    if flock(file, LOCK_EX | LOCK_NB) == 0 { return }
    close(file)
    throw ClientError(.busy, "\(path): another needletail is at work here; wait for it to end")
  }

  /// Bytes that are free where `path` lies.
  public func freeSpace(at path: String) throws(ClientError) -> UInt64 {
    var status = statvfs()
    // SAFETY: the structure is ours; the path is a C string for the call.
    guard unsafe statvfs(path, &status) == 0 else { throw failure("look at", path) }
    return UInt64(status.f_bavail) * UInt64(status.f_frsize)
  }

  /// Makes a folder and those above it; one that is there is no error.
  public func makeFolder(_ path: String) throws(ClientError) {
    try Self.told("make", path) {
      try FileManager.default.createDirectory(atPath: $0, withIntermediateDirectories: true)
    }
  }

  /// Removes a file, or a folder with all that is in it, and no link's target; what is not there is no error.
  public func remove(_ path: String) throws(ClientError) {
    guard (try? FileManager.default.attributesOfItem(atPath: path)) != nil else { return }
    try Self.told("remove", path) { try FileManager.default.removeItem(atPath: $0) }
  }

  /// What is in a folder; nothing when there is none.
  public func entries(in folder: String) throws(ClientError) -> [FolderEntry] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().map { name in
      let type = try? FileManager.default.attributesOfItem(atPath: folder + "/" + name)[.type] as? FileAttributeType
      return FolderEntry(name: name, isFolder: type == .typeDirectory)
    }
  }

  /// Says whether a file is a program.
  public func setExecutable(_ path: String, _ isExecutable: Bool) throws(ClientError) {
    let mode = isExecutable ? 0o755 : 0o644
    try Self.told("set the permissions of", path) {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: $0)
    }
  }

  private static func told(
    _ what: String, _ path: String, _ body: (String) throws -> Void
  ) throws(ClientError) {
    do { try body(path) } catch {
      throw ClientError(.stageFailed, "cannot \(what) \(path): \((error as NSError).localizedDescription)")
    }
  }

  /// Bytes of the system's generator.
  public func random(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
  }

  /// Whether others than its owner may write to a file.
  func isWritableByOthers(_ path: String) -> Bool {
    var status = stat()
    // SAFETY: the structure is ours; the path is a C string for the call.
    return unsafe stat(path, &status) == 0 && status.st_mode & 0o022 != 0
  }

  /// Flushes a folder's list of names.
  public func flushFolder(of path: String) throws(ClientError) {
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    let name = folder.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : folder
    // SAFETY: the path is a C string for the call.
    let file = unsafe open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard file >= 0 else { throw failure("open", name) }
    defer { close(file) }
    try flush(file, name)
  }

  private func opened(_ path: String, _ flags: Int32) throws(ClientError) -> Int32 {
    // SAFETY: the path is a C string for the call.
    let file = unsafe open(path, flags | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw failure("open", path) }
    return file
  }

  private func write(_ bytes: [UInt8], to file: Int32, _ path: String) throws(ClientError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      // SAFETY: the buffer is the slice's for the call and as long as said.
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw failure("write to", path) }
      rest = rest.dropFirst(count)
    }
  }

  private func flush(_ file: Int32, _ path: String) throws(ClientError) {
    // A flush that failed once may succeed the next time without the data: it is not tried again.
    guard fsync(file) == 0 else { throw failure("flush", path) }
  }

  private func failure(_ what: String, _ path: String) -> ClientError {
    // SAFETY: the text is the library's and lives until the next call on this thread.
    let reason = unsafe String(cString: strerror(errno))
    return ClientError(
      errno == EACCES || errno == EPERM ? .notPermitted : .failure, "cannot \(what) \(path): \(reason)")
  }
}
