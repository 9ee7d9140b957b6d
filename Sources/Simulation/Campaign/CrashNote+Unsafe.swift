internal import Glibc

/// Says which seed was being played when the process is killed by a trap, or by somebody who lost patience.
public enum CrashNote {
  // SAFETY: each worker writes its own entry; a signal handler reads the entries of threads that have stopped or will
  // not notice.
  nonisolated(unsafe) private static let seeds = UnsafeMutablePointer<UInt64>.allocate(capacity: 64)
  nonisolated(unsafe) private static let threads = UnsafeMutablePointer<pthread_t>.allocate(capacity: 64)
  private static let isInstalled: Bool = install()

  /// Notes that `worker`, on this thread, begins to play `seed`.
  static func begin(_ seed: UInt64, worker: Int) {
    guard isInstalled, worker < 64 else { return }
    unsafe seeds[worker] = seed
    unsafe threads[worker] = pthread_self()
  }

  /// Notes that `worker` plays nothing.
  static func end(worker: Int) {
    guard worker < 64 else { return }
    unsafe threads[worker] = 0
  }

  private static func install() -> Bool {
    unsafe threads.initialize(repeating: 0, count: 64)
    unsafe seeds.initialize(repeating: 0, count: 64)
    for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGTERM] {
      var action = sigaction()
      unsafe action.__sigaction_handler.sa_handler = { number in
        CrashNote.tell(ofAll: number == SIGTERM)
        signal(number, SIG_DFL)
        raise(number)
      }
      unsafe sigaction(number, &action, nil)
    }
    return true
  }

  /// Writes "killed while playing seed N" with nothing but what a signal handler may call.
  private static func tell(ofAll isOfAll: Bool) {
    for worker in 0..<64 where unsafe threads[worker] != 0 && (isOfAll || threads[worker] == pthread_self()) {
      var seed = unsafe seeds[worker]
      unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 21) { line in
        var start = 20
        unsafe line[start] = UInt8(ascii: "\n")
        repeat {
          start -= 1
          unsafe line[start] = UInt8(ascii: "0") + UInt8(seed % 10)
          seed /= 10
        } while seed > 0
        let message: StaticString = "killed while playing seed "
        _ = unsafe write(2, message.utf8Start, message.utf8CodeUnitCount)
        guard let base = line.baseAddress else { return }
        _ = unsafe write(2, base + start, 21 - start)
      }
    }
  }
}
