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
    if sessions[session].isInitiator {
      if peers[peer].next != .none {
        let unconfirmed = peers[peer].next
        discard(&peers[peer].current)
        discard(&peers[peer].previous)
        peers[peer].previous = unconfirmed
        peers[peer].next = .none
      } else {
        discard(&peers[peer].previous)
        peers[peer].previous = peers[peer].current
      }
      peers[peer].current = session
    } else {
      discard(&peers[peer].next)
      peers[peer].next = session
      discard(&peers[peer].previous)
    }
    derivedSession(peer, now.instant)
  }

  /// Data arrived on the unconfirmed session: the peer has its keys, so it becomes current.
  mutating func promote(_ peer: Handle, _ now: Now) {
    discard(&peers[peer].previous)
    peers[peer].previous = peers[peer].current
    peers[peer].current = peers[peer].next
    peers[peer].next = .none
    completedHandshake(peer, now)
    report(.sessionConfirmed, peer)
    transmitStaged(peer, now)
  }

  /// Takes a session out of `slot`: its index is free at once, its memory is wiped when its last ticket has ended.
  private mutating func discard(_ slot: inout Handle) {
    let session = slot
    slot = .none
    guard session != .none else { return }
    indices.remove(sessions[session].localIndex)
    if sessions[session].retire() { sessions.remove(session) }
  }

  /// Ends a ticket of `session`, and the session with it when it was waiting for that.
  mutating func endTicket(of session: Handle) {
    if sessions[session].endTicket() { sessions.remove(session) }
  }

  /// Wipes the handshake and all sessions of `peer`; next first, so that nothing can be promoted meanwhile.
  mutating func eraseKeys(_ peer: Handle) {
    discardHandshake(peer)
    discard(&peers[peer].next)
    discard(&peers[peer].current)
    discard(&peers[peer].previous)
  }

  /// Wipes the initiation that awaits an answer.
  mutating func discardHandshake(_ peer: Handle) {
    let handshake = peers[peer].handshake
    guard handshake != .none else { return }
    peers[peer].handshake = .none
    indices.remove(initiations[handshake].localIndex)
    initiations.remove(handshake)
  }
}
