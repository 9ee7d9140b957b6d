import Glibc
import Synchronization

/// Starts a program in a process group of its own, so that an interrupt at the terminal reaches the test run only
/// and the watcher cleans up in order.
func spawn(
  _ program: String, arguments: [String], variables: [String], input: String, output: String, complaint: String
) throws -> pid_t {
  // SAFETY: both are initialised here and destroyed below, after their only use.
  var actions = unsafe posix_spawn_file_actions_t()
  var attributes = posix_spawnattr_t()
  unsafe posix_spawn_file_actions_init(&actions)
  unsafe posix_spawnattr_init(&attributes)
  defer {
    unsafe posix_spawn_file_actions_destroy(&actions)
    unsafe posix_spawnattr_destroy(&attributes)
  }
  unsafe posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
  unsafe posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o600)
  unsafe posix_spawn_file_actions_addopen(&actions, 2, complaint, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o600)
  unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
  unsafe posix_spawnattr_setpgroup(&attributes, 0)

  // SAFETY: the copies end in a null pointer each and live until after the call.
  var argumentCopies = unsafe arguments.map { unsafe strdup($0) } + [nil]
  var variableCopies = unsafe variables.map { unsafe strdup($0) } + [nil]
  defer {
    for index in unsafe argumentCopies.indices { unsafe free(argumentCopies[index]) }
    for index in unsafe variableCopies.indices { unsafe free(variableCopies[index]) }
  }
  var process: pid_t = 0
  let failure = unsafe posix_spawn(&process, program, &actions, &attributes, &argumentCopies, &variableCopies)
  guard failure == 0 else {
    throw Laboratory.Unready(description: "\(program): \(unsafe String(cString: strerror(failure)))")
  }
  return process
}

/// The end of one child, asked for any number of times, by any task.
final class Reaped: Sendable {
  private let known = Mutex<Int32?>(nil)

  /// Its exit status, 128 plus the signal that ended it, or nothing while it runs.
  func status(of process: pid_t) -> Int32? {
    known.withLock { known in
      if let known { return known }
      var raw: Int32 = 0
      // SAFETY: waitpid writes one int.
      guard unsafe waitpid(process, &raw, WNOHANG) == process else { return nil }
      let signal = raw & 0x7F
      known = signal == 0 ? (raw >> 8) & 0xFF : 128 + signal
      return known
    }
  }
}
