internal import Cryptography
public import Tunnel

/// Something a worker of the device has yet to do.
public enum PendingWork {
  case seal(SealWork)
  case open(OpenWork)
  case handshake(HandshakeWork)
}

/// A burst to seal.
public final class SealWork {
  var ticket: SealTicket?
  let packets: [[UInt8]]
  let token: UInt64

  init(_ ticket: consuming SealTicket, _ packets: [[UInt8]], _ token: UInt64) {
    self.ticket = consume ticket
    self.packets = packets
    self.token = token
  }
}

/// A burst to open.
public final class OpenWork {
  var ticket: OpenTicket?
  var datagrams: [[UInt8]]
  let token: UInt64
  let path: Path
  let trafficClass: UInt8

  init(_ ticket: consuming OpenTicket, _ datagrams: [[UInt8]], _ token: UInt64, _ path: Path, _ trafficClass: UInt8) {
    self.ticket = consume ticket
    self.datagrams = datagrams
    self.token = token
    self.path = path
    self.trafficClass = trafficClass
  }
}

/// A handshake job, between two steps.
public final class HandshakeWork {
  var job: HandshakeJob

  init(_ job: HandshakeJob) { self.job = job }
}

/// A burst that was opened and waits for its turn.
struct OpenedBurst {
  var datagrams: [[UInt8]]
  var arrivals: [Arrival]
  let path: Path
}

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
      if machine.commit(&work.job, now) { pending.append(.handshake(work)) }
    }
    drain(now)
  }

  /// Gives up the piece of work at `place`, as a host does that halts; only bursts to seal can be.
  public func abandon(_ place: Int, _ now: Now) {
    guard case .seal(let work) = pending[place], let ticket = work.ticket.take() else { return }
    pending.remove(at: place)
    machine.abandon(ticket, now)
    drain(now)
  }

  private func seal(_ work: SealWork, _ now: Now) {
    guard var ticket = work.ticket.take() else { return }
    var datagrams: [[UInt8]] = []
    let packets = work.packets.isEmpty ? [[]] : work.packets
    for packet in packets {
      let padded = DataMessage.paddedLength(of: packet.count, mtu: mtu)
      var frame = [UInt8](repeating: 0, count: padded + DataMessage.overheadByteCount)
      frame.replaceSubrange(DataMessage.headerByteCount..<DataMessage.headerByteCount + packet.count, with: packet)
      _ = frame.withRawSpan { ticket.seal(&$0, at: 0, length: padded, with: kernel) }
      onSealed?(frame)
      datagrams.append(frame)
    }
    sealed[work.token] = datagrams
    machine.complete(ticket, byteCount: datagrams.reduce(0) { $0 + $1.count }, now)
  }

  private func open(_ work: OpenWork, _ now: Now) {
    guard var ticket = work.ticket.take() else { return }
    var arrivals: [Arrival] = []
    for i in work.datagrams.indices {
      let length = work.datagrams[i].count
      arrivals.append(
        work.datagrams[i].withRawSpan {
          ticket.openMessage(&$0, at: 0, length: length, trafficClass: work.trafficClass, with: kernel)
        })
    }
    opened[work.token] = OpenedBurst(datagrams: work.datagrams, arrivals: arrivals, path: work.path)
    machine.finish(ticket, now)
  }

  /// Does what the machine wants done: for after a call to `machine` itself.
  public func drain(_ now: Now) {
    while let effect = machine.poll() {
      switch effect {
      case .send(let token, let path):
        for datagram in sealed.removeValue(forKey: token) ?? [] {
          outbox.append(WireDatagram(octets: datagram, path: path, trafficClass: 0))
        }
      case .discard(let token): sealed[token] = nil
      case .arrived(let token, let burst): accept(token, burst, now)
      case .transmit(let peer): transmitStaged(peer, now)
      case .release(let packet): parked[packet] = nil
      case .message(let message): outbox.append(WireDatagram(message))
      case .report(let report): reports.append(report)
      }
    }
  }

  private func accept(_ token: UInt64, _ burst: Handle, _ now: Now) {
    guard let record = opened.removeValue(forKey: token) else { preconditionFailure("an unknown burst arrived") }
    var arrivals = record.arrivals
    var span = arrivals.mutableSpan
    machine.accept(burst, &span, along: record.path, now)
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
    let octets = packets.prefix(unstaged.packetCount).map { parked.removeValue(forKey: $0.token) ?? [] }
    pending.append(.seal(SealWork(unstaged.ticket, octets, token)))
  }
}

extension WireDatagram {
  init(_ message: OutgoingMessage) {
    var octets = [UInt8](repeating: 0, count: message.length)
    for i in octets.indices { octets[i] = message.octets[i] }
    self.init(octets: octets, path: message.path, trafficClass: message.trafficClass)
  }
}
