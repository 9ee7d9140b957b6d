internal import CLinuxTunnel
internal import Synchronization
internal import Timeline

/// A thread of the daemon.
enum WorkerKind: UInt8, CaseIterable, Sendable {
  case transmit, receive, handshake, control

  /// What it is called where people and programs read it: stable.
  var name: StaticString {
    switch self {
    case .transmit: "transmit"
    case .receive: "receive"
    case .handshake: "handshake"
    case .control: "control"
    }
  }
}

/// How much processor time each thread has used: the kernel counts it, whoever asks pays for it, and the threads do nothing.
final class WorkerClocks: Sendable {
  // The number of each thread's clock; 0, the clock of the day, stands for none.
  private let transmit = Atomic<CInt>(0)
  private let receive = Atomic<CInt>(0)
  private let handshake = Atomic<CInt>(0)
  private let control = Atomic<CInt>(0)

  /// The calling thread is the one of this kind from here on.
  func enter(_ kind: WorkerKind) {
    let clock = linux_thread_clock()
    switch kind {
    case .transmit: transmit.store(clock, ordering: .relaxed)
    case .receive: receive.store(clock, ordering: .relaxed)
    case .handshake: handshake.store(clock, ordering: .relaxed)
    case .control: control.store(clock, ordering: .relaxed)
    }
  }

  /// What the thread has used; nothing before it has begun and after its end. Cost: a system call.
  func time(of kind: WorkerKind) -> Interval {
    let clock =
      switch kind {
      case .transmit: transmit.load(ordering: .relaxed)
      case .receive: receive.load(ordering: .relaxed)
      case .handshake: handshake.load(ordering: .relaxed)
      case .control: control.load(ordering: .relaxed)
      }
    return .nanoseconds(clock == 0 ? 0 : linux_clock_nanoseconds(clock))
  }
}
