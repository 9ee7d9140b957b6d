import CShell
import DriverInterfaceTesting
import Foundation
import Glibc

/// An adapter as the glue would make it, of malloc and lists: what stands behind host.h in these tests.
///
/// Everything the shell does wrong with it shows: a leak, a frame given back twice, the lane entered twice or held while
/// datagrams leave. Safe to use from several threads.
@safe
final class TestDriver: @unchecked Sendable {
  // SAFETY: made by shell_interface_create in `init`, destroyed in `end`.
  nonisolated(unsafe) private(set) var interface: OpaquePointer?

  private let lock = NSLock()
  private let laneLock = NSLock()
  private var laneOwner: pthread_t?

  // SAFETY: the lists are only reached with `lock` held.
  private var outbound: [FrameAddress] = []
  private var inbound: [FrameAddress] = []
  private var blocks: [UInt: Int] = [:]
  private var frames: Set<UInt> = []

  /// What left, oldest first.
  private(set) var sent: [TestDatagram] = []
  private(set) var delivered: [[UInt8]] = []
  private(set) var linkStates: [Bool] = []
  private(set) var logReadyCount = 0
  /// The text of each line that was traced, its level in front.
  private(set) var traced: [String] = []
  private(set) var wakeCount = 0
  private(set) var wakesAt = UInt64.max
  private(set) var faults: [String] = []
  private(set) var takeCount = 0
  /// Loans of 256-bit vectors so far.
  private(set) var vectorLoans = 0
  private var borrowers: Set<UInt32> = []

  /// Nanoseconds since boot.
  var time: UInt64 = 1_000_000_000
  var mtu: UInt32 = 1420
  var openPort: UInt16?
  var openStatus: UInt32 = 0
  /// Which requests for memory to refuse, by number.
  var refuses: (Int) -> Bool = { _ in false }
  /// Which loans of 256-bit vectors to refuse, by number.
  var refusesVectors: (Int) -> Bool = { _ in false }
  private var random: UInt64

  /// An adapter with `workerCount` workers; nil when it could not be made.
  init?(seed: UInt64, workerCount: UInt32 = 1, refuses: @escaping (Int) -> Bool = { _ in false }) {
    random = seed
    self.refuses = refuses
    unsafe interface = nil
    unsafe interface = shell_interface_create(Unmanaged.passUnretained(self).toOpaque(), workerCount)
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
    for frame in outbound + inbound { drop(frame) }
    outbound = []
    inbound = []
  }

  var blockCount: Int { locked { blocks.count } }
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

  func observe(_ count: Int) -> (status: UInt32, information: UInt64, bytes: [UInt8]) {
    var information: UInt64 = 99
    var bytes = [UInt8](repeating: 0xee, count: count)
    let status = unsafe shell_observe(interface, &bytes, UInt64(count), &information)
    return (status, information, bytes)
  }

