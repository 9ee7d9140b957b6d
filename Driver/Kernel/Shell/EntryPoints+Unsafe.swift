internal import CShell
internal import Containers
internal import DriverInterface
internal import Octets
internal import Tunnel

// shell.h, implemented: the names are C names.

/// All there is of one adapter on this side. Its memory is the host's; the glue holds its address.
struct Interface: ~Copyable {
  let host: Host
  let lane: Lane
  /// One element, which does not move: the lane points to it.
  var state: Region<LaneState>
  var workers: Region<Worker>
  var requests: Requests

  /// An interface around what `makeState` has made.
  init(_ host: Host, _ state: consuming Region<LaneState>, workerCount: Int) throws(StorageError) {
    var state = state
    // SAFETY: the region is part of the interface, and ends after everything that uses the lane.
    let lane = unsafe Lane(host, state.address(of: 0))
    do throws(StorageError) {
      let requests = try Requests(lane)
      workers = try Self.makeWorkers(workerCount, lane)
      self.requests = requests
    } catch {
      state.discard(0)
      throw error
    }
    self.host = host
    self.lane = lane
    self.state = state
  }

  /// A lane's state; apart from `init`, because its copies of the machine and those of the workers are too much together
  /// for one stack.
  @inline(never)
  static func makeState(_ host: Host) throws(StorageError) -> Region<LaneState> {
    var state = try Region<LaneState>(uninitialized: 1, from: host.storage)
    state.initialize(0, to: try LaneState(host))
    return state
  }

  private static func makeWorkers(_ count: Int, _ lane: Lane) throws(StorageError) -> Region<Worker> {
    var workers = try Region<Worker>(uninitialized: count, from: lane.host.storage)
    for place in 0..<count {
      do throws(StorageError) {
        workers.initialize(place, to: try Worker(lane, number: place))
      } catch {
        for made in 0..<place { workers.discard(made) }
        throw error
      }
    }
    return workers
  }

  /// Gives back all frames and ends what the regions hold.
  mutating func end() {
    requests.end()
    for place in 0..<workers.capacity { workers.discard(place) }
    state.discard(0)
  }
}

/// The interface that the glue names.
@safe
struct InterfaceReference {
  let interface: UnsafeMutablePointer<Interface>

  init(_ handle: OpaquePointer?) {
    // SAFETY: the glue passes what shell_interface_create returned, and nothing after shell_interface_destroy.
    unsafe interface = unsafe UnsafeMutablePointer<Interface>(handle.unsafelyUnwrapped)
  }

  /// Runs `body` with what answers requests; the glue sends one at a time.
  func withRequests<Result>(_ body: (inout Requests) -> Result) -> Result {
    unsafe body(&interface.pointee.requests)
  }
}

@c @implementation
func shell_interface_create(_ adapter: UnsafeMutableRawPointer!, _ workerCount: UInt32) -> OpaquePointer! {
  precondition(Frame.noteFits && workerCount > 0)
  let host = unsafe Host(adapter)
  let size = MemoryLayout<Interface>.stride
  let alignment = MemoryLayout<Interface>.alignment
  guard let place = unsafe host_take(adapter, size, alignment) else { return nil }
  do throws(StorageError) {
    let interface = try Interface(host, try Interface.makeState(host), workerCount: Int(workerCount))
    // SAFETY: the place has the size and alignment of an interface, and is ours.
    unsafe place.bindMemory(to: Interface.self, capacity: 1).initialize(to: interface)
    return OpaquePointer(place)
  } catch {
    unsafe host_give_back(adapter, place, size, alignment)
    return nil
  }
}

@c @implementation
func shell_interface_destroy(_ handle: OpaquePointer!) {
  let interface = unsafe InterfaceReference(handle).interface
  let host = unsafe interface.pointee.host
  unsafe interface.pointee.end()
  // SAFETY: created by shell_interface_create; the glue does not use it any more.
  unsafe interface.deinitialize(count: 1)
  unsafe host_give_back(
    host.adapter, interface, MemoryLayout<Interface>.stride, MemoryLayout<Interface>.alignment)
}

@c @implementation
func shell_work(_ handle: OpaquePointer!, _ worker: UInt32) -> UInt32 {
  // SAFETY: each worker has one thread, so each element one user.
  let reference = unsafe InterfaceReference(handle)
  return unsafe reference.interface.pointee.workers[Int(worker)].work() ? 1 : 0
}

@c @implementation
func shell_read(
  _ handle: OpaquePointer!, _ output: UnsafeMutablePointer<UInt8>!, _ length: UInt64,
  _ information: UnsafeMutablePointer<UInt64>!
) -> shell_status {
  // SAFETY: the glue passes `length` bytes that stay mapped for the call.
  let completion = unsafe InterfaceReference(handle).withRequests { requests in
    unsafe withMutableBytes(output, length) { DriverInterface.read(into: &$0, &requests) }
  }
  return unsafe answer(completion, information)
}

@c @implementation
func shell_observe(
  _ handle: OpaquePointer!, _ output: UnsafeMutablePointer<UInt8>!, _ length: UInt64,
  _ information: UnsafeMutablePointer<UInt64>!
) -> shell_status {
  // SAFETY: as in `shell_read`.
  let completion = unsafe InterfaceReference(handle).withRequests { requests in
    unsafe withMutableBytes(output, length) { DriverInterface.observe(into: &$0, &requests) }
  }
  return unsafe answer(completion, information)
}

