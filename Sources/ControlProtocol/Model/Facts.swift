public import Octets
public import Timeline

/// What a reader may know of an interface.
@frozen
public struct InterfaceFacts: BitwiseCopyable, Sendable, Equatable {
  /// The identity; zeros when there is none.
  public var privateKey = Octets32()
  /// The UDP port; 0 when none is bound or set.
  public var listenPort: UInt16 = 0
  /// The mark of outgoing datagrams; 0 is none.
  public var fwmark: UInt32 = 0

  /// An interface without identity, port and mark.
  public init() {}

  /// Overwrites the facts with zeros, in place.
  public mutating func wipe() { secureWipe(&self) }
}

/// What a reader may know of a peer, its allowed IPs apart.
@frozen
public struct PeerFacts: BitwiseCopyable, Sendable, Equatable {
  /// The peer's name.
  public var publicKey = Octets32()
  /// The preshared key; zeros when there is none.
  public var presharedKey = Octets32()
  /// Where the peer is reached, when known.
  public var endpoint: Endpoint?
  /// When the newest session was derived; zero is never.
  public var lastHandshake = WallTime(seconds: 0, nanoseconds: 0)
  /// Bytes sent to the peer.
  public var sentBytes: UInt64 = 0
  /// Bytes received from the peer.
  public var receivedBytes: UInt64 = 0
  /// Seconds between keepalives; 0 is off.
  public var persistentKeepalive: UInt16 = 0
  /// Where the walk over the peer's allowed IPs starts.
  public var allowedIPs = AllowedIPCursor()

  /// A peer of which nothing is known.
  public init() {}

  /// Overwrites the facts with zeros, in place.
  public mutating func wipe() { secureWipe(&self) }
}

/// A place in the walk over an interface's peers. Only the target that made it knows what it means.
@frozen
public struct PeerCursor: BitwiseCopyable, Sendable, Equatable {
  /// The target's own number; 0 is before the first peer.
  public var position: UInt64 = 0

  /// Before the first peer.
  public init() {}
}

/// A place in the walk over one peer's allowed IPs. Only the target that made it knows what it means.
@frozen
public struct AllowedIPCursor: BitwiseCopyable, Sendable, Equatable {
  /// The target's name of the peer.
  public var peer: UInt64
  /// The target's own number.
  public var position: UInt64

  /// A place in the walk over the allowed IPs of `peer`.
  public init(peer: UInt64 = 0, position: UInt64 = 0) {
    self.peer = peer
    self.position = position
  }
}

/// The name of a network interface as the zone of a link-local address has it: 1 … 32 bytes.
@frozen
public struct ScopeName: BitwiseCopyable, Sendable, Equatable {
  /// The bytes, zeros after the name.
  public let octets: FixedOctets<32>
  /// The number of bytes of the name.
  public let count: UInt8

  /// The name `text`; nil when it is empty, too long, or has a byte that an endpoint's text cannot carry.
  public init?(_ text: RawSpan) {
    guard text.byteCount >= 1 && text.byteCount <= 32 else { return nil }
    var octets = FixedOctets<32>()
    for i in 0..<text.byteCount {
      let byte = text.octet(at: i)
      switch byte {
      case 0...0x20, 0x7f, .percent, .slash, .closingBracket: return nil
      default: octets[i] = byte
      }
    }
    self.octets = octets
    count = UInt8(text.byteCount)
  }
}
