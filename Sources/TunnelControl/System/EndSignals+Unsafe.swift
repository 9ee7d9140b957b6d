import Glibc

/// Signals that end a program. While they are blocked they wait, and are looked for, so that a program ends in order.
public enum EndSignals {
  private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

  /// Has the signals wait, or lets those that wait come.
  public static func setBlocked(_ isBlocked: Bool) {
    var set = sigset_t()
    // SAFETY: the set is ours for the calls.
    unsafe sigemptyset(&set)
    for signal in signals { unsafe sigaddset(&set, signal) }
    unsafe sigprocmask(isBlocked ? SIG_BLOCK : SIG_UNBLOCK, &set, nil)
  }

  /// Whether one waits.
  public static var isAskedToEnd: Bool {
    var set = sigset_t()
    // SAFETY: the set is ours for the calls.
    guard unsafe sigpending(&set) == 0 else { return false }
    return signals.contains { unsafe sigismember(&set, $0) == 1 }
  }
}
