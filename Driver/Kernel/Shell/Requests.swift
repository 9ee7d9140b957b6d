internal import Containers
internal import DriverInterface
internal import Timeline
internal import Tunnel

/// What answers the ioctls of one adapter, one at a time: the host that the control interface asks for.
struct Requests: DriverHost, ~Copyable {
  private var worker: Worker
  var port: UInt16 = 0
  /// Sessions have been wiped, and nobody has asked for others yet.
  private var isQuiet = false

  init(_ lane: Lane) throws(StorageError) {
    // Neither seals nor opens, so its number does not matter.
    worker = try Worker(lane, number: 0)
  }

  var now: Now { worker.host.now }

  mutating func withMachine<Result, Failure: Error>(
    _ body: (inout Machine) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let now = now
    return try worker.lane.run { (state) throws(Failure) -> Result in
      defer { worker.collect(&state, now) }
      return try body(&state.machine)
    }
  }

  mutating func carryOutEffects() {
    worker.depart()
    if worker.hasReadyPeers { worker.host.wake() }
  }

  mutating func openSockets(on port: UInt16) throws(Status) -> UInt16 {
    try worker.host.openSockets(on: port)
  }

  mutating func closeSockets() { worker.host.closeSockets() }

  mutating func stateChanged(isUp: Bool) {
    let now = now
    let host = worker.host
    worker.lane.run { $0.log.append(LogLine(isUp: isUp), at: now.wall) { host.trace($0) } }
    worker.host.stateChanged(isUp: isUp)
    worker.host.logReady()
  }

  /// Wipes every session and handshake; what is staged is dropped. The interface stays up.
  mutating func quiesce() {
    isQuiet = true
    withMachine { $0.suspend() }
    carryOutEffects()
  }

  /// After `quiesce`: asks the peers that had a session for another.
  mutating func resume() {
    guard isQuiet else { return }
    isQuiet = false
    let now = now
    withMachine { $0.resume(now) }
    carryOutEffects()
  }

  /// Takes the interface down, if it is up.
  mutating func close() {
    let isUp = withMachine { machine in
      let isUp = machine.isUp
      machine.bringDown()
      return isUp
    }
    carryOutEffects()
    guard isUp else { return }
    stateChanged(isUp: false)
    closeSockets()
  }

  /// Removes every peer and gives back every frame; nobody else uses the interface any more.
  mutating func end() {
    withMachine { machine in
      machine.bringDown()
      machine.removeAllPeers()
    }
    worker.lane.run { state in
      worker.discarded.append(&state.outgoing.waiting)
      worker.discarded.append(&state.incoming.waiting)
      worker.discarded.append(&state.outbound)
      if let cutting = state.cutting.take() { worker.discarded.append(cutting.frame) }
    }
    worker.host.giveBack(worker.discarded.takeAll())
  }
}
