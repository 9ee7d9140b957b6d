import Glibc

/// Another program in the place of this one.
public enum Program {
  /// Runs `name` from PATH with `arguments` and the file at `path` as its standard input; comes back with a fault only.
  /// What is secret in the file never is in this process, and files that the program makes are their owner's alone.
  public static func become(_ name: String, _ arguments: [String], input path: String) -> SystemFault {
    // SAFETY: the path is a terminated string for the call.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0, dup2(descriptor, 0) == 0 else { return SystemFault(errno) }
    umask(0o077)
    // SAFETY: duplicated strings live as long as the process; the list ends with nil.
    var words: [UnsafeMutablePointer<CChar>?] = unsafe ([name] + arguments).map { unsafe strdup($0) }
    unsafe words.append(nil)
    _ = unsafe execvp(name, &words)
    return SystemFault(errno)
  }

  /// The bytes of the file at `path`; nil when it cannot be looked at.
  public static func size(of path: String) -> Int? {
    var status = stat()
    // SAFETY: the path is a terminated string and the structure is ours for the call.
    return unsafe stat(path, &status) == 0 ? Int(status.st_size) : nil
  }
}
