internal import CLinuxTunnel
internal import Glibc

/// A thread that runs one function and is waited for.
struct Worker: ~Copyable, Sendable {
  private let thread: pthread_t

  /// Starts a thread called `name` (at most 15 bytes) that runs `body`.
  init(_ name: String, _ body: @escaping @Sendable () -> Void) throws(SystemError) {
    let box = unsafe Unmanaged.passRetained(Body(name, body))
    var thread = pthread_t()
    // SAFETY: the box is retained for the thread, which releases it.
    let result = unsafe pthread_create(
      &thread, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        let body = unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
        body.start()
        return nil
      }, box.toOpaque())
    guard result == 0 else {
      unsafe box.release()
      throw SystemError(.allocateMemory, number: result)
    }
    self.thread = thread
  }

  /// Waits until the thread has ended.
  consuming func join() {
    _ = pthread_join(thread, nil)
  }

  private final class Body: Sendable {
    private let name: String
    private let run: @Sendable () -> Void

    init(_ name: String, _ run: @escaping @Sendable () -> Void) {
      self.name = name
      self.run = run
    }

    func start() {
      // SAFETY: the string is terminated and outlives the call.
      unsafe linux_thread_set_name(name)
      run()
    }
  }
}
