import Glibc

/// Where a capture goes: a new file, or the standard output.
public struct CaptureTarget: ~Copyable {
  private let descriptor: Int32
  private let isFile: Bool
  private var whole: Int64 = 0

  /// The standard output.
  public init() {
    descriptor = 1
    isFile = false
  }

  /// A new file that only its owner may read. When something is there the fault says so, unless `isForced`: then a file
  /// there, and nothing but a file, is removed first.
  public init(path: String, isForced: Bool) throws(CaptureFault) {
    if isForced {
      var status = stat()
      // SAFETY: the path is a terminated string and the structure is ours for the calls.
      if unsafe lstat(path, &status) == 0 {
        guard status.st_mode & S_IFMT == S_IFREG else { throw CaptureFault(number: EEXIST) }
        guard unsafe unlink(path) == 0 else { throw CaptureFault(number: errno) }
      }
    }
    // SAFETY: the path is a terminated string for the call.
    let result = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard result >= 0 else { throw CaptureFault(number: errno) }
    descriptor = result
    isFile = true
  }

  deinit { if isFile { close(descriptor) } }

  /// Writes whole blocks. When there is no room for all of them, the file ends with what was there before.
  public mutating func write(_ blocks: [UInt8]) throws(CaptureFault) {
    var done = 0
    while done < blocks.count {
      // SAFETY: the pointer stays within the array for the call.
      let count = unsafe blocks.withUnsafeBytes { buffer in
        unsafe Glibc.write(descriptor, buffer.baseAddress! + done, buffer.count - done)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        let number = errno
        if isFile { _ = ftruncate(descriptor, off_t(whole)) }
        throw CaptureFault(number: number)
      }
      done += count
    }
    whole += Int64(blocks.count)
  }
}