@c @implementation
func shell_write(
  _ handle: OpaquePointer!, _ snapshot: UnsafePointer<UInt8>!, _ length: UInt64,
  _ information: UnsafeMutablePointer<UInt64>!
) -> shell_status {
  // SAFETY: the glue passes `length` bytes that nobody else writes to.
  let completion = unsafe InterfaceReference(handle).withRequests { requests in
    let completion = unsafe withBytes(snapshot, length) { DriverInterface.write($0, &requests) }
    requests.carryOutEffects()
    return completion
  }
  return unsafe answer(completion, information)
}

@c @implementation
func shell_state(
  _ handle: OpaquePointer!, _ buffer: UnsafeMutablePointer<UInt8>!, _ inputLength: UInt32, _ outputLength: UInt32,
  _ information: UnsafeMutablePointer<UInt64>!
) -> shell_status {
  // SAFETY: the glue passes the system buffer: the longer of both lengths.
  let state = unsafe InterfaceReference(handle).withRequests { requests in
    unsafe withBytes(buffer, UInt64(inputLength)) { input in
      DriverInterface.changeState(input, outputLength: Int(outputLength), &requests)
    }
  }
  if let value = state.state {
    unsafe withMutableBytes(buffer, UInt64(outputLength)) { $0.store(littleEndian32: value, at: 0) }
  }
  return unsafe answer(state.completion, information)
}

@c @implementation
func shell_read_log_line(
  _ handle: OpaquePointer!, _ entry: UnsafeMutablePointer<UInt8>!, _ length: UInt64,
  _ information: UnsafeMutablePointer<UInt64>!
) -> shell_status {
  let byteCount = Int(clamping: length)
  if let status = DriverInterface.checkLogBuffer(byteCount: byteCount) {
    return unsafe answer(Completion(status), information)
  }
  let lane = unsafe InterfaceReference(handle).interface.pointee.lane
  guard let line = lane.run({ $0.log.removeFirst() }) else { return unsafe answer(Completion(.pending), information) }
  // SAFETY: the glue passes `length` bytes, and they are enough for an entry.
  unsafe withMutableBytes(entry, length) { $0.store(line, at: 0) }
  return unsafe answer(
    Completion(.success, information: UInt64(DriverInterface.logEntryLength)), information)
}

@c @implementation
func shell_precheck(_ code: UInt32, _ inputLength: UInt32) -> shell_status {
  guard let code = ControlCode(rawValue: code) else { return Status.success.rawValue }
  return (DriverInterface.precheck(code, inputLength: Int(inputLength)) ?? .success).rawValue
}

@c @implementation
func shell_quiesce(_ handle: OpaquePointer!) { unsafe InterfaceReference(handle).withRequests { $0.quiesce() } }

@c @implementation
func shell_resume(_ handle: OpaquePointer!) { unsafe InterfaceReference(handle).withRequests { $0.resume() } }

@c @implementation
func shell_routes_changed(_ handle: OpaquePointer!) {
  let lane = unsafe InterfaceReference(handle).interface.pointee.lane
  lane.run { $0.machine.forgetSources() }
}

@c @implementation
func shell_close(_ handle: OpaquePointer!) { unsafe InterfaceReference(handle).withRequests { $0.close() } }

@c @implementation
func shell_statistics_read(_ handle: OpaquePointer!, _ output: UnsafeMutablePointer<shell_statistics>!) {
  let lane = unsafe InterfaceReference(handle).interface.pointee.lane
  let counted = lane.run { $0.statistics }
  unsafe output.pointee = shell_statistics(
    sent_packets: counted.sentPackets, sent_bytes: counted.sentBytes, send_errors: counted.sendErrors,
    send_discards: counted.sendDiscards, received_packets: counted.receivedPackets,
    received_bytes: counted.receivedBytes, receive_errors: counted.receiveErrors,
    receive_discards: counted.receiveDiscards)
}

/// Passes on how a request ended.
private func answer(_ completion: Completion, _ information: UnsafeMutablePointer<UInt64>!) -> shell_status {
  unsafe information.pointee = completion.information
  return completion.status.rawValue
}

/// Lends `length` bytes at `start`, none when it is nil.
@unsafe
private func withBytes<Result>(
  _ start: UnsafePointer<UInt8>?, _ length: UInt64, _ body: (RawSpan) -> Result
) -> Result {
  guard let start = unsafe start else { return body(RawSpan()) }
  return body(unsafe RawSpan(_unsafeStart: start, byteCount: Int(length)))
}

/// Lends `length` bytes at `start` for writing, none when it is nil.
@unsafe
private func withMutableBytes<Result>(
  _ start: UnsafeMutablePointer<UInt8>?, _ length: UInt64, _ body: (inout MutableRawSpan) -> Result
) -> Result {
  guard let start = unsafe start else {
    var none = MutableRawSpan()
    return body(&none)
  }
  var span = unsafe MutableRawSpan(_unsafeStart: start, byteCount: Int(length))
  return body(&span)
}
