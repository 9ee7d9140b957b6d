import CShell
import Foundation
import Glibc

/// An adapter as the glue would make it, of malloc and lists: what stands behind host.h in these tests.
///
/// Everything the shell does wrong with it shows: a leak, a frame given back twice, the lane entered twice or held while
/// datagrams leave. Safe to use from several threads.
final class TestDriver: @unchecked Sendable {
  private static let lock = NSLock()
  // SAFETY: only reached with `lock` held.
  nonisolated(unsafe) private static var pad: UInt8 = 0

  // SAFETY: made by shell_interface_create in `init`, destroyed in `end`.
  nonisolated(unsafe) private(set) var interface: OpaquePointer?

  private let lock = NSLock()
  private let laneLock = NSLock()
  private var laneOwner: pthread_t?

  // SAFETY: the lists are only reached with `lock` held.
  private var outbound: [UnsafeMutablePointer<shell_frame>] = []
  private var inbound: [UnsafeMutablePointer<shell_frame>] = []
  private var blocks: [UInt: Int] = [:]
  private var frames: Set<UInt> = []

  /// What left, oldest first.
  private(set) var sent: [TestDatagram] = []
  private(set) var delivered: [[UInt8]] = []
  private(set) var linkStates: [Bool] = []
  private(set) var logReadyCount = 0
  private(set) var wakeCount = 0
  private(set) var wakesAt = UInt64.max
  private(set) var faults: [String] = []
  private(set) var takeCount = 0

  /// Nanoseconds since boot.
  var time: UInt64 = 1_000_000_000
  var mtu: UInt32 = 1420
  var openPort: UInt16?
  var openStatus: UInt32 = 0
  /// Which requests for memory to refuse, by number.
  var refuses: (Int) -> Bool = { _ in false }
  private var random: UInt64

  /// An adapter with `workerCount` workers; nil when it could not be made.
  init?(seed: UInt64, workerCount: UInt32 = 1, refuses: @escaping (Int) -> Bool = { _ in false }) {
    random = seed
    self.refuses = refuses
    interface = nil
    interface = unsafe shell_interface_create(Unmanaged.passUnretained(self).toOpaque(), workerCount)
    if unsafe interface == nil { return nil }
  }

  deinit {
    if unsafe interface != nil { end() }
  }

  /// Ends the interface; what is left then has leaked.
  func end() {
    unsafe shell_close(interface)
    unsafe shell_interface_destroy(interface)
    unsafe interface = nil
    for frame in unsafe outbound + inbound { unsafe drop(frame) }
    unsafe outbound = []
    unsafe inbound = []
  }

  var blockCount: Int { locked { unsafe blocks.count } }
  var frameCount: Int { locked { frames.count } }

  private func locked<Result>(_ body: () -> Result) -> Result {
    lock.lock()
    defer { lock.unlock() }
    return body()
  }

  private func fault(_ text: String) { locked { faults.append(text) } }

  private var holdsLane: Bool { laneOwner.map { pthread_equal($0, pthread_self()) != 0 } ?? false }

  static func of(_ adapter: UnsafeMutableRawPointer?) -> TestDriver {
    // SAFETY: every function of host.h gets what `init` passed, while the driver lives.
    unsafe Unmanaged<TestDriver>.fromOpaque(adapter!).takeUnretainedValue()
  }
}

// What tests do to it.
extension TestDriver {
  /// Works until nothing is left to do at once.
  func work(_ worker: UInt32 = 0) {
    var turns = 0
    while unsafe shell_work(interface, worker) != 0 {
      turns += 1
      guard turns < 100_000 else { return fault("works for ever") }
    }
  }

  func set(_ bytes: [UInt8]) -> (status: UInt32, information: UInt64) {
    var information: UInt64 = 99
    let status = unsafe shell_write(interface, bytes, UInt64(bytes.count), &information)
    return (status, information)
  }

