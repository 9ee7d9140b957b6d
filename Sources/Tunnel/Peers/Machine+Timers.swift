internal import Admission
internal import Containers
internal import Octets
public import Timeline
internal import Transport

// The timers of WG §6 (protocol.md §13). Each peer keeps its own five deadlines; the heap holds for each peer an
// instant not later than its earliest deadline, so re-arming a timer to a later time, which every packet does, costs
// nothing. A heap entry that comes due early is put back.

extension Machine {
  /// The instant at which `advance` wants to be called; the distant future when nothing is pending.
  public var nextDeadline: Instant { min(deadlines.earliest, gateDeadline) }

  /// Runs what is due at `now`, for at most 256 peers; when more are due, `nextDeadline` is
  /// still not after `now` and the host calls again.
  public mutating func advance(to now: Now) {
    isShortOfBursts = false
    if gateDeadline <= now.instant { gateDeadline = gate.advance(to: now.instant) }
    var budget = 256
    while budget > 0, let place = deadlines.due(at: now.instant) {
      budget -= 1
      guard let peer = peers.handle(at: Int(place)) else {
        deadlines.set(place, to: .distantFuture)
        continue
      }
      runTimers(of: peer, now)
      deadlines.set(place, to: isUp ? peers[peer].timers.earliest : .distantFuture)
    }
  }

  /// Makes sure the heap wakes the peer no later than its earliest deadline.
  mutating func touch(_ peer: Handle) {
    let earliest = peers[peer].timers.earliest
    if earliest < deadlines.deadline(of: peer.index) { deadlines.set(peer.index, to: earliest) }
  }

  private mutating func runTimers(of peer: Handle, _ now: Now) {
    guard isUp else { return }
    if peers[peer].timers.retransmit <= now.instant {
      peers[peer].timers.retransmit = .distantFuture
      retransmitExpired(peer, now)
    }
    if peers[peer].timers.passiveKeepalive <= now.instant {
      peers[peer].timers.passiveKeepalive = .distantFuture
      peers[peer].timers.repeatsPassiveKeepalive = peers[peer].timers.needsAnotherKeepalive
      peers[peer].timers.needsAnotherKeepalive = false
      sendKeepalive(peer, now)
    }
    if peers[peer].timers.newHandshake <= now.instant {
      peers[peer].timers.newHandshake = .distantFuture
      report(.stoppedHearing, peer)
      forgetSource(peer)
      requestInitiation(peer, isRetry: false, now)
    }
    if peers[peer].timers.zeroKeys <= now.instant {
      peers[peer].timers.zeroKeys = .distantFuture
      report(.erased, peer)
      eraseKeys(peer)
    }
    if peers[peer].timers.persistentKeepalive <= now.instant {
      peers[peer].timers.persistentKeepalive = .distantFuture
      if peers[peer].keepaliveInterval > 0 { sendKeepalive(peer, now) }
    }
  }

  private mutating func retransmitExpired(_ peer: Handle, _ now: Now) {
    guard peers[peer].timers.attempts < ProtocolTime.initiationsPerAttempt else {
      report(.gaveUp, peer)
      peers[peer].timers.passiveKeepalive = .distantFuture
      peers[peer].timers.needsAnotherKeepalive = false
      dropStaged(peer)
      if peers[peer].timers.zeroKeys == .distantFuture {
        peers[peer].timers.zeroKeys = now.instant + ProtocolTime.zeroKeys
      }
      return
    }
    report(.retry, peer)
    forgetSource(peer)
    requestInitiation(peer, isRetry: true, now)
  }

  /// Lets the host choose the source again: the path may have changed.
  mutating func forgetSource(_ peer: Handle) {
    if let path = peers[peer].path { peers[peer].path = path.withoutSource }
  }

  // The events of protocol.md §13.2.

  /// Any authenticated packet is about to be sent or was received.
  mutating func traversed(_ peer: Handle, _ now: Instant) {
    let interval = peers[peer].keepaliveInterval
    guard interval > 0 else { return }
    peers[peer].timers.persistentKeepalive = now + .seconds(UInt64(interval))
  }

  /// Any authenticated packet is about to be sent.
  mutating func sentAny(_ peer: Handle) {
    peers[peer].timers.passiveKeepalive = .distantFuture
    peers[peer].timers.needsAnotherKeepalive = false
  }

  /// A keepalive was sent; the one that data asked for while it was pending follows 10 s later.
  mutating func sentKeepalive(_ peer: Handle, _ now: Instant) {
    guard peers[peer].timers.repeatsPassiveKeepalive else { return }
    peers[peer].timers.repeatsPassiveKeepalive = false
    peers[peer].timers.passiveKeepalive = now + ProtocolTime.keepalive
  }

  /// Any authenticated packet was received.
  mutating func receivedAny(_ peer: Handle) {
    peers[peer].timers.newHandshake = .distantFuture
  }

  /// Packets other than keepalives were sent.
  mutating func sentData(_ peer: Handle, _ now: Instant) {
    peers[peer].timers.repeatsPassiveKeepalive = false
    guard peers[peer].timers.newHandshake == .distantFuture else { return }
    peers[peer].timers.newHandshake = now + ProtocolTime.stoppedHearing + peers[peer].hearingJitter
  }

  /// `count ≥ 1` packets other than keepalives were received.
  mutating func receivedData(_ peer: Handle, count: Int, _ now: Instant) {
    let wasPending = peers[peer].timers.passiveKeepalive != .distantFuture
    if !wasPending { peers[peer].timers.passiveKeepalive = now + ProtocolTime.keepalive }
    if wasPending || count > 1 { peers[peer].timers.needsAnotherKeepalive = true }
  }

  /// An initiation was handed to the socket.
  mutating func sentInitiation(_ peer: Handle, _ now: Instant) {
    peers[peer].timers.retransmit = now + ProtocolTime.rekeyTimeout + jitter(for: peer)
  }

  /// A session was derived. Its jitter is drawn here and not where it is used, once for many packets: to ask the host
  /// for randomness may be a system call.
  mutating func derivedSession(_ peer: Handle, _ now: Instant) {
    peers[peer].hearingJitter = jitter(for: peer)
    peers[peer].timers.zeroKeys = now + ProtocolTime.zeroKeys
  }

  /// The peer has shown that it has the session's keys too.
  mutating func completedHandshake(_ peer: Handle, _ now: Now) {
    peers[peer].timers.retransmit = .distantFuture
    peers[peer].timers.attempts = 0
    peers[peer].askedInLastMinute = false
    peers[peer].lastHandshake = now.wall
  }

  /// Uniform in 0 … 333 ms.
  func jitter(for peer: Handle) -> Interval {
    let random = UInt64(randomness.number(.jitter, subject: peers[peer].subject))
    return .nanoseconds((random &* (ProtocolTime.jitter.nanoseconds &+ 1)) &>> 32)
  }
}
