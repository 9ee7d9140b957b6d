public import Containers
public import Octets
public import Timeline
public import Transport

/// What `stage` answers.
public enum Staging: ~Copyable {
  /// Seal the packets with this ticket, then end it with `complete`.
  case ticket(SealTicket)
  /// No session, or packets of the peer wait already: keep the packets and `park` each.
  case park
  /// Drop the packets.
  case rejected(Rejection)
}

extension Machine {
  /// The peer whose allowed IPs hold `destination` most specifically; nil, counted, when there is none.
  public mutating func route(_ destination: IPAddress) -> Handle? {
    guard let owner = allowedIPs.lookup(destination), let peer = peers.handle(at: Int(owner)) else {
      reject(.noRoute)
      return nil
    }
    return peer
  }

  /// Whether a packet for `peer` is a message that was sealed for it: sealed again, it would come back for ever. The host
  /// drops such packets, and says so with `rejectOwnMessage`. Whatever address it goes to: while it went round, the peer may
  /// have moved. Another tunnel's message is taken for one of ours once in 2^31 tunnels.
  public func isOwn(_ message: InnerDataMessage, for peer: Handle) -> Bool {
    guard peers.contains(peer) else { return false }
    return isRemote(message.receiverIndex, peers[peer].current) || isRemote(message.receiverIndex, peers[peer].previous)
  }

  private func isRemote(_ index: UInt32, _ session: Handle) -> Bool {
    session != .none && sessions[session].remoteIndex == index
  }

  /// Counts a packet that `isOwn`.
  public mutating func rejectOwnMessage() { reject(.ownMessage) }

  /// Begins to send `count` packets (1 … 64) to `peer`: gives them counters in the order of these calls.
  ///
  /// `token` names the burst to the host. Cost: tens of nanoseconds a burst.
  public mutating func stage(count: Int, for peer: Handle, token: UInt64, _ now: Now) -> Staging {
    guard isUp else { return refuse(.interfaceDown, count) }
    guard peers.contains(peer) else { return refuse(.noRoute, count) }
    guard peers[peer].path != nil else { return refuse(.noEndpoint, count) }
    guard peers[peer].staged.count == 0, let session = usableSession(of: peer, for: count, now.instant) else {
      return .park
    }
    guard let burst = beginBurst(.outbound, peer: peer, session: session, token: token, count: count) else {
      return refuse(.tooManyBursts, count)
    }
    return .ticket(sessions.sealTicket(session, burst: burst, count: count))
  }

  /// Ends a seal ticket whose packets are all sealed, `byteCount` bytes of datagrams together; they are sent when the
  /// peer's earlier bursts have been. A ticket that is not used up counts as abandoned.
  public mutating func complete(_ ticket: consuming SealTicket, byteCount: Int, _ now: Now) {
    let burst = ticket.burst
    bursts[burst].byteCount = byteCount
    finish(burst, session: ticket.session, isWhole: ticket.sealed == ticket.count, now)
  }

  /// Ends a seal ticket whose packets will not be sent; its unused counters are burnt.
  public mutating func abandon(_ ticket: consuming SealTicket, _ now: Now) {
    finish(ticket.burst, session: ticket.session, isWhole: false, now)
  }

  private mutating func refuse(_ rejection: Rejection, _ count: Int) -> Staging {
    reject(rejection, count: count)
    return .rejected(rejection)
  }

  /// Opens the books for a burst and queues it for its turn; nil, counted, when too many are under way.
  mutating func beginBurst(
    _ direction: Burst.Direction, peer: Handle, session: Handle, token: UInt64, count: Int
  ) -> Handle? {
    do throws(StorageError) {
      let burst = try bursts.insert(
        Burst(direction, peer: peer, session: session, token: token, count: count))
      if direction == .outbound {
        peers[peer].outbound.append(burst, in: &bursts)
      } else {
        peers[peer].inbound.append(burst, in: &bursts)
      }
      return burst
    } catch {
      reject(.tooManyBursts, count: count)
      return nil
    }
  }

  /// Notes that the work on `burst` has ended, and releases what is now first in its peer's order.
  mutating func finish(_ burst: Handle, session: Handle, isWhole: Bool, _ now: Now) {
    if bursts[burst].direction == .outbound { endTicket(of: session) }
    bursts[burst].stage = .finished
    if !isWhole { bursts[burst].isOrphan = true }
    let peer = bursts[burst].peer
    guard peers.contains(peer), isQueued(burst) else {
      release(burst)
      return
    }
    if bursts[burst].direction == .outbound {
      while let next = finishedHead(peers[peer].outbound) {
        _ = peers[peer].outbound.removeFirst(in: &bursts)
        if !bursts[next].isOrphan { sent(next, to: peer, now) }
        release(next)
      }
    } else {
      while let next = finishedHead(peers[peer].inbound) {
        _ = peers[peer].inbound.removeFirst(in: &bursts)
        release(next)
      }
    }
    touch(peer)
  }

  /// Whether `burst` still stands in its peer's queue; orphaned bursts do not.
  private func isQueued(_ burst: Handle) -> Bool {
    !bursts[burst].isDetached
  }

  private func finishedHead(_ queue: BurstQueue) -> Handle? {
    guard !queue.isEmpty, bursts[queue.head].stage == .finished else { return nil }
    return queue.head
  }

  private mutating func release(_ burst: Handle) {
    bursts[burst].stage = .released
    released.append(burst, in: &bursts)
  }

  /// Takes all bursts of `peer` out of its queues: those at work end as orphans, the others do at once.
  mutating func orphanBursts(_ peer: Handle) {
    while !peers[peer].outbound.isEmpty {
      let burst = peers[peer].outbound.removeFirst(in: &bursts)
      orphan(burst)
    }
    while !peers[peer].inbound.isEmpty {
      let burst = peers[peer].inbound.removeFirst(in: &bursts)
      orphan(burst)
    }
  }

  private mutating func orphan(_ burst: Handle) {
    bursts[burst].isOrphan = true
    bursts[burst].isDetached = true
    if bursts[burst].stage == .finished { release(burst) }
  }

  /// The events of sending a burst, in the order of protocol.md §13.2.
  private mutating func sent(_ burst: Handle, to peer: Handle, _ now: Now) {
    peers[peer].sentBytes &+= UInt64(bursts[burst].byteCount)
    traversed(peer, now.instant)
    sentAny(peer)
    if bursts[burst].carriesData { sentData(peer, now.instant) } else { sentKeepalive(peer, now.instant) }
    let current = peers[peer].current
    if current != .none, sessions[current].needsRekeyAfterSending(at: now.instant) {
      requestInitiation(peer, isRetry: false, now)
    }
  }
}
