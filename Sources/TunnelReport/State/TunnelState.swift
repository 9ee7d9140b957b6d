import Cryptography
public import Octets

/// What a tunnel says of itself, read from the control socket's reply and told again: as `wg` prints it, field by field,
/// as a configuration file and as JSON.
///
/// Everything here is a function of its arguments. Not done here: asking a socket, looking at the clock, finding out
/// whether a terminal shows colours; the host does it. The words are those of `wg`, because scripts read them.
public struct TunnelState: Sendable, Equatable {
  /// The interface's name.
  public var name: String
  /// The identity; nil when it has none.
  public var privateKey: Octets32?
  /// The UDP port; 0 when none is bound or set.
  public var listenPort: UInt16 = 0
  /// The mark of outgoing datagrams; 0 is none.
  public var fwmark: UInt32 = 0
  /// The peers, in the order of the reply.
  public var peers: [PeerState] = []

  /// A tunnel of which nothing but its name is known.
  public init(name: String) { self.name = name }

  /// The public key that belongs to the identity. A third of a scalar multiplication.
  public var publicKey: Octets32? {
    guard let privateKey else { return nil }
    defer { secureWipeStack() }
    return X25519.publicKey(privateKey.bytes)
  }

  /// Overwrites the keys that are secret, in place.
  public mutating func wipe() {
    privateKey?.wipe()
    privateKey = nil
    for index in peers.indices {
      peers[index].presharedKey?.wipe()
      peers[index].presharedKey = nil
    }
  }
}

/// What a tunnel says of a peer.
public struct PeerState: Sendable, Equatable {
  /// The peer's name.
  public var publicKey: Octets32
  /// The preshared key; nil when there is none.
  public var presharedKey: Octets32?
  /// Where the peer is reached, when that is known.
  public var endpoint: EndpointWords?
  /// The prefixes, in the order of the reply.
  public var allowedIPs: [AllowedPrefix] = []
  /// When the newest session was derived: seconds since 1970; 0 is never.
  public var handshakeSeconds: Int64 = 0
  /// The nanoseconds of that.
  public var handshakeNanoseconds: Int64 = 0
  /// Bytes received from the peer.
  public var receivedBytes: UInt64 = 0
  /// Bytes sent to the peer.
  public var sentBytes: UInt64 = 0
  /// Seconds between keepalives; 0 is off.
  public var persistentKeepalive: UInt16 = 0

  /// A peer of which nothing but its name is known.
  public init(publicKey: Octets32) { self.publicKey = publicKey }
}

/// An endpoint as the host writes it: a numeric address, perhaps with the name of a zone, and a number.
public struct EndpointWords: Sendable, Equatable {
  /// The address, IPv6 without brackets.
  public var host: String
  /// The port.
  public var port: String

  /// An endpoint.
  public init(host: String, port: String) {
    self.host = host
    self.port = port
  }

  /// Host and port, an IPv6 address in brackets.
  public var text: String { (host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host) + ":" + port }
}

/// An address with the length of its prefix, as a reply has them: bits beyond the length stay.
public struct AllowedPrefix: Sendable, Equatable {
  /// The address.
  public var address: IPAddress
  /// The length of the prefix, within the family's range.
  public var length: UInt8

  /// A prefix.
  public init(_ address: IPAddress, length: UInt8) {
    self.address = address
    self.length = length
  }

  /// The prefix without the bits beyond its length.
  public var prefix: Prefix { Prefix(address, length: Int(length)) ?? Prefix(address, length: 0)! }
}
