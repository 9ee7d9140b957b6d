internal import Containers
internal import Handshake
internal import Octets
internal import Routing
internal import Timeline
internal import Transport

// The three session slots of a peer (protocol.md §11) and erasure (§16).

extension Machine {
  /// Puts a freshly derived session into its slot. The index entry exists already and now names the session.
  mutating func begin(_ session: Handle, for peer: Handle, _ now: Now) {
    discard(peers[peer].previous)
    if !sessions[session].isInitiator {
      discard(peers[peer].next)
      peers[peer].previous = .none
      peers[peer].next = session
    } else if peers[peer].next != .none {
      discard(peers[peer].current)
      peers[peer].previous = peers[peer].next
      peers[peer].current = session
      peers[peer].next = .none
    } else {
      peers[peer].previous = peers[peer].current
      peers[peer].current = session
    }
    derivedSession(peer, now.instant)
  }

  /// Data arrived on the unconfirmed session: the peer has its keys, so it becomes current.
  mutating func promote(_ peer: Handle, _ now: Now) {
    discard(peers[peer].previous)
    peers[peer].previous = peers[peer].current
    peers[peer].current = peers[peer].next
    peers[peer].next = .none
    completedHandshake(peer, now)
    report(.sessionConfirmed, peer)
    transmitStaged(peer, now)
  }

  /// Ends a session that leaves its slot: its index is free at once, its memory is wiped with its last ticket.
  private mutating func discard(_ session: Handle) {
    guard session != .none else { return }
    _ = indices.remove(sessions[session].localIndex)
    if sessions[session].retire() { sessions.remove(session) }
  }

  /// Ends a ticket of `session`, and the session with it when it was waiting for that.
  mutating func endTicket(of session: Handle) {
    if sessions[session].endTicket() { sessions.remove(session) }
  }

  /// Wipes the handshake and all sessions of `peer`; next first, so that nothing can be promoted meanwhile.
  mutating func eraseKeys(_ peer: Handle) {
    discardHandshake(peer)
    let (next, current, previous) = (peers[peer].next, peers[peer].current, peers[peer].previous)
    peers[peer].next = .none
    peers[peer].current = .none
    peers[peer].previous = .none
    discard(next)
    discard(current)
    discard(previous)
  }

  /// Wipes the initiation that awaits an answer.
  mutating func discardHandshake(_ peer: Handle) {
    let handshake = peers[peer].handshake
    guard handshake != .none else { return }
    peers[peer].handshake = .none
    _ = indices.remove(initiations[handshake].localIndex)
    initiations.remove(handshake)
  }
}
