internal import CLinuxTunnel

/// The way into the background: the process that was called waits until the daemon is ready, and ends as that went.
public struct Background: ~Copyable {
  private let parent: CInt

  /// Goes on in a process of its own. Only while there is one thread: before anything else that might start one.
  public init() throws(SystemError) {
    parent = try SystemError.check(linux_process_detach(), .detach)
  }

  /// The daemon works: lets the waiting process succeed, and lets go of the terminal.
  public consuming func succeed(keepingError: Bool) {
    // SAFETY: the string is terminated.
    unsafe linux_process_settle(parent, 0, "")
    linux_process_hide(keepingError)
  }

  /// Lets the waiting process print a message and fail.
  public consuming func fail(_ message: String) {
    // SAFETY: the string is terminated and outlives the call.
    unsafe linux_process_settle(parent, 1, message + "\n")
  }
}

/// What the process may still do.
public enum Privileges {
  /// Keeps keys out of swap space and core dumps. As well as the system lets us: a limit is no reason not to work.
  public static func protectMemory() {
    _ = linux_process_forbid_dumps()
    _ = linux_process_lock_memory()
  }

  /// Gives back the pages of code that only the start needed: locked as they are, nothing else would.
  public static func forgetStartup() { linux_process_forget_startup() }

  /// Gives up everything but administering interfaces, sockets' marks, and binding low ports. Before threads start.
  public static func drop() throws(SystemError) {
    try SystemError.check(linux_process_drop_privileges(), .dropPrivileges)
  }
}
