internal import CLinuxTunnel
internal import Tunnel

/// Works on handshakes, off the threads that carry packets: each costs several X25519.
struct HandshakeWorker: ~Copyable {
  private let interface: Interface
  private let lane: Lane
  private let sockets: UDPSockets
  private let journal: Journal
  private var outbox: Outbox
  private var job: HandshakeJob

  init(
    _ interface: Interface, _ lane: Lane, _ sockets: UDPSockets, _ journal: Journal, _ randomness: Randomness
  ) throws(SystemError) {
    outbox = try Outbox()
    job = HandshakeJob(randomness: randomness)
    self.interface = interface
    self.lane = lane
    self.sockets = sockets
    self.journal = journal
  }

  /// Works until the interface ends.
  mutating func run() {
    while !interface.hasEnded {
      if takeJob() {
        repeat { job.run() } while commit()
        outbox.flush(sockets, journal)
      } else {
        wait()
      }
    }
  }

  private mutating func takeJob() -> Bool {
    let now = Now.read()
    return lane.run { state in
      let found = state.machine.takeJob(into: &job, now)
      // While initiations wait for their turn this thread wakes by itself.
      if !found { state.hasWokenWorker = state.machine.nextHandshake != .distantFuture }
      return found
    }
  }

  private mutating func commit() -> Bool {
    let now = Now.read()
    return lane.run { state in
      let goesOn = state.machine.commit(&job, now)
      while outbox.hasRoom, let effect = state.machine.poll(transmitting: false) {
        _ = outbox.take(effect, parked: &state.parked)
      }
      return goesOn
    }
  }

  /// Waits until there is work, or until the next initiation may leave.
  private func wait() {
    let next = lane.run { $0.machine.nextHandshake }
    let now = Now.read().instant
    let milliseconds = next == .distantFuture ? -1 : CInt(min(1000, next.since(now).nanoseconds / 1_000_000 + 1))
    if linux_wait_readable(lane.handshakeWake.number, -1, -1, milliseconds) != 0 { lane.handshakeWake.clear() }
  }
}
