internal import CLinuxTunnel
internal import Synchronization
internal import Tunnel

/// The machine, the packets that wait in it, and what wakes the threads that work for it, behind one lock.
///
/// The lock is held for a batch, never across a system call (Docs/Obligations.md). Whoever held it looks at what has
/// become due and wakes the thread concerned.
final class Lane: Sendable {
  /// What the lock guards.
  struct State: ~Copyable {
    var machine: Machine
    var parked = ParkedPackets()
    /// The instant the timer is set to.
    var armed = Instant.distantFuture
    /// The thread that seals has been woken and has not looked yet.
    var hasWokenTransmitter = false
    /// A handshake worker has been woken and has not looked yet.
    var hasWokenWorker = false
  }

  private let state: Mutex<State>
  /// Wakes the thread that seals.
  let transmitWake: Wake
  /// Wakes the threads that work on handshakes.
  let handshakeWake: Wake
  /// Expires when the machine wants to be advanced.
  let timer: Descriptor

  init(_ machine: consuming sending Machine) throws(SystemError) {
    transmitWake = try Wake()
    handshakeWake = try Wake()
    timer = Descriptor(owning: try SystemError.check(linux_timer_open(), .allocateMemory))
    state = Mutex(State(machine: machine))
  }

  /// Runs `body` with the machine, and wakes whom it concerns.
  func run<Result: ~Copyable>(_ body: (inout State) -> sending Result) -> sending Result {
    var due = Due()
    let result = state.withLock { state in
      let result = body(&state)
      due = state.takeDue()
      return result
    }
    announce(due)
    return result
  }

  /// Sets the timer to the machine's next deadline after it expired.
  func rearm(_ now: Now) {
    let next = state.withLock { state in
      state.armed = state.machine.nextDeadline
      return state.armed
    }
    _ = linux_timer_set(timer.number, next == .distantFuture ? 0 : max(1, next.bootNanoseconds))
  }

  private func announce(_ due: Due) {
    if due.rearms { _ = linux_timer_set(timer.number, max(1, due.deadline.bootNanoseconds)) }
    if due.transmits { transmitWake.signal() }
    if due.hasHandshakes { handshakeWake.signal() }
  }

  /// What became due while the lock was held.
  struct Due {
    var rearms = false
    var deadline = Instant.distantFuture
    var transmits = false
    var hasHandshakes = false
  }
}

extension Lane.State {
  init(machine: consuming Machine) {
    self.machine = machine
  }

  /// What somebody must be told, who has not been told yet.
  mutating func takeDue() -> Lane.Due {
    var due = Lane.Due()
    due.deadline = machine.nextDeadline
    due.rearms = due.deadline < armed
    if due.rearms { armed = due.deadline }
    due.transmits = machine.hasReadyPeers && !hasWokenTransmitter
    if due.transmits { hasWokenTransmitter = true }
    due.hasHandshakes = machine.nextHandshake != .distantFuture && !hasWokenWorker
    if due.hasHandshakes { hasWokenWorker = true }
    return due
  }
}
