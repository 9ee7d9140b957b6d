public import ControlProtocol
internal import Tunnel

// What the engine tells beyond its configuration.

extension EngineTarget {
  /// How busy the interface is.
  public mutating func observe() -> ObservedInterface? {
    let now = Now.read().instant
    let progress = engine.lane.run { $0.machine.progress(at: now) }
    var interface = ObservedInterface()
    interface.isUp = progress.isUp
    interface.isUnderLoad = progress.isUnderLoad
    interface.queuedHandshakes = UInt64(progress.queuedHandshakes)
    interface.stagedPackets = UInt64(progress.staged)
    interface.sessions = UInt64(progress.sessions)
    interface.bursts = UInt64(progress.bursts)
    interface.mtu = UInt64(engine.interface.mtu)
    let queue = engine.sockets.receiveQueue
    (interface.receiveQueueBytes, interface.receiveDrops) = (queue.byteCount, queue.dropped)
    return interface
  }

  /// How much processor time a thread of the daemon has used.
  public mutating func observeWorker(_ number: UInt8) -> ObservedWorker? {
    guard let kind = WorkerKind(rawValue: number) else { return nil }
    return ObservedWorker(name: kind.name, processorTime: engine.clocks.time(of: kind))
  }

  /// How often packets and messages were refused for one reason.
  public mutating func observeTally(_ number: UInt8) -> ObservedTally? {
    guard let rejection = Rejection(rawValue: number) else { return nil }
    return ObservedTally(
      reason: ReasonName(rejection.name), count: engine.lane.run { $0.machine.rejections[rejection] })
  }

  /// How far things are with the next peer, in the order of `readPeer`.
  public mutating func observePeer(after cursor: inout PeerCursor) -> ObservedPeer? {
    let (number, hint, now) = (cursor.position, lastPeer, Now.read().instant)
    let found: (handle: Handle, progress: PeerProgress)? = engine.lane.run { state in
      guard let handle = state.machine.peer(above: number, hint: hint),
        let progress = state.machine.progress(of: handle, at: now)
      else { return nil }
      return (handle, progress)
    }
    guard let found else { return nil }
    cursor.position = found.progress.number
    lastPeer = found.handle
    return ObservedPeer(found.progress)
  }
}

extension ObservedPeer {
  fileprivate init(_ progress: PeerProgress) {
    self.init()
    publicKey = progress.publicKey
    initiations = progress.initiations
    awaitsResponse = progress.awaitsResponse
    sinceMessage = progress.sinceMessage
    roundTrip = progress.roundTrip
    sessionAge = progress.sessionAge
    sessionIsInitiator = progress.sessionIsInitiator
    sessionPackets = progress.sessionPackets
    unconfirmedAge = progress.unconfirmedAge
    holdsCookie = progress.holdsCookie
    stagedPackets = UInt64(progress.staged)
    expectedPackets = progress.reception.expected
    receivedPackets = progress.reception.received
    refusal = progress.refusal.map { ReasonName($0.name) }
    sinceRefusal = progress.sinceRefusal
    sinceRoaming = progress.sinceRoaming
  }
}
