import Octets
public import TunnelReport

/// What the kernel tells of one of its tunnels, message by message.
///
/// A peer that has more prefixes than a message has room for goes on in the next one: with its public key and more prefixes.
public struct DeviceReply {
  /// A kernel takes no more peers.
  static let peerLimit = 1 << 20
  /// More prefixes than anybody has: memory for them is bounded.
  static let prefixLimit = 1 << 24

  /// What is known by now. It is secret.
  public private(set) var state: TunnelState
  private var prefixes = 0

  /// Nothing is known of `name` but that.
  public init(name: String) { state = TunnelState(name: name) }

  /// The request for everything.
  public static func request(_ name: String, family: UInt16, sequence: UInt32) -> SecretBytes {
    let message = SecretBytes(family: family, command: Device.get, flags: Device.dump, sequence: sequence)
    message.append(Device.name, text: name)
    message.endMessage()
    return message
  }

  /// Overwrites the keys that are secret, in place.
  public mutating func wipe() { state.wipe() }

  /// Takes in a message of the reply. On a throw what was known is wiped.
  ///
  /// - Parameters:
  ///   - kind: the kind of the message.
  ///   - content: the message behind its header.
  ///   - family: the number of the family, which is the kind of its messages.
  ///   - naming: how endpoints are written.
  public mutating func take(
    kind: UInt16, _ content: RawSpan, family: UInt16, naming: some EndpointNaming
  ) throws(NetlinkFault) {
    do throws(NetlinkFault) {
      guard kind == family else { throw .malformed }
      try content.forEachAttribute(from: Device.header) { (attribute, value) throws(NetlinkFault) in
        switch attribute {
        case Device.privateKey: state.privateKey = try value.key()
        case Device.listenPort: state.listenPort = try value.number16()
        case Device.fwmark: state.fwmark = try value.number32()
        case Device.peers:
          try value.forEachAttribute { (_, peer) throws(NetlinkFault) in try takePeer(peer, naming) }
        default: break
        }
      }
    } catch {
      wipe()
      throw error
    }
  }

  private mutating func takePeer(_ content: RawSpan, _ naming: some EndpointNaming) throws(NetlinkFault) {
    var publicKey: Octets32?
    try content.forEachAttribute { (attribute, value) throws(NetlinkFault) in
      if attribute == Peer.publicKey { publicKey = try value.key() }
    }
    guard let publicKey else { throw .malformed }
    if state.peers.last?.publicKey != publicKey {
      guard state.peers.count < Self.peerLimit else { throw .malformed }
      state.peers.append(PeerState(publicKey: publicKey))
    }
    let place = state.peers.count - 1
    try content.forEachAttribute { (attribute, value) throws(NetlinkFault) in
      guard attribute == Peer.allowedIPs else {
        return try state.peers[place].take(attribute, value, naming)
      }
      try value.forEachAttribute { (_, prefix) throws(NetlinkFault) in
        prefixes += 1
        guard prefixes <= Self.prefixLimit else { throw .malformed }
        state.peers[place].allowedIPs.append(try prefix.allowedPrefix())
      }
    }
  }
}

extension PeerState {
  fileprivate mutating func take(
    _ attribute: UInt16, _ value: RawSpan, _ naming: some EndpointNaming
  ) throws(NetlinkFault) {
    switch attribute {
    case Peer.presharedKey:
      let key = try value.key()
      presharedKey = key.isZero ? nil : key
    case Peer.endpoint: endpoint = try value.endpoint(naming)
    case Peer.keepalive: persistentKeepalive = try value.number16()
    case Peer.handshake:
      handshakeSeconds = Int64(bitPattern: try value.number64())
      handshakeNanoseconds = Int64(bitPattern: try value.number64(at: 8))
    case Peer.received: receivedBytes = try value.number64()
    case Peer.sent: sentBytes = try value.number64()
    default: break
    }
  }
}

extension RawSpan {
  fileprivate func allowedPrefix() throws(NetlinkFault) -> AllowedPrefix {
    var family: UInt16?
    var length: UInt8?
    var address: IPAddress?
    try forEachAttribute { (attribute, value) throws(NetlinkFault) in
      switch attribute {
      case AllowedIP.family: family = try value.number16()
      case AllowedIP.address:
        switch value.byteCount {
        case 4: address = IPAddress(family: .v4, networkOrder: value, at: 0)
        case 16: address = IPAddress(family: .v6, networkOrder: value, at: 0)
        default: throw .malformed
        }
      case AllowedIP.length:
        guard value.byteCount >= 1 else { throw .malformed }
        length = value.octet(at: 0)
      default: break
      }
    }
    guard let family, let length, let address, family == (address.family == .v4 ? Family.v4 : Family.v6),
      length <= address.family.bitCount
    else { throw .malformed }
    return AllowedPrefix(address, length: length)
  }

  /// struct sockaddr_in or struct sockaddr_in6, which its length tells apart.
  fileprivate func endpoint(_ naming: some EndpointNaming) throws(NetlinkFault) -> EndpointWords {
    let family = try number16()
    var host: String
    switch byteCount {
    case 16 where family == Family.v4: host = IPAddress(family: .v4, networkOrder: self, at: 4).words
    case 28 where family == Family.v6:
      host = IPAddress(family: .v6, networkOrder: self, at: 8).words
      let scope = littleEndian32(at: 24)
      if scope != 0 { host += "%\(scope)" }
    default: throw .malformed
    }
    guard let words = naming.words(host: host, port: "\(bigEndian16(at: 2))") else { throw .malformed }
    return words
  }
}
