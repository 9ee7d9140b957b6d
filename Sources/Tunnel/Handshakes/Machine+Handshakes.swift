internal import Admission
internal import Containers
internal import Handshake
internal import Messages
internal import Octets
internal import Routing
public import Timeline
internal import Transport

extension Machine {
  /// Asks for an initiation to `peer` (protocol.md §13.3). At most one is under way, and none leaves within 5 s of the
  /// last handshake message: then the retransmit timer is armed for the remaining time, so that the wish is not lost.
  mutating func requestInitiation(_ peer: Handle, isRetry: Bool, _ now: Now) {
    guard isUp else { return }
    if !isRetry { peers[peer].timers.attempts = 0 }
    guard identity != nil, peers[peer].path != nil else { return }
    if let last = peers[peer].lastHandshakeSent, now.instant < last + ProtocolTime.rekeyTimeout {
      if peers[peer].timers.retransmit == .distantFuture {
        peers[peer].timers.retransmit = last + ProtocolTime.rekeyTimeout + jitter(for: peer)
      }
      return
    }
    join(.requested, peer)
  }

  /// The instant from which `takeJob` has work; zero when it has some already.
  public var nextHandshake: Instant {
    guard isUp else { return .distantFuture }
    if received.count > 0 { return Instant(nanoseconds: 0) }
    return lines[PeerLine.requested.rawValue].isEmpty ? .distantFuture : pacer.earliest
  }

  /// Fills `job` with the next handshake to work on; false when there is none at `now`. Received messages and our own
  /// initiations take turns.
  public mutating func takeJob(into job: inout HandshakeJob, _ now: Now) -> Bool {
    guard isUp, let identity else { return false }
    prefersInitiation.toggle()
    let found =
      prefersInitiation
      ? takeInitiation(into: &job, now) || takeReceived(into: &job, now)
      : takeReceived(into: &job, now) || takeInitiation(into: &job, now)
    guard found else { return false }
    job.begun = now.instant
    job.identity = identity
    job.identityEpoch = identityEpoch
    return true
  }

  private mutating func takeInitiation(into job: inout HandshakeJob, _ now: Now) -> Bool {
    while pacer.earliest <= now.instant, let peer = takeFirst(of: .requested) {
      if let last = peers[peer].lastHandshakeSent, now.instant < last + ProtocolTime.rekeyTimeout {
        // A response has gone out since the request: the wish waits for its time.
        requestInitiation(peer, isRetry: true, now)
        touch(peer)
        continue
      }
      guard let path = peers[peer].path else { continue }
      pacer.take(now.instant)
      peers[peer].lastHandshakeSent = now.instant
      job.step = .initiating
      job.path = path
      job.timestamp = nextTimestamp(for: peer, now)
      fill(&job, for: peer)
      return true
    }
    return false
  }

  /// The timestamp of the next initiation to `peer`: later than the last even when the wall clock went back.
  private mutating func nextTimestamp(for peer: Handle, _ now: Now) -> Timestamp {
    let last = peers[peer].lastStamped
    let isLater = last.timestamp.precedes(now.wall.timestamp)
    let time = isLater ? now.wall : last.later(by: WallTime.timestampGranularity)
    peers[peer].lastStamped = time
    return time.timestamp
  }

  private mutating func takeReceived(into job: inout HandshakeJob, _ now: Now) -> Bool {
    while let next = received.removeFirst() {
      job.input = next.message
      job.inputLength = next.length
      job.path = next.path
      if next.length == Initiation.byteCount {
        job.step = .identifying
        return true
      }
      let index = next.message.bytes.littleEndian32(at: Response.receiverIndexOffset)
      guard let entry = indices.find(index), entry.kind == .handshake,
        let peer = peers.handle(at: Int(initiations[entry.handle].owner))
      else {
        reject(.unknownIndex)
        continue
      }
      job.step = .finishing
      job.pending = entry.handle
      job.sent = initiations[entry.handle].sent
      fill(&job, for: peer)
      return true
    }
    return false
  }

  private func fill(_ job: inout HandshakeJob, for peer: Handle) {
    job.peer = peer
    job.remotePublic = peers[peer].publicKey
    job.presharedKey = peers[peer].presharedKey
    job.staticStatic = peers[peer].staticStatic
    job.staticStaticIsKnown = peers[peer].staticStaticIsKnown
  }

  /// Takes over what `run` found out. True: call `run` and `commit` again. False: the job is over and wiped.
  public mutating func commit(_ job: inout HandshakeJob, _ now: Now) -> Bool {
    let wasStep = job.step
    guard isUp, job.identityEpoch == identityEpoch, wasStep == .identifying || peers.contains(job.peer) else {
      reject(.superseded)
      job.clear()
      return false
    }
    if wasStep != .identifying, job.staticStaticIsKnown {
      peers[job.peer].staticStatic = job.staticStatic
      peers[job.peer].staticStaticIsKnown = true
    }
    guard job.hasSucceeded else {
      if wasStep == .identifying { reject(job.failure) } else { reject(job.failure, of: job.peer, now.instant) }
      if wasStep == .initiating { failedInitiation(job.peer, now) }
      job.clear()
      return false
    }
    if wasStep == .identifying, admitIdentified(&job) { return true }
    switch wasStep {
    case .initiating: commitInitiation(job, now)
    case .responding: commitResponse(job, now)
    case .finishing: commitFinish(job, now)
    case .idle, .identifying: break
    }
    if wasStep != .identifying { touch(job.peer) }
    job.clear()
    return false
  }

  /// The sender of an initiation is known by name: go on when it is a peer.
  private mutating func admitIdentified(_ job: inout HandshakeJob) -> Bool {
    guard let remote = job.identified?.remoteStatic, let peer = peer(for: remote) else {
      reject(.unknownPeer)
      return false
    }
    fill(&job, for: peer)
    job.history = peers[peer].history
    job.step = .responding
    return true
  }

