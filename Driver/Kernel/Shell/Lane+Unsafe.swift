internal import Containers
internal import DriverInterface
internal import Timeline
internal import Tunnel

/// What the lane guards: the machine, the log, and what leaves in order.
struct LaneState: ~Copyable {
  /// Bursts at a time: the machine's own bound, and one for each thread that is about to begin one.
  private static let burstLimit = MachineLimits().bursts + 64

  var machine: Machine
  var log: AdapterLog
  /// The frames of each burst that the machine knows.
  var bursts: Slab<FrameBurst>
  /// What was taken from the glue and is in no slice yet: packets, and the super-packet that is being cut.
  var outbound = FrameChain()
  var cutting: Cutting?
  /// What waits to be sent and indicated. One thread at a time takes from each, so that order is kept.
  var outgoing = Departures()
  var incoming = Departures()
  var statistics = Statistics()
  /// The instant the host wakes a worker at.
  var armed = Instant.distantFuture

  init(_ host: Host) throws(StorageError) {
    let machine = try Machine(storage: host.storage, randomness: host.randomness)
    let log = try AdapterLog(storage: host.storage)
    self.machine = machine
    self.log = log
    bursts = Slab(limit: Self.burstLimit, storage: host.storage)
  }

  /// When the machine next wants something done.
  var nextTask: Instant { min(machine.nextDeadline, machine.nextHandshake) }
}

/// The frames of one burst, from the moment the machine hears of it until it is sent or accepted.
struct FrameBurst: BitwiseCopyable {
  var frames: FrameChain
}

/// A queue that several threads fill and one at a time empties.
struct Departures: BitwiseCopyable {
  var waiting = FrameChain()
  private var isLeaving = false

  /// What may leave now: nothing while another thread is at it. `hasLeft`: what this thread took last is gone.
  mutating func take(hasLeft: Bool) -> FrameChain {
    if hasLeft { isLeaving = false }
    guard !isLeaving, !waiting.isEmpty else { return FrameChain() }
    isLeaving = true
    return waiting.takeAll()
  }
}

/// Packets and bytes of the adapter, as NDIS wants them: datagrams of data messages, without outer headers.
struct Statistics: BitwiseCopyable {
  var sentPackets: UInt64 = 0
  var sentBytes: UInt64 = 0
  var sendErrors: UInt64 = 0
  var sendDiscards: UInt64 = 0
  var receivedPackets: UInt64 = 0
  var receivedBytes: UInt64 = 0
  var receiveErrors: UInt64 = 0
  var receiveDiscards: UInt64 = 0
}

/// The interface's lane: one thread at a time, for microseconds, never across a wait.
@safe
struct Lane: Sendable {
  let host: Host
  // SAFETY: memory of the interface, which outlives every user of the lane; reached only between enter and leave.
  private nonisolated(unsafe) let state: UnsafeMutablePointer<LaneState>

  @unsafe
  init(_ host: Host, _ state: UnsafeMutablePointer<LaneState>) {
    self.host = host
    unsafe self.state = unsafe state
  }

  /// Runs `body` with the state, and sees to it that a worker is awake when the machine next wants something.
  @inline(__always)
  func run<Result: ~Copyable, Failure: Error>(
    _ body: (inout LaneState) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    host.enterLane()
    defer {
      arm()
      host.leaveLane()
    }
    return try unsafe body(&state.pointee)
  }

  private func arm() {
    let next = unsafe state.pointee.nextTask
    guard unsafe next < state.pointee.armed else { return }
    unsafe state.pointee.armed = next
    host.wake(at: next)
  }
}
