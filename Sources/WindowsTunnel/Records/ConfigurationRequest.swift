public import ControlProtocol
import ControlRecords
import Octets

/// Directives as the request that makes the driver follow them, all at once.
///
/// The bytes hold keys: in the program, what it gives back to its heap is overwritten.
public struct ConfigurationRequest: Sendable {
  /// The request.
  public private(set) var bytes = [UInt8](repeating: 0, count: InterfaceLayout.byteCount)
  private var peer: Int?

  /// A request that changes nothing.
  public init() {}

  /// The request of these directives.
  public init(_ directives: [Directive]) {
    for directive in directives { add(directive) }
  }

  /// Adds what a directive says. One about a peer means the peer named last; without one it says nothing.
  public mutating func add(_ directive: Directive) {
    switch directive {
    case .privateKey(let key):
      raise(InterfaceFlag.hasPrivateKey, at: InterfaceLayout.flags)
      write(key, at: InterfaceLayout.privateKey)
    case .listenPort(let port):
      raise(InterfaceFlag.hasListenPort, at: InterfaceLayout.flags)
      bytes.write(UInt64(port), at: InterfaceLayout.listenPort, count: 2)
    // Windows has no marks.
    case .fwmark: break
    case .replacePeers: raise(InterfaceFlag.replacePeers, at: InterfaceLayout.flags)
    case .beginPeer(let key): begin(key, 0)
    case .beginExistingPeer(let key): begin(key, PeerFlag.updateOnly)
    case .removePeer(let key):
      begin(key, PeerFlag.remove)
      peer = nil
    case .endPeer: peer = nil
    default: if let peer { add(directive, toPeer: peer) }
    }
  }

  private mutating func add(_ directive: Directive, toPeer peer: Int) {
    let flags = peer + PeerLayout.flags
    switch directive {
    case .presharedKey(let key):
      raise(PeerFlag.hasPresharedKey, at: flags)
      write(key, at: peer + PeerLayout.presharedKey)
    case .endpoint(let endpoint):
      raise(PeerFlag.hasEndpoint, at: flags)
      write(endpoint, at: peer + PeerLayout.endpoint)
    case .persistentKeepalive(let seconds):
      raise(PeerFlag.hasPersistentKeepalive, at: flags)
      bytes.write(UInt64(seconds), at: peer + PeerLayout.persistentKeepalive, count: 2)
    case .replaceAllowedIPs: raise(PeerFlag.replaceAllowedIPs, at: flags)
    case .addAllowedIP(let prefix): append(prefix, flags: 0, to: peer)
    case .removeAllowedIP(let prefix): append(prefix, flags: AllowedIPFlag.remove, to: peer)
    default: break
    }
  }

  private mutating func begin(_ key: Octets32, _ flags: UInt32) {
    let place = bytes.count
    bytes += [UInt8](repeating: 0, count: PeerLayout.byteCount)
    raise(PeerFlag.hasPublicKey | flags, at: place + PeerLayout.flags)
    write(key, at: place + PeerLayout.publicKey)
    count(at: InterfaceLayout.peerCount)
    peer = place
  }

  private mutating func append(_ prefix: Prefix, flags: UInt32, to peer: Int) {
    let place = bytes.count
    bytes += [UInt8](repeating: 0, count: AllowedIPLayout.byteCount)
    write(prefix.address, at: place + AllowedIPLayout.address)
    let family = prefix.address.family == .v4 ? SocketFamily.v4 : SocketFamily.v6
    bytes.write(UInt64(family), at: place + AllowedIPLayout.family, count: 2)
    bytes[place + AllowedIPLayout.length] = prefix.length
    bytes.write(UInt64(flags), at: place + AllowedIPLayout.flags, count: 4)
    count(at: peer + PeerLayout.allowedIPCount)
  }

  private mutating func raise(_ flags: UInt32, at place: Int) {
    bytes.write(bytes.number(at: place, count: 4) | UInt64(flags), at: place, count: 4)
  }

  private mutating func count(at place: Int) {
    bytes.write(bytes.number(at: place, count: 4) + 1, at: place, count: 4)
  }

  private mutating func write(_ key: Octets32, at place: Int) {
    for i in 0..<32 { bytes[place + i] = key[i] }
  }

  private mutating func write(_ address: IPAddress, at place: Int) {
    let count = address.family.bitCount / 8
    for i in 0..<count {
      bytes[place + i] = UInt8(truncatingIfNeeded: address.value >> UInt128(low: UInt64(8 * (count - 1 - i))))
    }
  }

  private mutating func write(_ endpoint: Endpoint, at place: Int) {
    for i in 0..<28 { bytes[place + i] = 0 }
    let isV4 = endpoint.address.family == .v4
    bytes.write(UInt64(isV4 ? SocketFamily.v4 : SocketFamily.v6), at: place, count: 2)
    bytes.write(UInt64(endpoint.port.byteSwapped), at: place + 2, count: 2)
    write(endpoint.address, at: place + (isV4 ? 4 : 8))
    if !isV4 { bytes.write(UInt64(endpoint.scope), at: place + 24, count: 4) }
  }
}
