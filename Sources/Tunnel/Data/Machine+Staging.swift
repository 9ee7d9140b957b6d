public import Containers
internal import Octets
public import Timeline
public import Transport

// Packets without a session (protocol.md §14.3, §15, §18.3). The host keeps the packets; the machine keeps their order.

/// What `unstage` takes out.
@frozen
public struct Unstaged: ~Copyable {
  /// The number of packets; 0 for a keepalive.
  public let packetCount: Int
  /// Internal: a public property that is not copyable brings an accessor whose frame is taken from the Swift heap.
  var ticket: SealTicket

  /// The ticket for the packets, or for one keepalive.
  public consuming func takeTicket() -> SealTicket { ticket }
}

extension Machine {
  /// Keeps `packet` for `peer` until there is a session, and asks for one; false when it cannot be kept and stays the
  /// caller's. When the peer's queue or the interface's is full the peer's oldest packet is released to make room.
  public mutating func park(_ packet: StagedPacket, for peer: Handle, _ now: Now) -> Bool {
    guard isUp, peers.contains(peer) else { return false }
    isShortOfBursts = false
    if peers[peer].staged.count >= limits.stagedPerPeer || stagedCount >= limits.staged {
      reject(.stagingFull)
      guard peers[peer].staged.count > 0 else { return false }
      dropOldest(of: peer)
    }
    do throws(StorageError) {
      let entry = try staged.insert(StagedEntry(packet: packet))
      peers[peer].staged.append(entry, in: &staged)
    } catch {
      reject(.noStorage)
      return false
    }
    stagedCount += 1
    peers[peer].keepaliveIsStaged = false
    transmitStaged(peer, now)
    touch(peer)
    return true
  }

  /// Takes up to 64 staged packets of `peer`, oldest first, with a ticket for them; or a keepalive's ticket and no packets
  /// when one is due. Nil when there is nothing to send or no session to send it with. When more packets wait, `poll`
  /// names the peer again; when there is no room for the burst, it does so once something has changed.
  ///
  /// The packets written to `packets`, which has room for 64, are the host's again: it seals them in this order and ends
  /// the ticket.
  @_lifetime(packets: copy packets)
  public mutating func unstage(
    _ peer: Handle, token: UInt64, into packets: inout MutableSpan<StagedPacket>, _ now: Now
  ) -> Unstaged? {
    precondition(packets.count >= SessionLimit.burst)
    guard isUp, peers.contains(peer) else { return nil }
    let count = min(peers[peer].staged.count, SessionLimit.burst)
    guard count > 0 || peers[peer].keepaliveIsStaged else { return nil }
    guard let session = usableSession(of: peer, for: max(1, count), now.instant) else {
      requestInitiation(peer, isRetry: false, now)
      touch(peer)
      return nil
    }
    guard let burst = beginBurst(.outbound, peer: peer, session: session, token: token, count: max(1, count)) else {
      join(.ready, peer)
      isShortOfBursts = true
      return nil
    }
    for place in 0..<count {
      let entry = peers[peer].staged.removeFirst(in: staged)
      packets[place] = staged[entry].packet
      staged.remove(entry)
    }
    stagedCount -= count
    if count == 0 {
      peers[peer].keepaliveIsStaged = false
      bursts[burst].carriesData = false
    } else if peers[peer].staged.count > 0 {
      join(.ready, peer)
    }
    return Unstaged(packetCount: count, ticket: sessions.sealTicket(session, burst: burst, count: max(1, count)))
  }

  /// Sends a keepalive, or what is staged instead: needs no answer, so it does not reset the attempts.
  mutating func sendKeepalive(_ peer: Handle, _ now: Now) {
    if peers[peer].staged.count == 0 { peers[peer].keepaliveIsStaged = true }
    transmitStaged(peer, now)
  }

  /// Has what is staged for `peer` sent if there is a session, or asks for one.
  mutating func transmitStaged(_ peer: Handle, _ now: Now) {
    guard peers[peer].staged.count > 0 || peers[peer].keepaliveIsStaged else { return }
    if usableSession(of: peer, for: 1, now.instant) != nil {
      join(.ready, peer)
    } else {
      requestInitiation(peer, isRetry: false, now)
    }
  }

  /// The current session, when `count` packets may be sent with it at `now`.
  mutating func usableSession(of peer: Handle, for count: Int, _ now: Instant) -> Handle? {
    let session = peers[peer].current
    guard session != .none, sessions[session].canSend(count, at: now) else { return nil }
    return session
  }

  /// Releases everything staged for `peer`.
  mutating func dropStaged(_ peer: Handle) {
    peers[peer].keepaliveIsStaged = false
    while peers[peer].staged.count > 0 { dropOldest(of: peer) }
  }

  /// Moves the peer's oldest packet into the line of those the host may free.
  private mutating func dropOldest(of peer: Handle) {
    let entry = peers[peer].staged.removeFirst(in: staged)
    stagedCount -= 1
    dropped.append(entry, in: &staged)
  }
}
