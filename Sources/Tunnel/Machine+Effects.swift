internal import Containers
internal import Octets

extension Machine {
  /// The next thing the host must do, or nil. Effects of one call and of one peer come in the order they must be
  /// carried out in.
  ///
  /// An `arrived` burst must be given to `accept` before any other call; one that was orphaned is released as well, and
  /// `accept` then rejects all of it. With `transmitting` false, `transmit` is left for whoever polls for it: a host that
  /// seals on one thread asks only there, and wakes it while `hasReadyPeers`.
  public mutating func poll(transmitting: Bool = true) -> Effect? {
    if !released.isEmpty { return takeReleased() }
    if let message = messages.removeFirst() { return .message(message) }
    if transmitting, !isShortOfBursts, let peer = takeFirst(of: .ready) { return .transmit(peer: peer) }
    if dropped.count > 0 {
      let entry = dropped.removeFirst(in: staged)
      let token = staged[entry].packet.token
      staged.remove(entry)
      return .release(packet: token)
    }
    if let report = reports.removeFirst() { return .report(report) }
    checkInvariants()
    return nil
  }

  /// Whether `poll` would name a peer to transmit to.
  public var hasReadyPeers: Bool { !isShortOfBursts && !lines[PeerLine.ready.rawValue].isEmpty }

  private mutating func takeReleased() -> Effect {
    let burst = released.removeFirst(in: &bursts)
    isShortOfBursts = false
    let token = bursts[burst].token
    if bursts[burst].direction == .inbound {
      bursts[burst].stage = .arriving
      return .arrived(token: token, burst: burst)
    }
    let peer = bursts[burst].peer
    let isOrphan = bursts[burst].isOrphan
    bursts.remove(burst)
    guard !isOrphan, peers.contains(peer), let path = peers[peer].path else { return .discard(token: token) }
    return .send(token: token, path: path)
  }

  /// Queues a small message; when the host has fallen behind it is lost, as on the wire.
  mutating func post(_ message: OutgoingMessage) {
    if !messages.append(message) { reject(.messageQueueFull) }
  }
}
