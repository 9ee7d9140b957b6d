internal import Foundation
internal import Glibc
internal import Transaction

/// A lock that lasts until this process, and all that it was passed on to, have ended.
@safe final class Lock {
  let descriptor: Int32

  /// The lock of a file, which is made when it is missing. Does not take it.
  init(_ path: String) throws(ActionFailure) {
    // SAFETY: the path is a terminated string for the call.
    descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw ActionFailure("cannot open \(path): \(SystemText.lastError)") }
  }

  deinit { close(descriptor) }

  /// Takes the lock when nobody has it.
  func take() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }

  /// Takes the lock as soon as nobody has it; false after so many seconds.
  func take(within seconds: Int) -> Bool {
    for _ in 0..<seconds * 50 {
      if take() { return true }
      usleep(20_000)
    }
    return take()
  }

  /// Lets go of it, unless it was passed on.
  func release() { flock(descriptor, LOCK_UN) }
}

/// What the system says.
enum SystemText {
  /// The last error of a system call.
  static var lastError: String {
    // SAFETY: the C library's text is read at once.
    unsafe String(cString: strerror(errno))
  }
}

/// A folder of ours below /run.
enum Folder {
  /// Makes the folder, for administrators only.
  static func make(_ path: String) throws(ActionFailure) {
    // SAFETY: the path is a terminated string for the call.
    guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else {
      throw ActionFailure("cannot make \(path): \(SystemText.lastError)")
    }
  }

  /// Writes a file of it whole or not at all, for administrators only. What a process that dies on the way leaves has
  /// `.new` behind its name.
  static func write(_ bytes: Data, to path: String) throws(ActionFailure) {
    let fresh = path + ".new"
    // SAFETY: the paths are terminated strings for their calls.
    let descriptor = unsafe open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw ActionFailure("cannot write \(fresh): \(SystemText.lastError)") }
    defer { close(descriptor) }
    // SAFETY: the pointer and the count are those of the bytes, for the call.
    let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
    guard count == bytes.count, unsafe rename(fresh, path) == 0 else {
      throw ActionFailure("cannot write \(path): \(SystemText.lastError)")
    }
  }
}
