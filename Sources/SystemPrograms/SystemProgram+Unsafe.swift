import Glibc

/// Another program of the system's, run to its end without a shell between.
///
/// Foundation's `Process` waits through a run loop, and on a busy machine has waited for ever for a program that had ended.
public enum SystemProgram {
  /// How one ended, and what it wrote.
  public struct Outcome: Sendable {
    /// The exit status; 128 and the signal's number when a signal ended it.
    public let status: Int32
    /// What it wrote to its standard output, at most `outputLimit` bytes; empty when that was not caught.
    public let output: String
  }

  /// Why there is no outcome.
  public enum Fault: Error, Equatable, Sendable {
    /// The system did not start it: an error number.
    case notStarted(Int32)
    /// It did not end in its time, and was killed.
    case outOfTime

    /// The fault in words.
    public var words: String {
      switch self {
      // SAFETY: strerror returns a terminated string, which is copied at once.
      case .notStarted(let number): unsafe String(cString: strerror(number))
      case .outOfTime: "it did not end in its time"
      }
    }
  }

  /// What becomes of what it writes.
  public enum Output: Sendable {
    /// It goes where our own goes.
    case passedOn
    /// The standard output is caught, complaints go where ours go.
    case caught
    /// The standard output is caught, complaints are lost.
    case caughtAlone
  }

  /// Bytes of output that are kept; what is more is read and lost.
  public static let outputLimit = 1 << 20

  /// Runs `words`, the first of which is a path, or a name that is looked for in PATH. Its standard input is empty.
  ///
  /// After `patience` seconds it is killed; nil waits for as long as it takes. It is not waited for what it has started.
  public static func run(_ words: [String], output: Output, patience: Double? = nil) throws(Fault) -> Outcome {
    var pipe: [Int32] = [-1, -1]
    if output != .passedOn {
      // SAFETY: two numbers, as the call wants them.
      guard unsafe Glibc.pipe(&pipe) == 0 else { throw .notStarted(errno) }
      for end in pipe { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      // Our end alone: programs do not expect it of theirs.
      _ = fcntl(pipe[0], F_SETFL, O_NONBLOCK)
    }
    defer { if pipe[0] >= 0 { close(pipe[0]) } }
    let started = Result { () throws(Fault) in try spawn(words, output, pipe[1]) }
    if pipe[1] >= 0 { close(pipe[1]) }
    let child = try started.get()
    let end = patience.map { now + $0 }
    var kept: [UInt8] = []
    while true {
      var status: Int32 = 0
      // Without output to read and without a limit there is nothing to do but wait.
      let waits = output == .passedOn && end == nil
      // SAFETY: the status is ours for the call.
      let ended = unsafe waitpid(child, &status, waits ? 0 : WNOHANG)
      if ended < 0 && errno != EINTR { throw .notStarted(errno) }
      read(pipe[0], into: &kept)
      if ended == child {
        let signal = status & 0x7f
        return Outcome(
          status: signal == 0 ? (status >> 8) & 0xff : 128 + signal, output: String(decoding: kept, as: UTF8.self))
      }
      if let end, now >= end {
        kill(child, SIGKILL)
        // SAFETY: as above.
        while unsafe waitpid(child, &status, 0) < 0 && errno == EINTR {}
        throw .outOfTime
      }
      rest(pipe[0])
    }
  }

  /// Seconds on a clock that never goes back.
  private static var now: Double {
    var time = timespec()
    // SAFETY: the structure is ours for the call.
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Waits for output for 20 ms at most; the end of a program is often the end of its output.
  private static func rest(_ descriptor: Int32) {
    var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    // SAFETY: one structure, which is ours for the call; a negative descriptor is passed over.
    let found = unsafe Glibc.poll(&poll, 1, 20)
    // An end that was reached is told at once, each time.
    if found > 0 && poll.revents & Int16(POLLIN) == 0 { usleep(1000) }
  }

  private static func read(_ descriptor: Int32, into kept: inout [UInt8]) {
    guard descriptor >= 0 else { return }
    var piece = [UInt8](repeating: 0, count: 1 << 14)
    while true {
      // SAFETY: the array has room for as much as is said.
      let count = unsafe Glibc.read(descriptor, &piece, piece.count)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { return }
      kept += piece[..<min(count, outputLimit - kept.count)]
    }
  }

  private static func spawn(_ words: [String], _ output: Output, _ descriptor: Int32) throws(Fault) -> pid_t {
    guard let name = words.first else { throw .notStarted(ENOENT) }
    // SAFETY: both are initialised here and destroyed below, after their only use.
    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    // Signals that we block or ignore are not its business.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe sigfillset(&signals)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    if descriptor >= 0 { unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, 1) }
    if output == .caughtAlone { unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0) }
    // SAFETY: the copies end in a null pointer and live until after the call.
    var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
    defer { for index in unsafe arguments.indices { unsafe free(arguments[index]) } }
    var child: pid_t = 0
    let failure = unsafe posix_spawnp(&child, name, &actions, &attributes, &arguments, environ)
    guard failure == 0 else { throw .notStarted(failure) }
    return child
  }
}
