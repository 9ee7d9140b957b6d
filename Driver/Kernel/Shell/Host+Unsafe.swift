internal import CShell
internal import Containers
internal import DriverInterface
internal import Timeline
internal import Tunnel

/// The C side of one adapter (host.h), as Swift sees it.
@safe
struct Host: Sendable {
  // SAFETY: an opaque value that is passed back; the glue keeps the adapter alive as long as its interface.
  nonisolated(unsafe) let adapter: UnsafeMutableRawPointer?

  init(_ adapter: UnsafeMutableRawPointer?) {
    unsafe self.adapter = unsafe adapter
  }

  /// The kernel's memory.
  var storage: Storage {
    // SAFETY: host_take and host_give_back keep what `Storage` asks for, up to APC_LEVEL, which is where the core runs.
    unsafe Storage(
      context: adapter, take: { unsafe host_take($0, $1, $2) }, giveBack: { unsafe host_give_back($0, $1, $2, $3) })
  }

  /// The system's generator; purpose and subject only matter to tests.
  var randomness: Randomness {
    // SAFETY: host_random fills the whole place.
    unsafe Randomness(context: adapter, fill: { unsafe host_random($0, $3, $4) })
  }

  /// Both clocks, read now.
  var now: Now {
    let wall = unsafe host_wall_time_100ns(adapter)
    // From 1601 to 1970 there are 11,644,473,600 s; an earlier clock counts as 1970.
    let sinceEpoch = wall > 116_444_736_000_000_000 ? wall - 116_444_736_000_000_000 : 0
    return Now(
      instant: Instant(nanoseconds: unsafe host_boot_time_ns(adapter)),
      wall: WallTime(
        seconds: sinceEpoch / 10_000_000, nanoseconds: UInt32(truncatingIfNeeded: sinceEpoch % 10_000_000 * 100)))
  }

  func enterLane() { unsafe host_lane_enter(adapter) }
  func leaveLane() { unsafe host_lane_leave(adapter) }

  func wake() { unsafe host_wake(adapter) }
  func wake(at instant: Instant) { unsafe host_wake_at(adapter, instant.nanoseconds) }

  /// A frame with `length` bytes of content; nil when there is no memory.
  func takeFrame(length: Int) -> Frame? {
    unsafe host_frame_take(adapter, UInt32(length)).map { unsafe Frame($0) }
  }

  func giveBack(_ chain: FrameChain) {
    guard let first = chain.first else { return }
    unsafe host_frame_give_back(adapter, first.address)
  }

  /// Packets of the protocol stack that wait to be sealed, oldest first.
  func takeOutbound(limit: Int) -> FrameChain {
    unsafe FrameChain(from: host_take_outbound(adapter, UInt32(limit)).map { unsafe Frame($0) })
  }

  /// Datagrams of the sockets, oldest first.
  func takeInbound(limit: Int) -> FrameChain {
    unsafe FrameChain(from: host_take_inbound(adapter, UInt32(limit)).map { unsafe Frame($0) })
  }

  func send(_ chain: FrameChain) {
    guard let first = chain.first else { return }
    unsafe host_send(adapter, first.address)
  }

  func deliver(_ chain: FrameChain) {
    guard let first = chain.first else { return }
    unsafe host_deliver(adapter, first.address)
  }

  /// The system lends 256-bit vectors.
  var hasWideVectors: Bool { unsafe host_has_wide_vectors(adapter) == 1 }
  /// Borrows them for a worker, on its thread; false when it has to do without this time.
  func enterWideVectors(worker: UInt32) -> Bool { unsafe host_wide_vectors_enter(adapter, worker) == 1 }
  func leaveWideVectors(worker: UInt32) { unsafe host_wide_vectors_leave(adapter, worker) }

  /// The inner MTU for packets of `family`; 0 while it is unknown.
  func mtu(family: UInt8) -> Int { unsafe Int(host_mtu(adapter, family)) }

  func openSockets(on port: UInt16) throws(Status) -> UInt16 {
    var bound: UInt16 = 0
    let status = unsafe host_open_sockets(adapter, port, &bound)
    guard status == Status.success.rawValue else { throw Status(rawValue: status) ?? .insufficientResources }
    return bound
  }

  func closeSockets() { unsafe host_close_sockets(adapter) }
  func stateChanged(isUp: Bool) { unsafe host_state_changed(adapter, isUp ? 1 : 0) }
  func logReady() { unsafe host_log_ready(adapter) }

  /// Shows a line of the log to whoever traces the system's events.
  func trace(_ entry: FixedOctets<128>) {
    // SAFETY: the bytes live as long as the call.
    unsafe entry.bytes.withUnsafeBytes { bytes in
      unsafe host_trace(adapter, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
    }
  }
}