  func state(_ verb: UInt32, outputLength: UInt32 = 0) -> (status: UInt32, information: UInt64, state: UInt32) {
    var information: UInt64 = 99
    var buffer = little(verb) + [0, 0, 0, 0]
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
  func routesChanged() { unsafe shell_routes_changed(interface) }
  func close() { unsafe shell_close(interface) }

  var statistics: shell_statistics {
    var statistics = shell_statistics()
    unsafe shell_statistics_read(interface, &statistics)
    return statistics
  }

  /// The protocol stack sends a packet.
  func send(_ packet: [UInt8]) {
    guard let frame = takeFrame(packet.count) else { return }
    unsafe frame.pointer.pointee.family = packet.first.map { $0 >> 4 } ?? 0
    fill(frame, packet)
    locked { outbound.append(frame) }
  }

  /// A datagram arrives.
  func receive(_ datagram: TestDatagram) {
    guard let frame = takeFrame(datagram.bytes.count) else { return }
    fill(frame, datagram.bytes)
    unsafe frame.pointer.pointee.path = datagram.path
    unsafe frame.pointer.pointee.traffic_class = datagram.trafficClass
    locked { inbound.append(frame) }
  }

  private func fill(_ frame: FrameAddress, _ bytes: [UInt8]) {
    for (place, byte) in bytes.enumerated() {
      unsafe frame.pointer.pointee.bytes[Int(frame.pointer.pointee.offset) + place] = byte
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
    lock.lock()
    defer { lock.unlock() }
    takeCount += 1
    guard !refuses(takeCount - 1), let place = unsafe aligned_alloc(max(64, alignment), (length + 63) & ~63) else {
      return nil
    }
    unsafe memset(place, 0xa5, length)
    blocks[UInt(bitPattern: place)] = length
    return unsafe place
  }

  func giveBack(_ place: UnsafeMutableRawPointer, _ length: Int) {
    let address = UInt(bitPattern: place)
    let known = locked { blocks.removeValue(forKey: address) }
    guard known == length else { return fault("gives back \(length) bytes of \(String(describing: known))") }
    unsafe free(place)
  }

  /// Lends a worker 256-bit vectors, unless the test refuses.
  func lendWideVectors(_ worker: UInt32) -> Bool {
    if holdsLane { fault("borrows vectors in the lane") }
    lock.lock()
    defer { lock.unlock() }
    vectorLoans += 1
    guard !refusesVectors(vectorLoans - 1) else { return false }
    if !borrowers.insert(worker).inserted { faults.append("worker \(worker) borrows vectors twice") }
    return true
  }

  func takeBackWideVectors(_ worker: UInt32) {
    guard locked({ borrowers.remove(worker) }) == nil else { return }
    fault("worker \(worker) returns vectors that it has not borrowed")
  }

  func takeFrame(_ length: Int) -> FrameAddress? {
    let capacity = Int(SHELL_FRAME_HEADROOM) + length + Int(SHELL_FRAME_TAILROOM)
    guard let place = unsafe take(MemoryLayout<shell_frame>.stride + capacity, 16) else { return nil }
    let frame = unsafe FrameAddress(place.bindMemory(to: shell_frame.self, capacity: 1))
    unsafe frame.pointer.initialize(to: shell_frame())
    unsafe frame.pointer.pointee.bytes = (place + MemoryLayout<shell_frame>.stride).assumingMemoryBound(to: UInt8.self)
    unsafe frame.pointer.pointee.capacity = UInt32(capacity)
    unsafe frame.pointer.pointee.offset = UInt32(SHELL_FRAME_HEADROOM)
    unsafe frame.pointer.pointee.length = UInt32(length)
    locked { _ = frames.insert(frame.number) }
    return frame
  }

  func drop(_ frame: FrameAddress) {
    guard locked({ frames.remove(frame.number) }) != nil else { return fault("gives back a frame that is not out") }
    unsafe giveBack(frame.pointer, MemoryLayout<shell_frame>.stride + Int(frame.pointer.pointee.capacity))
  }

  /// Ends a chain: calls `body` with each frame and its content.
  func consume(_ chain: FrameAddress?, _ body: (FrameAddress, [UInt8]) -> Void) {
    if holdsLane { fault("frames leave while the lane is held") }
    var rest = chain
    while let frame = rest {
      rest = unsafe frame.pointer.pointee.next.map { unsafe FrameAddress($0) }
      let start = unsafe frame.pointer.pointee.bytes + Int(frame.pointer.pointee.offset)
      body(frame, unsafe [UInt8](UnsafeBufferPointer(start: start, count: Int(frame.pointer.pointee.length))))
      drop(frame)
    }
  }

  private static func takeQueue(_ queue: inout [FrameAddress], _ limit: UInt32) -> FrameAddress? {
    let taken = Array(queue.prefix(Int(limit)))
    queue.removeFirst(taken.count)
    for place in taken.indices {
      unsafe taken[place].pointer.pointee.next = place + 1 < taken.count ? taken[place + 1].pointer : nil
    }
    return taken.first
  }

  func takeOutbound(_ limit: UInt32) -> FrameAddress? { locked { Self.takeQueue(&outbound, limit) } }
  func takeInbound(_ limit: UInt32) -> FrameAddress? { locked { Self.takeQueue(&inbound, limit) } }

  func left(_ datagram: TestDatagram) { locked { sent.append(datagram) } }
  func left(_ packet: [UInt8]) { locked { delivered.append(packet) } }
  func linkChanged(isUp: Bool) { locked { linkStates.append(isUp) } }
  func logReady() { locked { logReadyCount += 1 } }

  func trace(_ entry: UnsafePointer<UInt8>) {
    // SAFETY: an entry has 128 bytes, of which the last is zero.
    let text = unsafe String(cString: entry + 8)
    locked { traced.append(text) }
  }
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

/// Where a frame lies.
@safe
struct FrameAddress {
  // SAFETY: TestDriver made it, and frees it when it is dropped.
  let pointer: UnsafeMutablePointer<shell_frame>

  @unsafe init(_ pointer: UnsafeMutablePointer<shell_frame>) { unsafe self.pointer = unsafe pointer }

  var number: UInt { unsafe UInt(bitPattern: pointer) }
}

/// A datagram outside the driver.
struct TestDatagram {
  var bytes: [UInt8]
  var path: shell_path
  var trafficClass: UInt8
}