  func get(_ count: Int) -> (status: UInt32, information: UInt64, bytes: [UInt8]) {
    var information: UInt64 = 99
    var bytes = [UInt8](repeating: 0xee, count: count)
    let status = unsafe shell_read(interface, &bytes, UInt64(count), &information)
    return (status, information, bytes)
  }

  func state(_ verb: UInt32, outputLength: UInt32 = 0) -> (status: UInt32, information: UInt64, state: UInt32) {
    var information: UInt64 = 99
    var buffer = withUnsafeBytes(of: verb) { [UInt8]($0) } + [0, 0, 0, 0]
    let status = unsafe shell_state(interface, &buffer, 4, outputLength, &information)
    return (status, information, buffer[0...3].reversed().reduce(0) { $0 << 8 | UInt32($1) })
  }

  /// The next log line: its bytes, or the status when there is none.
  func logLine(_ length: Int = 128) -> (status: UInt32, information: UInt64, bytes: [UInt8]) {
    var information: UInt64 = 99
    var bytes = [UInt8](repeating: 0xee, count: length)
    let status = unsafe shell_read_log_line(interface, &bytes, UInt64(length), &information)
    return (status, information, bytes)
  }

  func quiesce() { unsafe shell_quiesce(interface) }
  func resume() { unsafe shell_resume(interface) }
  func close() { unsafe shell_close(interface) }

  var statistics: shell_statistics {
    var statistics = shell_statistics()
    unsafe shell_statistics_read(interface, &statistics)
    return statistics
  }

  /// The protocol stack sends a packet.
  func send(_ packet: [UInt8]) {
    guard let frame = unsafe takeFrame(packet.count) else { return }
    unsafe frame.pointee.family = packet.first.map { $0 >> 4 } ?? 0
    fill(frame, packet)
    locked { unsafe outbound.append(frame) }
  }

  /// A datagram arrives.
  func receive(_ datagram: TestDatagram) {
    guard let frame = unsafe takeFrame(datagram.bytes.count) else { return }
    fill(frame, datagram.bytes)
    unsafe frame.pointee.path = datagram.path
    unsafe frame.pointee.traffic_class = datagram.trafficClass
    locked { unsafe inbound.append(frame) }
  }

  private func fill(_ frame: UnsafeMutablePointer<shell_frame>, _ bytes: [UInt8]) {
    for (place, byte) in bytes.enumerated() {
      unsafe frame.pointee.bytes[Int(frame.pointee.offset) + place] = byte
    }
  }

  func takeSent() -> [TestDatagram] {
    locked {
      defer { sent = [] }
      return sent
    }
  }

  func takeDelivered() -> [[UInt8]] {
    locked {
      defer { delivered = [] }
      return delivered
    }
  }
}

// What the shell does to it.
extension TestDriver {
  func take(_ length: Int, _ alignment: Int) -> UnsafeMutableRawPointer? {
    locked {
      defer { takeCount += 1 }
      guard !refuses(takeCount), let place = unsafe aligned_alloc(max(16, alignment), (length + 63) & ~63) else {
        return nil
      }
      unsafe memset(place, 0xa5, length)
      unsafe blocks[UInt(bitPattern: place)] = length
      return unsafe place
    }
  }

  func giveBack(_ place: UnsafeMutableRawPointer, _ length: Int) {
    let known = locked { unsafe blocks.removeValue(forKey: UInt(bitPattern: place)) }
    guard known == length else { return fault("gives back \(length) bytes of \(String(describing: known))") }
    unsafe free(place)
  }

