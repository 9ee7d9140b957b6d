internal import Tunnel

extension Oracle {
  /// A worker has a job that the machine has filled.
  func took(_ work: HandshakeWork, by machine: borrowing Machine) {
    work.presharedKey = peer(work.job.view.peer, of: machine)?.presharedKey
  }

  /// A job is about to be committed.
  func willCommit() { speaking = nil }

  /// A job is over, and its effects have not been taken yet. `view` shows it as it was committed.
  func committed(_ view: JobView, _ work: HandshakeWork, by machine: borrowing Machine, _ now: Now) {
    guard let peer = peer(view.peer, of: machine), let presharedKey = work.presharedKey else { return }
    speaking = (peer.publicKey, presharedKey)
    let next = view.isResponding ? machine.nextSession(of: view.peer) : nil
    guard view.isResponding || view.isFinishing, let session = next ?? machine.currentSession(of: view.peer),
      births[session.sendingKey.name] == nil
    else { return }
    book.tally.sessions += 1
    births[session.sendingKey.name] = now.instant
    lastDerived[view.peer.bits] = now.instant
    if session.born != now.instant { fail("a session was derived at another time than it says") }
    peer.endpoint = view.path.remote
    peer.receivedBytes += UInt64(view.isResponding ? Initiation.byteCount : Response.byteCount)
    if view.isResponding { answered(view, peer, now) } else { finished(view, peer, presharedKey) }
    book.onBirth?(settings.device, peer.publicKey, now.instant)
  }

  /// An initiation was accepted.
  private func answered(_ view: JobView, _ peer: PeerSettings, _ now: Now) {
    let ephemeral = Initiation.ephemeral(of: view.input.bytes).name
    guard let record = book.initiations[ephemeral] else { return fail("an initiation was accepted that nobody sent") }
    if record.sender != peer.device { fail("an initiation is said to come from another peer") }
    if record.addressee != settings.publicKey { fail("an initiation was accepted that was for somebody else") }
    if !accepted.insert(Acceptance(peer: view.peer.bits, ephemeral: ephemeral)).inserted {
      fail("an initiation was accepted twice")
    }
    if let last = lastInitiation.updateValue(now.instant, forKey: view.peer.bits),
      now.instant < last + Self.initiationInterval
    {
      fail("two initiations were accepted within 20 ms")
    }
  }

  /// A response was accepted.
  private func finished(_ view: JobView, _ peer: PeerSettings, _ presharedKey: Octets32) {
    let ephemeral = Response.ephemeral(of: view.input.bytes).name
    guard let record = book.responses[ephemeral] else { return fail("a response was accepted that nobody sent") }
    if record.sender != peer.device { fail("a response is said to come from another peer") }
    if record.addressee != settings.publicKey { fail("a response was accepted that was for somebody else") }
    if record.presharedKey != presharedKey { fail("a session was derived from two preshared keys") }
    if record.isAccepted { fail("a response was accepted twice") }
    book.responses[ephemeral]?.isAccepted = true
  }

  /// The machine posted a message.
  func posted(_ message: OutgoingMessage) {
    if !settings.isUp { fail("a message left while the interface is down") }
    let bytes = message.octets.bytes
    switch Datagram.kind(of: bytes.extracting(0..<message.length)) {
    case .initiation: enter(Initiation.ephemeral(of: bytes), message.length, into: &book.initiations)
    case .response: enter(Response.ephemeral(of: bytes), message.length, into: &book.responses)
    case .cookieReply: book.tally.cookies += 1
    case .data, .malformed: fail("a message is none")
    }
  }

  private func enter(_ ephemeral: Octets32, _ length: Int, into records: inout [UInt64: Book.HandshakeRecord]) {
    guard let speaking else { return fail("a handshake message was posted that no job made") }
    settings.peer(speaking.addressee)?.sentBytes += UInt64(length)
    let record = Book.HandshakeRecord(
      sender: settings.device, addressee: speaking.addressee, presharedKey: speaking.presharedKey)
    if records.updateValue(record, forKey: ephemeral.name) != nil { fail("an ephemeral was used twice") }
  }

  /// The machine reported an event.
  func reported(_ report: Report) {
    book.note("device \(settings.device): \(report.event) of peer \(report.peer.index)")
    if settings.peer(report.publicKey) == nil && settings.isUp { fail("a report names a peer that is not there") }
  }

  /// A message other than data was admitted, while `queuedBefore` handshakes waited.
  func admitted(_ datagram: [UInt8], queuedBefore: Int, by machine: borrowing Machine) {
    let queued = machine.census.queuedHandshakes
    if queued > queuedBefore && !settings.isUp { fail("a handshake was queued while the interface is down") }
    guard queuedBefore >= Self.loadThreshold, queued > queuedBefore else { return }
    let mac2 = datagram.suffix(16)
    if mac2.allSatisfy({ $0 == 0 }) || mac2.allSatisfy({ $0 == Attacker.wrongMAC2 }) {
      fail("a message without a right MAC2 was queued under load")
    }
  }
}
