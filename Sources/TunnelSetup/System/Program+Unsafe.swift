internal import Foundation
internal import Glibc
internal import Transaction
internal import TunnelPlan

/// Runs other programs: found as the shell finds them, without a shell between.
struct Program {
  /// How one ended, and what it wrote.
  struct Outcome {
    /// The exit status; 128 and the signal's number when a signal ended it.
    let status: Int32
    let output: String
    let complaint: String
  }

  /// What becomes of what it writes: we read it, or it goes where our own goes, and it reads where we would.
  enum Writing { case caught, passedOn }

  let invocation: Invocation
  var writing = Writing.caught
  /// What a failure calls it; by default its words.
  var label: String?
  /// A lock that it holds as long as it runs, with all that it starts.
  var lock: Lock?

  /// Where programs are besides `PATH`: what administers a system is not in everybody's.
  private static let places = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]

  /// The path of a program; nil when there is none. A name with a slash is a path.
  static func path(of name: String) -> String? {
    let usual = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    let candidates = name.contains("/") ? [name] : (usual + places).map { "\($0)/\(name)" }
    // SAFETY: the path is a terminated string for the call.
    return candidates.first { unsafe access($0, X_OK) == 0 }
  }

  /// Runs it to its end, whatever that is.
  func run() throws(ActionFailure) -> Outcome {
    let name = invocation.words.first ?? ""
    guard let path = Self.path(of: name) else { throw ActionFailure("the program \(name) is missing: install it") }
    let streams = try Streams(input: invocation.input, catches: writing == .caught)
    let child = try spawn(path, streams)
    var status: Int32 = 0
    // SAFETY: the status is ours for the call.
    while unsafe waitpid(child, &status, 0) < 0 {
      guard errno == EINTR else { throw ActionFailure("\(name) got lost") }
    }
    let signal = status & 0x7f
    return Outcome(
      status: signal == 0 ? (status >> 8) & 0xff : 128 + signal, output: streams.output.text,
      complaint: streams.complaint.text)
  }

  /// Runs it to its end, which has to be a good one; returns what it wrote.
  @discardableResult
  func succeed() throws(ActionFailure) -> String {
    let outcome = try run()
    if outcome.status == 0 { return outcome.output }
    let line = label ?? invocation.words.joined(separator: " ")
    let said = outcome.complaint.trimmingCharacters(in: .whitespacesAndNewlines)
    throw ActionFailure("\(line) ended with \(outcome.status)" + (said.isEmpty ? "" : ": \(said)"))
  }

  private func spawn(_ path: String, _ streams: Streams) throws(ActionFailure) -> pid_t {
    // SAFETY: both are initialised here and destroyed below, after their only use.
    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    if writing == .caught {
      unsafe posix_spawn_file_actions_adddup2(&actions, streams.input.descriptor, 0)
      unsafe posix_spawn_file_actions_adddup2(&actions, streams.output.descriptor, 1)
      unsafe posix_spawn_file_actions_adddup2(&actions, streams.complaint.descriptor, 2)
    }
    // The same number twice lets it through.
    if let lock { unsafe posix_spawn_file_actions_adddup2(&actions, lock.descriptor, lock.descriptor) }
    // SAFETY: the copies end in a null pointer and live until after the call.
    var words = unsafe invocation.words.map { unsafe strdup($0) } + [nil]
    defer { for index in unsafe words.indices { unsafe free(words[index]) } }
    var child: pid_t = 0
    let failure = unsafe posix_spawn(&child, path, &actions, &attributes, &words, environ)
    guard failure == 0 else {
      throw ActionFailure("cannot run \(path): \(unsafe String(cString: strerror(failure)))")
    }
    return child
  }
}

/// The three streams of a program: files in memory, so that nobody waits for anybody.
private struct Streams {
  let input: MemoryFile
  let output: MemoryFile
  let complaint: MemoryFile

  init(input text: String, catches: Bool) throws(ActionFailure) {
    input = try MemoryFile(text)
    output = try MemoryFile("")
    complaint = try MemoryFile("")
  }
}

/// A file in memory.
private final class MemoryFile {
  let descriptor: Int32

  init(_ text: String) throws(ActionFailure) {
    descriptor = try Self.make()
    let bytes = Array(text.utf8)
    // SAFETY: the pointer and the count are those of the array, for the call.
    let written = unsafe bytes.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    guard written == bytes.count || bytes.isEmpty else { throw ActionFailure("no memory for a program's input") }
  }

  deinit { close(descriptor) }

  /// A file without a name, in memory where the system has a place for that.
  private static func make() throws(ActionFailure) -> Int32 {
    for folder in ["/dev/shm", "/run", "/tmp"] {
      var name = Array("\(folder)/needletail.XXXXXX".utf8CString)
      // SAFETY: the name is terminated, and as long as the call takes it to be.
      let descriptor = unsafe name.withUnsafeMutableBufferPointer { name in
        let descriptor = unsafe mkstemp(name.baseAddress!)
        if descriptor >= 0 {
          unsafe unlink(name.baseAddress!)
          _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
        return descriptor
      }
      if descriptor >= 0 { return descriptor }
    }
    throw ActionFailure("no file can be made in /dev/shm, /run or /tmp: \(SystemText.lastError)")
  }

  /// What is in it, at most 4 MiB.
  var text: String {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count < 4 << 20 {
      // SAFETY: at most as many bytes are written as there is room for.
      let count = unsafe piece.withUnsafeMutableBytes { room in
        unsafe pread(descriptor, room.baseAddress, room.count, off_t(bytes.count))
      }
      if count <= 0 { break }
      bytes += piece[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
