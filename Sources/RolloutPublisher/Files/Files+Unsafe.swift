internal import Glibc
internal import RolloutMetadata

/// Files as the publisher writes them: whole or not at all, and on the disk when the call returns.
enum Files {
  /// The bytes of a file of at most `limit`; nil when there is none.
  static func read(_ path: String, limit: Int) throws(PublisherError) -> [UInt8]? {
    // SAFETY: the path is a terminated string for the length of the call.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw failure("cannot open", path)
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    while true {
      let piece = try read(descriptor, path)
      if piece.isEmpty { return bytes }
      bytes += piece
      guard bytes.count <= limit else {
        throw PublisherError(.malformed, "\(path): longer than \(limit) bytes")
      }
    }
  }

  /// Reads a file piece by piece; 64 KiB at a time.
  static func scan(_ path: String, _ body: ([UInt8]) throws(PublisherError) -> Void) throws(PublisherError) {
    // SAFETY: the path is a terminated string for the length of the call.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("cannot open", path) }
    defer { close(descriptor) }
    while true {
      let piece = try read(descriptor, path)
      if piece.isEmpty { return }
      try body(piece)
    }
  }

  private static func read(_ descriptor: Int32, _ path: String) throws(PublisherError) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    // SAFETY: the buffer has the size that is passed.
    let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
    guard count >= 0 else { throw failure("cannot read", path) }
    buffer.removeLast(buffer.count - count)
    return buffer
  }

  /// Writes a file in one step: a temporary one beside it, flushed, then renamed over it.
  static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o644) throws(PublisherError) {
    try write(to: path, mode: mode) { (put) throws(PublisherError) in try put(bytes) }
  }

  /// The same, piece by piece; nothing is left behind when `body` throws.
  static func write(
    to path: String, mode: mode_t = 0o644,
    _ body: (_ put: ([UInt8]) throws(PublisherError) -> Void) throws(PublisherError) -> Void
  ) throws(PublisherError) {
    let temporary = path + ".new"
    // SAFETY: the path is a terminated string for the length of the call.
    _ = unsafe unlink(temporary)
    // SAFETY: the same.
    let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw failure("cannot create", temporary) }
    do throws(PublisherError) {
      try body { (bytes) throws(PublisherError) in try write(bytes, to: descriptor, temporary) }
      guard fsync(descriptor) == 0 else { throw failure("cannot flush", temporary) }
    } catch {
      close(descriptor)
      // SAFETY: the path is a terminated string for the length of the call.
      _ = unsafe unlink(temporary)
      throw error
    }
    close(descriptor)
    // SAFETY: both paths are terminated strings for the length of the call.
    guard unsafe rename(temporary, path) == 0 else { throw failure("cannot rename", temporary) }
    try flushFolder(of: path)
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws(PublisherError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      // SAFETY: the buffer has the size that is passed.
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { throw failure("cannot write", path) }
      rest = rest.dropFirst(count)
    }
  }

  /// Makes a folder and those above it.
  static func makeFolder(_ path: String) throws(PublisherError) {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += part + "/"
      // SAFETY: the path is a terminated string for the length of the call.
      guard unsafe mkdir(made, 0o755) == 0 || errno == EEXIST else { throw failure("cannot make the folder", made) }
    }
  }

  /// Removes a file, if it is there.
  static func remove(_ path: String) throws(PublisherError) {
    // SAFETY: the path is a terminated string for the length of the call.
    guard unsafe unlink(path) == 0 || errno == ENOENT else { throw failure("cannot remove", path) }
  }

  /// The names in a folder, sorted; none when there is no folder.
  static func names(in path: String) throws(PublisherError) -> [String] {
    // SAFETY: the path is a terminated string for the length of the call.
    guard let folder = unsafe opendir(path) else {
      if errno == ENOENT { return [] }
      throw failure("cannot list", path)
    }
    // SAFETY: the folder was opened above.
    defer { unsafe closedir(folder) }
    var names: [String] = []
    // SAFETY: the folder was opened above; an entry is read before the next is asked for.
    while let entry = unsafe readdir(folder) {
      // SAFETY: the name is a terminated string inside the entry.
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { place in
        unsafe place.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  private static func flushFolder(of path: String) throws(PublisherError) {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    // SAFETY: the path is a terminated string for the length of the call.
    let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("cannot open", folder) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure("cannot flush", folder) }
  }

  private static func failure(_ what: String, _ path: String) -> PublisherError {
    // SAFETY: the text of an error number is a terminated string that is copied at once.
    PublisherError(.failure, "\(path): \(what): \(unsafe String(cString: strerror(errno)))")
  }
}

/// A file that is read here and there.
struct RandomAccessFile: ~Copyable {
  private let descriptor: Int32
  /// Bytes, when it was opened.
  let size: UInt64

  init(_ path: String) throws(PublisherError) {
    // SAFETY: the path is a terminated string for the length of the call.
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    var status = stat()
    // SAFETY: the structure is the call's to fill; a descriptor that was not opened makes it fail.
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      if descriptor >= 0 { close(descriptor) }
      throw PublisherError(.failure, "\(path): no such file")
    }
    size = UInt64(status.st_size)
  }

  /// The bytes at an offset; nil when they are not all there.
  borrowing func read(at offset: UInt64, count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      // SAFETY: the buffer has room for what is still missing.
      let result = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe pread(descriptor, buffer.baseAddress.map { unsafe $0 + done }, count - done, off_t(offset) + off_t(done))
      }
      guard result > 0 else { return nil }
      done += result
    }
    return bytes
  }

  deinit { close(descriptor) }
}
