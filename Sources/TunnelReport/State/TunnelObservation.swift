public import Octets

/// What a tunnel says of itself beyond its configuration: how far handshakes have come, and what was refused and why.
/// Nothing in it is secret.
public struct TunnelObservation: Sendable, Equatable {
  /// Whether the interface carries traffic.
  public var isUp = false
  /// Whether handshakes have to prove their address first.
  public var isUnderLoad = false
  /// Handshake messages that wait for a worker.
  public var queuedHandshakes: UInt64 = 0
  /// Packets that wait for a session.
  public var stagedPackets: UInt64 = 0
  /// Sessions of all peers, up to three of each.
  public var sessions: UInt64 = 0
  /// The MTU of the interface in bytes, as the daemon last read it; nil when it does not say.
  public var mtu: UInt64?
  /// Bytes of memory of datagrams that wait to be received; nil when the daemon does not say.
  public var receiveQueueBytes: UInt64?
  /// Datagrams that the system gave up since the port was opened, for want of memory or by a wrong checksum; nil when the
  /// daemon does not say.
  public var receiveDrops: UInt64?
  /// The workers, in the order of the reply.
  public var workers: [Worker] = []
  /// How often packets and messages were refused, by the reason's name, in the order of the reply.
  public var rejections: [Tally] = []
  /// The peers, in the order of their creation.
  public var peers: [PeerObservation] = []

  /// A thread of the daemon with the processor time that it has used.
  public struct Worker: Sendable, Equatable {
    /// Its name: `receive`.
    public var name: String
    /// Microseconds, since it began.
    public var processorTime: UInt64

    /// A worker with its time.
    public init(name: String, processorTime: UInt64) {
      self.name = name
      self.processorTime = processorTime
    }
  }

  /// A reason with its count.
  public struct Tally: Sendable, Equatable {
    /// The reason's name: `bad_mac1`.
    public var reason: String
    /// How often, since the daemon started.
    public var count: UInt64

    /// A reason with its count.
    public init(reason: String, count: UInt64) {
      self.reason = reason
      self.count = count
    }
  }

  /// Nothing is known.
  public init() {}

  /// How often `reason` was given.
  public func count(of reason: String) -> UInt64 { rejections.first { $0.reason == reason }?.count ?? 0 }

  /// What is known of the peer with this public key.
  public func peer(_ key: Octets32) -> PeerObservation? { peers.first { $0.publicKey == key } }
}

/// How far things are with a peer.
public struct PeerObservation: Sendable, Equatable {
  /// The public key.
  public var publicKey: Octets32
  /// Initiations sent in the present attempt.
  public var initiations: UInt64 = 0
  /// Whether an initiation awaits its response.
  public var awaitsResponse = false
  /// Milliseconds since we last sent a handshake message.
  public var messageAge: UInt64?
  /// Microseconds from our last answered initiation to its response.
  public var roundTrip: UInt64?
  /// Milliseconds since the session that is sent with was derived.
  public var sessionAge: UInt64?
  /// Whether we sent the initiation of that session.
  public var sessionIsInitiator = false
  /// Packets sent in that session.
  public var sessionPackets: UInt64 = 0
  /// Milliseconds since the session was derived whose keys the peer has not shown to have.
  public var unconfirmedAge: UInt64?
  /// Whether a cookie of the peer is held.
  public var holdsCookie = false
  /// Packets that wait for a session.
  public var stagedPackets: UInt64 = 0
  /// Packets that the peer has sent to here, as far as their numbers tell; nil when the server does not say.
  public var expectedPackets: UInt64?
  /// Those of them that were accepted: the others were lost on the way, or are late.
  public var receivedPackets: UInt64?
  /// Why a handshake last went no further.
  public var refusal: String?
  /// Milliseconds since then.
  public var refusalAge: UInt64?
  /// Milliseconds since the peer last moved to another endpoint by itself.
  public var roamedAge: UInt64?

  /// A peer of which nothing but its name is known.
  public init(publicKey: Octets32) { self.publicKey = publicKey }
}

extension [PeerObservation] {
  /// The peers by their public keys in base 64.
  public var byKey: [String: PeerObservation] {
    Dictionary(map { ($0.publicKey.keyText, $0) }, uniquingKeysWith: { first, _ in first })
  }
}

extension TunnelObservation {
  /// What a reply to `observe=1` tells. Unknown keys are passed over.
  public init(reply: RawSpan) throws(ReplyFault) {
    try reply.forEachLine { (key, value) throws(ReplyFault) in
      if key == "public_key" {
        peers.append(PeerObservation(publicKey: try value.key))
      } else if peers.isEmpty {
        try take(key, value)
      } else {
        try peers[peers.count - 1].take(key, value)
      }
    }
  }

  private mutating func take(_ key: String, _ value: RawSpan) throws(ReplyFault) {
    let reason = "rejected_"
    let (worker, time) = ("worker_", "_cpu_us")
    switch key {
    case "up": isUp = try value.natural(atMost: 1) == 1
    case "under_load": isUnderLoad = try value.natural(atMost: 1) == 1
    case "queued_handshakes": queuedHandshakes = try value.natural(atMost: .max)
    case "staged_packets": stagedPackets = try value.natural(atMost: .max)
    case "sessions": sessions = try value.natural(atMost: .max)
    case "mtu": mtu = try value.natural(atMost: .max)
    case "receive_queue_bytes": receiveQueueBytes = try value.natural(atMost: .max)
    case "receive_drops": receiveDrops = try value.natural(atMost: .max)
    case _ where key.hasPrefix(worker) && key.hasSuffix(time) && key.utf8.count > worker.utf8.count + time.utf8.count:
      let name = String(key.dropFirst(worker.count).dropLast(time.count))
      workers.append(Worker(name: name, processorTime: try value.natural(atMost: .max)))
    case _ where key.hasPrefix(reason):
      rejections.append(Tally(reason: String(key.dropFirst(reason.count)), count: try value.natural(atMost: .max)))
    default: break
    }
  }
}

extension PeerObservation {
  fileprivate mutating func take(_ key: String, _ value: RawSpan) throws(ReplyFault) {
    switch key {
    case "initiations": initiations = try value.natural(atMost: .max)
    case "awaits_response": awaitsResponse = try value.natural(atMost: 1) == 1
    case "handshake_message_age_ms": messageAge = try value.natural(atMost: .max)
    case "round_trip_us": roundTrip = try value.natural(atMost: .max)
    case "session_age_ms": sessionAge = try value.natural(atMost: .max)
    case "session_is_initiator": sessionIsInitiator = try value.natural(atMost: 1) == 1
    case "session_packets": sessionPackets = try value.natural(atMost: .max)
    case "unconfirmed_age_ms": unconfirmedAge = try value.natural(atMost: .max)
    case "holds_cookie": holdsCookie = try value.natural(atMost: 1) == 1
    case "staged_packets": stagedPackets = try value.natural(atMost: .max)
    case "expected_packets": expectedPackets = try value.natural(atMost: .max)
    case "received_packets": receivedPackets = try value.natural(atMost: .max)
    case "refused": refusal = value.ascii
    case "refused_age_ms": refusalAge = try value.natural(atMost: .max)
    case "roamed_age_ms": roamedAge = try value.natural(atMost: .max)
    default: break
    }
  }
}
