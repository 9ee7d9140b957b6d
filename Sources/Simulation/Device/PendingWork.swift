internal import Tunnel

/// Something a worker of the device has yet to do.
public enum PendingWork {
  /// A burst to seal.
  case seal(SealWork)
  /// A burst to open.
  case open(OpenWork)
  /// A step of a handshake.
  case handshake(HandshakeWork)

  /// The instant from which somebody may do it.
  var ready: Instant {
    switch self {
    case .seal(let work): work.ready
    case .open(let work): work.ready
    case .handshake(let work): work.ready
    }
  }
}

/// A burst to seal.
public final class SealWork {
  var ticket: SealTicket?
  let packets: [[UInt8]]
  let token: UInt64
  let peer: Handle
  /// The session as it was when the ticket was issued.
  var session: SessionView?
  var ready = Instant(nanoseconds: 0)

  init(_ ticket: consuming SealTicket, _ packets: [[UInt8]], _ token: UInt64, _ peer: Handle) {
    self.ticket = consume ticket
    self.packets = packets
    self.token = token
    self.peer = peer
  }
}

/// A burst to open.
public final class OpenWork {
  var ticket: OpenTicket?
  var datagrams: [[UInt8]]
  let token: UInt64
  let path: Path
  let trafficClass: UInt8
  /// The number of the first datagram among all that arrived.
  let firstArrival: Int
  /// The session as it was when the ticket was issued.
  var session: SessionView?
  /// How often the interface had gone down by then.
  var era = 0
  var ready = Instant(nanoseconds: 0)

  init(
    _ ticket: consuming OpenTicket, _ datagrams: [[UInt8]], _ token: UInt64, _ path: Path, _ trafficClass: UInt8,
    firstArrival: Int
  ) {
    self.ticket = consume ticket
    self.datagrams = datagrams
    self.token = token
    self.path = path
    self.trafficClass = trafficClass
    self.firstArrival = firstArrival
  }
}

/// A handshake job, between two steps.
public final class HandshakeWork {
  var job: HandshakeJob
  /// The preshared key of the job's peer when the machine last filled the job, by the settings.
  var presharedKey: Octets32?
  var ready = Instant(nanoseconds: 0)

  init(_ job: HandshakeJob) { self.job = job }
}

/// A burst that was sealed and waits for its turn.
struct SealedBurst {
  var datagrams: [WireDatagram]
  let work: SealWork
}

/// A burst that was opened and waits for its turn.
struct OpenedBurst {
  var datagrams: [[UInt8]]
  var arrivals: [Arrival]
  /// For each datagram, whether it was sealed as it is by the other end of the session.
  var genuine: [Bool]
  let work: OpenWork
}
