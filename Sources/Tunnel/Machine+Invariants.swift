internal import Containers
internal import Routing
internal import Timeline
internal import Transport

// What is true of the machine whenever the host has taken its effects. The simulation asks after every step; builds with
// the trait `Checked` ask themselves.

extension Machine {
  /// Traps when the machine contradicts itself, in builds with the trait `Checked` and with few enough peers to walk.
  /// For when `poll` has nothing left.
  func checkInvariants() {
    #if Checked
    if peers.count <= 64 { precondition(brokenInvariant() == nil) }
    #endif
  }

  /// The invariant that does not hold, or nil. To be asked after `poll` has returned nil; walks everything.
  package func brokenInvariant() -> StaticString? {
    brokenRoll() ?? brokenTable() ?? brokenBurst() ?? brokenLine(.ready) ?? brokenLine(.requested) ?? brokenPeer()
  }

  /// Sessions, handshakes and indices name each other, and nothing else exists.
  private func brokenTable() -> StaticString? {
    var slotted = 0
    var handshakes = 0
    for place in 0..<peers.placeCount {
      guard let peer = peers.handle(at: place) else { continue }
      let slots: InlineArray<3, Handle> = [peers[peer].previous, peers[peer].current, peers[peer].next]
      for slot in 0..<3 where slots[slot] != .none {
        let session = slots[slot]
        guard sessions.contains(session) else { return "a slot names no session" }
        guard !sessions[session].isRetired else { return "a retired session stands in a slot" }
        guard sessions[session].owner == peer.index else { return "a session stands in another peer's slot" }
        guard indices.find(sessions[session].localIndex) == IndexTable.Entry(.session, session) else {
          return "the index of a session names something else"
        }
        slotted += 1
      }
      let handshake = peers[peer].handshake
      guard handshake != .none else { continue }
      guard initiations.contains(handshake), initiations[handshake].owner == peer.index else {
        return "a peer awaits an answer to nothing"
      }
      guard indices.find(initiations[handshake].localIndex) == IndexTable.Entry(.handshake, handshake) else {
        return "the index of a handshake names something else"
      }
      handshakes += 1
    }
    var retired = 0
    for place in 0..<sessions.placeCount {
      guard let session = sessions.handle(at: place), sessions[session].isRetired else { continue }
      guard sessions[session].outstanding > 0 else { return "a retired session outlived its last ticket" }
      retired += 1
    }
    guard sessions.count == slotted + retired else { return "a session stands in no slot" }
    guard initiations.count == handshakes else { return "an initiation belongs to no peer" }
    return indices.count == slotted + handshakes ? nil : "an index names nothing"
  }

  /// Every burst is queued with its peer or detached from it, and sessions count their tickets.
  private func brokenBurst() -> StaticString? {
    var tickets = 0
    var detached = 0
    for place in 0..<bursts.placeCount {
      guard let burst = bursts.handle(at: place) else { continue }
      guard bursts[burst].stage == .working || bursts[burst].stage == .finished else {
        return "a burst was released and not taken"
      }
      if bursts[burst].isDetached {
        detached += 1
        guard bursts[burst].stage == .working else { return "a detached burst ended and was not released" }
      }
      if bursts[burst].direction == .inbound || bursts[burst].stage == .working { tickets += 1 }
    }
    var queued = 0
    for place in 0..<peers.placeCount {
      guard let peer = peers.handle(at: place) else { continue }
      guard let outbound = length(of: peers[peer].outbound, .outbound, peer),
        let inbound = length(of: peers[peer].inbound, .inbound, peer)
      else { return "a peer's queue of bursts is broken" }
      queued += outbound + inbound
    }
    guard queued + detached == bursts.count else { return "a burst stands in no queue" }
    var outstanding = 0
    for place in 0..<sessions.placeCount {
      if let session = sessions.handle(at: place) { outstanding += Int(sessions[session].outstanding) }
    }
    return outstanding == tickets ? nil : "a ticket is counted by no session"
  }

  /// The length of a peer's queue; nil when something in it is wrong.
  private func length(of queue: BurstQueue, _ direction: Burst.Direction, _ peer: Handle) -> Int? {
    var length = 0
    var burst = queue.head
    var last = Handle.none
    while burst != .none {
      guard length <= bursts.count, bursts.contains(burst), bursts[burst].peer == peer, !bursts[burst].isDetached,
        bursts[burst].direction == direction
      else { return nil }
      if length == 0 && bursts[burst].stage == .finished { return nil }
      last = burst
      burst = bursts[burst].next
      length += 1
    }
    return queue.tail == last ? length : nil
  }

  /// Peers know whether they stand in a line, and a line holds no others.
  private func brokenLine(_ line: PeerLine) -> StaticString? {
    let line = line.rawValue
    var length = 0
    var place = lines[line].head
    var last = UInt32.max
    while place != .max {
      guard length <= peers.count, let peer = peers.handle(at: Int(place)), peers[peer].lines[line].isIn else {
        return "a line of peers is broken"
      }
      last = place
      place = peers[peer].lines[line].next
      length += 1
    }
    guard lines[line].tail == last else { return "a line of peers lost its end" }
    for place in 0..<peers.placeCount {
      if let peer = peers.handle(at: place), peers[peer].lines[line].isIn { length -= 1 }
    }
    return length == 0 ? nil : "a peer stands in a line that does not lead to it"
  }

  /// Timers are in the heap, staged packets are counted, and who has something to send is on the way to send it.
  private func brokenPeer() -> StaticString? {
    var total = 0
    for place in 0..<peers.placeCount {
      guard let peer = peers.handle(at: place) else { continue }
      var (entry, count) = (peers[peer].staged.head, 0)
      while entry != .none && count <= staged.count {
        guard staged.contains(entry) else { return "a peer's queue of staged packets is broken" }
        entry = staged[entry].next
        count += 1
      }
      guard count == peers[peer].staged.count else { return "a peer miscounts its staged packets" }
      total += count
      guard deadlines.deadline(of: peer.index) <= peers[peer].timers.earliest else {
        return "a timer is not in the heap"
      }
      guard !isUp else { continue }
      let isSilent =
        count == 0 && !peers[peer].keepaliveIsStaged && peers[peer].timers.earliest == .distantFuture
        && peers[peer].handshake == .none
      guard isSilent && !hasSession(peer) else { return "a peer stirs while the interface is down" }
    }
    guard total == stagedCount && total + dropped.count == staged.count else { return "staged packets are miscounted" }
    return nil
  }

  /// The peer has something to send but neither stands in a line nor has a timer that would put it there. Fine only
  /// while a handshake worker has its initiation.
  package func isForgotten(_ peer: Handle) -> Bool {
    guard isUp, identity != nil, peers[peer].path != nil else { return false }
    guard peers[peer].staged.count > 0 || peers[peer].keepaliveIsStaged else { return false }
    return !peers[peer].lines[PeerLine.ready.rawValue].isIn && !peers[peer].lines[PeerLine.requested.rawValue].isIn
      && peers[peer].timers.retransmit == .distantFuture
  }
}
