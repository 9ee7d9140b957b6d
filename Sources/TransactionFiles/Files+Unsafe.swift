internal import Glibc
internal import Transaction

/// System calls on files. Each that changes something has flushed it to the disk when it returns.
// SAFETY: every path is a C string for the time of its call.
enum Files {
  enum Kind { case file, link, other }

  /// What lies at `path`; a link is not followed. Nil when there is nothing.
  static func status(_ path: String) throws(ActionFailure) -> Kind? {
    var status = stat()
    // SAFETY: the structure is ours; the path is a C string for the call.
    guard unsafe lstat(path, &status) == 0 else {
      if errno == ENOENT { return nil }
      throw failure("look at", path)
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFLNK: return .link
    default: return .other
    }
  }

  /// The bytes of a file of at most `limit` bytes.
  static func read(_ path: String, limit: Int) throws(ActionFailure) -> [UInt8] {
    let descriptor = try opened(path, O_RDONLY | O_NOFOLLOW)
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    while let piece = try next(descriptor, path) {
      bytes += piece
      guard bytes.count <= limit else { throw ActionFailure("\(path) is longer than \(limit) bytes") }
    }
    return bytes
  }

  static func append(_ bytes: [UInt8], to path: String) throws(ActionFailure) {
    let descriptor = try opened(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, mode: 0o600)
    defer { close(descriptor) }
    try write(bytes, to: descriptor, path)
    try flush(descriptor, path)
  }

  /// Copies bytes and permissions.
  static func copy(_ source: String, to target: String) throws(ActionFailure) {
    let from = try opened(source, O_RDONLY)
    defer { close(from) }
    var status = stat()
    // SAFETY: the structure is ours.
    guard unsafe fstat(from, &status) == 0 else { throw failure("look at", source) }
    let to = try opened(target, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: 0o600)
    defer { close(to) }
    while let piece = try next(from, source) { try write(piece, to: to, target) }
    guard fchmod(to, status.st_mode & 0o7777) == 0 else { throw failure("set the permissions of", target) }
    try flush(to, target)
  }

  static func link(_ path: String, as name: String) throws(ActionFailure) {
    guard unsafe Glibc.link(path, name) == 0 else { throw failure("keep", path) }
    try flushFolder(of: name)
  }

  static func makeLink(_ link: String, to destination: String) throws(ActionFailure) {
    guard unsafe symlink(destination, link) == 0 else { throw failure("make", link) }
    try flushFolder(of: link)
  }

  static func rename(_ path: String, to target: String) throws(ActionFailure) {
    guard unsafe Glibc.rename(path, target) == 0 else { throw failure("rename", path) }
    try flushFolder(of: target)
  }

  /// Removes the file or link, which may be missing.
  static func remove(_ path: String) throws(ActionFailure) {
    guard unsafe unlink(path) == 0 else {
      if errno == ENOENT { return }
      throw failure("remove", path)
    }
    try flushFolder(of: path)
  }

  static func destination(of link: String) throws(ActionFailure) -> String {
    var room = [CChar](repeating: 0, count: Int(PATH_MAX))
    // SAFETY: at most as many bytes are written as there is room for.
    let count = unsafe room.withUnsafeMutableBufferPointer { unsafe readlink(link, $0.baseAddress!, $0.count) }
    guard count >= 0, count < room.count else { throw failure("read", link) }
    guard let text = String(validating: room[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) else {
      throw ActionFailure("\(link) points to what is no text")
    }
    return text
  }

  private static func opened(_ path: String, _ flags: Int32, mode: mode_t = 0) throws(ActionFailure) -> Int32 {
    let descriptor = unsafe open(path, flags | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw failure("open", path) }
    return descriptor
  }

  private static func next(_ descriptor: Int32, _ path: String) throws(ActionFailure) -> [UInt8]? {
    var count = 0
    let piece = unsafe [UInt8](unsafeUninitializedCapacity: 64 << 10) { room, initialized in
      // SAFETY: at most as many bytes are written as there is room for.
      count = unsafe Glibc.read(descriptor, room.baseAddress, room.count)
      initialized = max(count, 0)
    }
    guard count >= 0 else { throw failure("read", path) }
    return count == 0 ? nil : piece
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws(ActionFailure) {
    var written = 0
    while written < bytes.count {
      // SAFETY: the range lies in the array.
      let count = unsafe bytes.withUnsafeBytes { bytes in
        unsafe Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
      }
      guard count > 0 else { throw failure("write", path) }
      written += count
    }
  }

  private static func flush(_ descriptor: Int32, _ path: String) throws(ActionFailure) {
    guard fsync(descriptor) == 0 else { throw failure("flush", path) }
    try flushFolder(of: path)
  }

  private static func flushFolder(of path: String) throws(ActionFailure) {
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let descriptor = try opened(folder, O_RDONLY | O_DIRECTORY)
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure("flush", folder) }
  }

  private static func failure(_ verb: String, _ path: String) -> ActionFailure {
    // SAFETY: the C library's text is read at once.
    let text = unsafe String(cString: strerror(errno))
    return ActionFailure("cannot \(verb) \(path): \(text)")
  }
}