  private mutating func commitInitiation(_ job: HandshakeJob, _ now: Now) {
    let peer = job.peer
    guard let sent = job.sent else { return }
    discardHandshake(peer)
    do throws(StorageError) {
      let index = freeIndex(for: peer)
      let handshake = try initiations.insert(PendingInitiation(sent: sent, localIndex: index, owner: peer.index))
      do throws(StorageError) {
        _ = try indices.insert(index: index, IndexTable.Entry(.handshake, handshake))
      } catch {
        initiations.remove(handshake)
        throw error
      }
      peers[peer].handshake = handshake
      var message = job.output
      message.withMutableBytes { Initiation.emit(senderIndex: index, into: &$0) }
      send(&message, length: Initiation.byteCount, to: peer, along: job.path, now)
      peers[peer].timers.attempts &+= 1
      sentInitiation(peer, now.instant)
      report(.sentInitiation, peer)
    } catch {
      reject(.noStorage)
      failedInitiation(peer, now)
    }
  }

  /// An initiation could not be made: it counts as one that was lost, so what waits for it is sent later or given up.
  private mutating func failedInitiation(_ peer: Handle, _ now: Now) {
    peers[peer].timers.attempts &+= 1
    sentInitiation(peer, now.instant)
    touch(peer)
  }

  private mutating func commitResponse(_ job: HandshakeJob, _ now: Now) {
    let peer = job.peer
    guard let keys = job.keys else { return }
    guard peers[peer].history.admits(job.timestamp, at: now.instant) else {
      return reject(.staleInitiation, of: peer, now.instant)
    }
    let remoteIndex = Initiation.senderIndex(of: job.input.bytes)
    do throws(StorageError) {
      let index = freeIndex(for: peer)
      let session = try beginSession(keys, localIndex: index, remoteIndex: remoteIndex, isInitiator: false, peer, now)
      _ = peers[peer].history.accept(job.timestamp, at: now.instant)
      moved(peer, to: job.path, now)
      discardHandshake(peer)
      begin(session, for: peer, now)
      var message = job.output
      message.withMutableBytes { Response.emit(senderIndex: index, into: &$0) }
      send(&message, length: Response.byteCount, to: peer, along: job.path, now)
      report(.sentResponse, peer)
      received(handshakeLength: Initiation.byteCount, from: peer, now)
      // What waits leaves when the peer has shown that it has the keys; should that be lost, we ask ourselves.
      transmitStaged(peer, now)
    } catch {
      reject(.noStorage)
    }
  }

  private mutating func commitFinish(_ job: HandshakeJob, _ now: Now) {
    let peer = job.peer
    guard peers[peer].handshake == job.pending, let keys = job.keys else {
      return reject(.superseded, of: peer, now.instant)
    }
    if let sent = peers[peer].lastHandshakeSent { peers[peer].roundTrip = now.instant.since(sent) }
    let index = initiations[job.pending].localIndex
    let remoteIndex = Response.senderIndex(of: job.input.bytes)
    do throws(StorageError) {
      let session = try beginSession(keys, localIndex: index, remoteIndex: remoteIndex, isInitiator: true, peer, now)
      peers[peer].handshake = .none
      initiations.remove(job.pending)
      moved(peer, to: job.path, now)
      begin(session, for: peer, now)
      completedHandshake(peer, now)
      report(.receivedResponse, peer)
      sendKeepalive(peer, now)
      received(handshakeLength: Response.byteCount, from: peer, now)
    } catch {
      reject(.noStorage)
    }
  }

  /// Makes a session and has its index name it: an initiator's index named the handshake, a responder's is free.
  private mutating func beginSession(
    _ keys: SessionKeys, localIndex: UInt32, remoteIndex: UInt32, isInitiator: Bool, _ peer: Handle, _ now: Now
  ) throws(StorageError) -> Handle {
    let session = try sessions.insert(
      Session(
        sendingKey: keys.sending, receivingKey: keys.receiving, localIndex: localIndex, remoteIndex: remoteIndex,
        isInitiator: isInitiator, owner: peer.index, born: now.instant))
    let entry = IndexTable.Entry(.session, session)
    do throws(StorageError) {
      if !indices.replace(index: localIndex, with: entry) { _ = try indices.insert(index: localIndex, entry) }
      return session
    } catch {
      sessions.remove(session)
      throw error
    }
  }

  /// A random receiver index that nothing live has.
  private func freeIndex(for peer: Handle) -> UInt32 {
    while true {
      let candidate = randomness.number(.index, subject: peers[peer].subject)
      if indices.find(candidate) == nil { return candidate }
    }
  }

  /// Stamps the MACs of a handshake message and posts it, with the events of sending it.
  private mutating func send(
    _ message: inout FixedOctets<148>, length: Int, to peer: Handle, along path: Path, _ now: Now
  ) {
    let key = MACKeys.mac1(of: peers[peer].publicKey)
    message.withMutableBytes { bytes in
      var part = bytes._mutatingExtracting(first: length)
      peers[peer].cookie.stamp(&part, key: key, at: now.instant)
    }
    peers[peer].lastHandshakeSent = now.instant
    traversed(peer, now.instant)
    sentAny(peer)
    peers[peer].sentBytes &+= UInt64(length)
    post(OutgoingMessage(octets: message, length: length, path: path, trafficClass: 0x88))
  }

  /// The events of accepting a handshake message.
  private mutating func received(handshakeLength: Int, from peer: Handle, _ now: Now) {
    peers[peer].receivedBytes &+= UInt64(handshakeLength)
    receivedAny(peer)
    traversed(peer, now.instant)
  }
}