  func takeFrame(_ length: Int) -> UnsafeMutablePointer<shell_frame>? {
    let capacity = Int(SHELL_FRAME_HEADROOM) + length + Int(SHELL_FRAME_TAILROOM)
    guard let place = unsafe take(MemoryLayout<shell_frame>.stride + capacity, 16) else { return nil }
    let frame = unsafe place.bindMemory(to: shell_frame.self, capacity: 1)
    unsafe frame.initialize(to: shell_frame())
    unsafe frame.pointee.bytes = (place + MemoryLayout<shell_frame>.stride).assumingMemoryBound(to: UInt8.self)
    unsafe frame.pointee.capacity = UInt32(capacity)
    unsafe frame.pointee.offset = UInt32(SHELL_FRAME_HEADROOM)
    unsafe frame.pointee.length = UInt32(length)
    locked { _ = unsafe frames.insert(UInt(bitPattern: frame)) }
    return unsafe frame
  }

  func drop(_ frame: UnsafeMutablePointer<shell_frame>) {
    guard locked({ unsafe frames.remove(UInt(bitPattern: frame)) }) != nil else {
      return fault("gives back a frame that is not out")
    }
    giveBack(frame, unsafe MemoryLayout<shell_frame>.stride + Int(frame.pointee.capacity))
  }

  /// Ends a chain: calls `body` with the content of each frame.
  func consume(
    _ chain: UnsafeMutablePointer<shell_frame>?, _ body: (UnsafeMutablePointer<shell_frame>, [UInt8]) -> Void
  ) {
    if holdsLane { fault("frames leave while the lane is held") }
    var rest = unsafe chain
    while let frame = unsafe rest {
      unsafe rest = unsafe frame.pointee.next
      let start = unsafe frame.pointee.bytes + Int(frame.pointee.offset)
      unsafe body(frame, [UInt8](UnsafeBufferPointer(start: start, count: Int(frame.pointee.length))))
      drop(frame)
    }
  }

  func takeQueue(
    _ queue: ReferenceWritableKeyPath<TestDriver, [UnsafeMutablePointer<shell_frame>]>, _ limit: UInt32
  ) -> UnsafeMutablePointer<shell_frame>? {
    locked {
      let taken = unsafe Array(self[keyPath: queue].prefix(Int(limit)))
      unsafe self[keyPath: queue].removeFirst(taken.count)
      for place in taken.indices {
        unsafe taken[place].pointee.next = unsafe place + 1 < taken.count ? taken[place + 1] : nil
      }
      return unsafe taken.first
    }
  }

  func takeOutbound(_ limit: UInt32) -> UnsafeMutablePointer<shell_frame>? { unsafe takeQueue(\.outbound, limit) }
  func takeInbound(_ limit: UInt32) -> UnsafeMutablePointer<shell_frame>? { unsafe takeQueue(\.inbound, limit) }

  func left(_ datagram: TestDatagram) { locked { sent.append(datagram) } }
  func left(_ packet: [UInt8]) { locked { delivered.append(packet) } }
  func linkChanged(isUp: Bool) { locked { linkStates.append(isUp) } }
  func logReady() { locked { logReadyCount += 1 } }
  func wake() { locked { wakeCount += 1 } }
  func wake(at instant: UInt64) { locked { wakesAt = instant } }

  func fillRandom(_ place: UnsafeMutablePointer<UInt8>, _ count: Int) {
    locked {
      for offset in 0..<count {
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        unsafe place[offset] = UInt8(truncatingIfNeeded: random >> 33)
      }
    }
  }

  func enterLane() {
    if holdsLane { fault("enters the lane twice") }
    laneLock.lock()
    laneOwner = pthread_self()
  }

  func leaveLane() {
    if !holdsLane { fault("leaves a lane it is not in") }
    laneOwner = nil
    laneLock.unlock()
  }

  func openSockets(_ port: UInt16) -> (UInt32, UInt16) {
    if holdsLane { fault("opens sockets in the lane") }
    guard openStatus == 0 else { return (openStatus, 0) }
    let bound = port == 0 ? 50_001 : port
    openPort = bound
    return (0, bound)
  }

  func closeSockets() {
    if holdsLane { fault("closes sockets in the lane") }
    openPort = nil
  }
}

/// A datagram outside the driver.
struct TestDatagram {
  var bytes: [UInt8]
  var path: shell_path
  var trafficClass: UInt8
}
