internal import Cryptography
public import Tunnel

extension Device {
  /// Does all work that waits, in order, until there is none.
  public func settle(_ now: Now) {
    drain(now)
    takeHandshakes(now)
    while !pending.isEmpty {
      work(0, now)
      takeHandshakes(now)
    }
  }

  /// Does the piece of work at `place` in `pending`.
  public func work(_ place: Int, _ now: Now) {
    switch pending.remove(at: place) {
    case .seal(let work): seal(work, now)
    case .open(let work): open(work, now)
    case .handshake(let work):
      work.job.run()
      let view = work.job.view
      oracle?.willCommit()
      if machine.commit(&work.job, now) {
        oracle?.took(work, by: machine)
        append(.handshake(work))
      } else {
        oracle?.committed(view, work, by: machine, now)
      }
    }
    drain(now)
  }

  /// Gives up the piece of work at `place` after `sealed` of its packets, as a host does that halts; only bursts to seal
  /// can be given up.
  public func abandon(_ place: Int, sealing sealed: Int = 0, _ now: Now) {
    guard case .seal(let work) = pending[place], var ticket = work.ticket.take() else { return }
    pending.remove(at: place)
    for packet in work.packets.prefix(sealed) { _ = seal(packet, work, &ticket) }
    machine.abandon(ticket, now)
    drain(now)
  }

  /// Uses up `count` counters of the session with `peer` for nothing; false when it has none.
  func burn(_ count: Int, _ peer: Handle, _ now: Now) -> Bool {
    var left = count
    while left > 0 {
      let some = min(left, SessionLimit.burst)
      guard case .ticket(let ticket) = machine.stage(count: some, for: peer, token: takeToken(), now) else {
        return false
      }
      machine.abandon(ticket, now)
      drain(now)
      left -= some
    }
    return true
  }

  func append(_ work: PendingWork) {
    if let readiness {
      let ready = readiness()
      switch work {
      case .seal(let work): work.ready = ready
      case .open(let work): work.ready = ready
      case .handshake(let work): work.ready = ready
      }
    }
    pending.append(work)
  }

  func begin(_ ticket: consuming SealTicket, _ packets: [[UInt8]], _ token: UInt64, for peer: Handle, _ now: Now) {
    let session = ticket.session
    let work = SealWork(ticket, packets, token, peer)
    work.session = oracle?.issuedSealTicket(session, now, by: machine)
    append(.seal(work))
  }

  private func seal(_ work: SealWork, _ now: Now) {
    guard var ticket = work.ticket.take() else { return }
    let packets = work.packets.isEmpty ? [[]] : work.packets
    let path = Path(Endpoint(IPAddress(v4: 0), port: 0))
    let datagrams = packets.map { packet in
      let frame = seal(packet, work, &ticket)
      return WireDatagram(octets: frame, path: path, trafficClass: trafficClass(of: packet))
    }
    sealed[work.token] = SealedBurst(datagrams: datagrams, work: work)
    machine.complete(ticket, byteCount: datagrams.reduce(0) { $0 + $1.octets.count }, now)
  }

  /// Seals one packet with the ticket and returns the datagram.
  private func seal(_ packet: [UInt8], _ work: SealWork, _ ticket: inout SealTicket) -> [UInt8] {
    let padded = DataMessage.paddedLength(of: packet.count, mtu: mtu)
    var frame = [UInt8](repeating: 0, count: padded + DataMessage.overheadByteCount)
    frame.replaceSubrange(DataMessage.headerByteCount..<DataMessage.headerByteCount + packet.count, with: packet)
    _ = frame.withRawSpan { ticket.seal(&$0, at: 0, length: padded, with: kernel) }
    onSealed?(frame)
    oracle?.sealed(frame, work)
    return frame
  }

  private func trafficClass(of packet: [UInt8]) -> UInt8 {
    do throws(InnerPacketRejection) {
      return ECN.encapsulate(try InnerPacket.inspectOutgoing(packet.rawSpan).differentiatedServices)
    } catch {
      return 0
    }
  }

  private func open(_ work: OpenWork, _ now: Now) {
    guard var ticket = work.ticket.take() else { return }
    var arrivals: [Arrival] = []
    let genuine = work.datagrams.map { oracle?.isGenuine($0, work) ?? true }
    for i in work.datagrams.indices {
      let length = work.datagrams[i].count
      arrivals.append(
        work.datagrams[i].withRawSpan {
          ticket.openMessage(&$0, at: 0, length: length, trafficClass: work.trafficClass, with: kernel)
        })
    }
    opened[work.token] = OpenedBurst(datagrams: work.datagrams, arrivals: arrivals, genuine: genuine, work: work)
    machine.finish(ticket, now)
  }

  /// Does what the machine wants done.
  public func drain(_ now: Now) {
    while let effect = machine.poll() {
      switch effect {
      case .send(let token, let path): send(token, path)
      case .discard(let token): sealed[token] = nil
      case .arrived(let token, let burst): accept(token, burst, now)
      case .transmit(let peer): transmitStaged(peer, now)
      case .release(let packet):
        if parked.removeValue(forKey: packet) == nil { oracle?.fail("a packet was released that is not parked") }
      case .message(let message):
        oracle?.posted(message)
        outbox.append(WireDatagram(message))
      case .report(let report):
        oracle?.reported(report)
        reports.append(report)
      }
    }
  }

  private func send(_ token: UInt64, _ path: Path) {
    guard var burst = sealed.removeValue(forKey: token) else {
      oracle?.fail("a burst was sent that is not sealed, or twice")
      return
    }
    oracle?.sent(burst, along: path, by: machine)
    for i in burst.datagrams.indices { burst.datagrams[i].path = path }
    outbox += burst.datagrams
  }

  private func accept(_ token: UInt64, _ burst: Handle, _ now: Now) {
    guard let record = opened.removeValue(forKey: token) else { preconditionFailure("an unknown burst arrived") }
    var arrivals = record.arrivals
    var span = arrivals.mutableSpan
    machine.accept(burst, &span, along: record.work.path, now)
    oracle?.accepted(record, arrivals, by: machine)
    for (datagram, arrival) in zip(record.datagrams, arrivals) where arrival.verdict == .deliver {
      let start = DataMessage.headerByteCount
      delivered.append(Array(datagram[start..<start + arrival.length]))
    }
  }

  private func transmitStaged(_ peer: Handle, _ now: Now) {
    let token = takeToken()
    var packets = [StagedPacket](repeating: StagedPacket(token: 0, length: 0), count: SessionLimit.burst)
    var span = packets.mutableSpan
    guard let unstaged = machine.unstage(peer, token: token, into: &span, now) else { return }
    let octets = packets.prefix(unstaged.packetCount).map { packet in
      if let octets = parked.removeValue(forKey: packet.token) { return octets }
      oracle?.fail("a packet was unstaged that is not parked")
      return []
    }
    begin(unstaged.takeTicket(), octets, token, for: peer, now)
  }
}

extension WireDatagram {
  init(_ message: OutgoingMessage) {
    var octets = [UInt8](repeating: 0, count: message.length)
    for i in octets.indices { octets[i] = message.octets[i] }
    self.init(octets: octets, path: message.path, trafficClass: message.trafficClass)
  }
}
