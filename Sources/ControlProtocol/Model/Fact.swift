public import Octets

/// One thing that a reply to a get says. Those about a peer mean the peer named last.
@frozen
public enum Fact: BitwiseCopyable, Sendable, Equatable {
  /// The identity of the interface.
  case privateKey(Octets32)
  /// The UDP port.
  case listenPort(UInt16)
  /// The mark of outgoing datagrams.
  case fwmark(UInt32)
  /// What follows is about the peer with this public key.
  case peer(Octets32)
  /// The preshared key; zeros mean none.
  case presharedKey(Octets32)
  /// Where the peer is reached.
  case endpoint(Endpoint)
  /// When the newest session was derived: seconds since 1970; 0 is never.
  case lastHandshakeSeconds(UInt64)
  /// The nanoseconds of that.
  case lastHandshakeNanoseconds(UInt64)
  /// Bytes sent to the peer.
  case sentBytes(UInt64)
  /// Bytes received from the peer.
  case receivedBytes(UInt64)
  /// Seconds between keepalives; 0 is off.
  case persistentKeepalive(UInt16)
  /// A prefix of the peer.
  case allowedIP(Prefix)

  /// Whether this is about the interface and not about a peer.
  var isAboutInterface: Bool {
    switch self {
    case .privateKey, .listenPort, .fwmark: true
    default: false
    }
  }
}

/// Who is told what a reply says.
public protocol FactSink: ~Copyable {
  /// Takes one fact; they come in the order of the reply.
  mutating func accept(_ fact: Fact)

  /// The scope id of the network interface `name`; nil when there is none of that name.
  mutating func scope(named name: ScopeName) -> UInt32?
}
