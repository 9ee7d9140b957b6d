public import Containers
public import Octets
internal import Routing
public import Timeline
public import Transport

extension Machine {
  /// Begins to receive `count` data messages (1 … 64) that all carry `receiverIndex` and came along one path.
  ///
  /// Nil, counted, when there is no such session or it has expired. Otherwise open each message with the ticket, in
  /// order, and end it with `finish`. The caller has classified the messages with `Datagram.kind`.
  public mutating func admit(receiverIndex: UInt32, count: Int, token: UInt64, _ now: Now) -> OpenTicket? {
    guard isUp else { return refuse(.interfaceDown, count) }
    guard let entry = indices.find(receiverIndex), entry.kind == .session else { return refuse(.unknownIndex, count) }
    let session = entry.handle
    guard sessions[session].canReceive(at: now.instant) else { return refuse(.expired, count) }
    guard let peer = peers.handle(at: Int(sessions[session].owner)) else { return refuse(.unknownIndex, count) }
    guard let burst = beginBurst(.inbound, peer: peer, session: session, token: token, count: count) else { return nil }
    return sessions.openTicket(session, burst: burst, count: count)
  }

  private mutating func refuse(_ rejection: Rejection, _ count: Int) -> OpenTicket? {
    reject(rejection, count: count)
    return nil
  }

  /// Ends an open ticket; `poll` names the burst with `arrived` when the peer's earlier bursts have been accepted. Not
  /// every message need have been tried: the others count as unauthentic.
  public mutating func finish(_ ticket: consuming OpenTicket, _ now: Now) {
    bursts[ticket.burst].authentic = ticket.authentic
    finish(ticket.burst, session: ticket.session, isWhole: true, now)
  }

  /// Judges the messages of a burst that `poll` named with `arrived`: sets each verdict in `arrivals`, which holds what
  /// the ticket's `open` returned, in order. Moves the endpoint to `path`, confirms the session, runs timers.
  public mutating func accept(_ burst: Handle, _ arrivals: inout MutableSpan<Arrival>, along path: Path, _ now: Now) {
    precondition(bursts[burst].stage == .arriving && arrivals.count >= bursts[burst].count)
    let record = bursts[burst]
    bursts.remove(burst)
    defer { endTicket(of: record.session) }
    let isWelcome = isUp && !record.isOrphan && peers.contains(record.peer)
    let expected = sessions[record.session].expectedPackets
    var dataCount = 0
    var acceptedCount = 0
    for i in 0..<record.count {
      guard record.authentic & (1 &<< UInt64(i)) != 0 else {
        arrivals[i].verdict = .rejected(.unauthentic)
        reject(.unauthentic)
        continue
      }
      guard isWelcome, sessions[record.session].acceptCounter(arrivals[i].counter) else {
        arrivals[i].verdict = .rejected(isWelcome ? .replayed : .superseded)
        reject(isWelcome ? .replayed : .superseded)
        continue
      }
      if acceptedCount == 0 { moved(record.peer, to: path, now) }
      acceptedCount += 1
      if arrivals[i].isKeepalive {
        arrivals[i].verdict = .keepalive
        peers[record.peer].receivedBytes &+= UInt64(arrivals[i].datagramLength)
      } else {
        dataCount += 1
        judge(&arrivals[i], from: record.peer)
      }
    }
    guard acceptedCount > 0 else { return }
    let advance = sessions[record.session].expectedPackets &- expected
    peers[record.peer].reception.count(accepted: acceptedCount, advance: advance)
    received(dataCount: dataCount, on: record.session, from: record.peer, now)
  }

  /// The events of receiving authenticated packets, in the order of protocol.md §13.2.
  private mutating func received(dataCount: Int, on session: Handle, from peer: Handle, _ now: Now) {
    if peers[peer].next == session { promote(peer, now) }
    let current = peers[peer].current
    if current != .none, !peers[peer].askedInLastMinute, sessions[current].needsRekeyAfterReceiving(at: now.instant) {
      peers[peer].askedInLastMinute = true
      requestInitiation(peer, isRetry: false, now)
    }
    receivedAny(peer)
    traversed(peer, now.instant)
    if dataCount > 0 { receivedData(peer, count: dataCount, now.instant) }
    touch(peer)
  }

  /// An authenticated packet came along `path`: the peer is there.
  mutating func moved(_ peer: Handle, to path: Path, _ now: Now) {
    guard peers[peer].path != path else { return }
    if let old = peers[peer].path, old.remote != path.remote {
      report(.roamed, peer)
      peers[peer].roamed = now.instant
    }
    peers[peer].path = path
  }

  /// Decides on an inner packet: honest, and from an address that belongs to the peer.
  private mutating func judge(_ arrival: inout Arrival, from peer: Handle) {
    if let fault = arrival.innerFault {
      arrival.verdict = .rejected(fault)
      reject(fault)
    } else if allowedIPs.lookup(arrival.source) != peer.index {
      arrival.verdict = .rejected(.innerSource)
      reject(.innerSource)
    } else {
      arrival.verdict = .deliver
      peers[peer].receivedBytes &+= UInt64(arrival.datagramLength)
    }
  }
}
