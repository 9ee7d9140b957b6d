internal import Glibc
internal import Synchronization

/// Whether somebody wants this process to end. It then undoes what it has begun.
enum Interruption {
  private static let flag = Atomic<Bool>(false)

  static var isWanted: Bool { flag.load(ordering: .relaxed) }

  /// From here on SIGINT, SIGTERM and SIGHUP do not end the process, but say so here. Programs that are started have them
  /// as usual.
  static func watch() {
    flag.store(false, ordering: .relaxed)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      signal(number) { _ in Interruption.flag.store(true, ordering: .relaxed) }
    }
  }
}
