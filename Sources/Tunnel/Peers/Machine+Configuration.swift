internal import Admission
public import Containers
internal import Cryptography
internal import Handshake
public import Octets
internal import Routing
public import Timeline
internal import Transport

// What an administrator says (protocol.md §3, §16, §22). Each call takes effect at once and whole; one that needs
// storage throws and has then changed nothing. No call costs an X25519 but `setPrivateKey`, and `setIdentity` none.

/// Why a configuration call was refused. Nothing has changed.
public enum ConfigurationFault: UInt8, Error, Sendable {
  /// The interface has its most peers.
  case tooManyPeers
  /// The host has no storage left.
  case noStorage
}

extension Machine {
  /// Our private key, clamped; nil without identity.
  public var privateKey: Octets32? { identity?.privateKey }

  /// Our public key; nil without identity.
  public var publicKey: Octets32? { identity?.publicKey }

  /// Sets the identity; 32 zero bytes remove it. A peer with our own public key is removed, handshakes are wiped, and
  /// live sessions may only receive from here on. What waits for a handshake asks for one with the new identity. The same
  /// key again changes nothing. Cost: one X25519 and a pass over the peers.
  public mutating func setPrivateKey(_ privateKey: Octets32) {
    var identity = PreparedIdentity(privateKey: privateKey)
    setIdentity(identity)
    identity.wipe()
  }

  /// Sets the identity as `setPrivateKey` does, without an X25519. Cost: a pass over the peers.
  public mutating func setIdentity(_ prepared: PreparedIdentity) {
    let next = prepared.identity
    guard next?.publicKey != identity?.publicKey else { return }
    secureWipe(&identity)
    identity = next
    identityEpoch &+= 1
    macKeys = prepared.macKeys
    received.removeAll()
    clear(.requested)
    if let own = next?.publicKey, let peer = peer(for: own) { removePeer(peer) }
    for place in 0..<peers.placeCount {
      guard let peer = peers.handle(at: place) else { continue }
      discardHandshake(peer)
      peers[peer].staticStatic.wipe()
      peers[peer].staticStaticIsKnown = false
      if peers[peer].current != .none { sessions[peers[peer].current].forbidSending() }
      if peers[peer].next != .none { sessions[peers[peer].next].forbidSending() }
      let isWaiting = peers[peer].staged.count > 0 || peers[peer].keepaliveIsStaged
      if isUp, identity != nil, isWaiting, peers[peer].path != nil { join(.requested, peer) }
    }
  }

  /// The number of peers.
  public var peerCount: Int { peers.count }

  /// The peer with this public key.
  public func peer(for publicKey: Octets32) -> Handle? {
    publicKeys.find(publicKey, hash: publicKeyHash.hash(publicKey.bytes))
  }

  /// Adds a peer, or finds it when there is one with this public key; nil when the key is our own.
  public mutating func addPeer(_ publicKey: Octets32) throws(ConfigurationFault) -> Handle? {
    if let existing = peer(for: publicKey) { return existing }
    if let own = identity?.publicKey, own == publicKey { return nil }
    guard peers.count < limits.peers else { throw .tooManyPeers }
    do throws(StorageError) {
      try deadlines.reserve(memberCount: peers.placeCount + 1)
      let peer = try peers.insert(Peer(publicKey: publicKey))
      do throws(StorageError) {
        _ = try publicKeys.insert(publicKey, hash: publicKeyHash.hash(publicKey.bytes), peer)
      } catch {
        peers.remove(peer)
        throw error
      }
      enroll(peer)
      return peer
    } catch {
      throw .noStorage
    }
  }

  /// Removes a peer and everything of it: from here on nothing of it is sent or delivered.
  public mutating func removePeer(_ peer: Handle) {
    guard peers.contains(peer) else { return }
    leave(.ready, peer)
    leave(.requested, peer)
    silence(peer)
    allowedIPs.removeAll(owner: peer.index)
    strike(peer)
    let key = peers[peer].publicKey
    _ = publicKeys.remove(key, hash: publicKeyHash.hash(key.bytes))
    peers.remove(peer)
  }

  /// Removes every peer.
  public mutating func removeAllPeers() {
    clear(.ready)
    clear(.requested)
    for place in 0..<peers.placeCount {
      if let peer = peers.handle(at: place) { removePeer(peer) }
    }
  }

  /// Sets the preshared key; 32 zero bytes mean none. Sessions go on; the next handshake uses it.
  public mutating func setPresharedKey(_ key: Octets32, for peer: Handle) {
    peers[peer].presharedKey = key
  }

  /// Sets where the peer is; its source is chosen anew. What was staged for want of an endpoint goes on its way.
  public mutating func setEndpoint(_ endpoint: Endpoint, for peer: Handle, _ now: Now) {
    if peers[peer].path?.remote != endpoint { peers[peer].path = Path(endpoint) }
    guard isUp else { return }
    transmitStaged(peer, now)
    touch(peer)
  }

  /// Sets the persistent keepalive interval in seconds, 0 for none. Turned on while up, it sends one at once.
  public mutating func setPersistentKeepalive(_ seconds: UInt16, for peer: Handle, _ now: Now) {
    let was = peers[peer].keepaliveInterval
    peers[peer].keepaliveInterval = seconds
    guard isUp, was == 0, seconds > 0 else { return }
    sendKeepalive(peer, now)
    touch(peer)
  }

  /// Gives `prefix` to `peer`, whoever had it before.
  public mutating func insertAllowedIP(_ prefix: Prefix, for peer: Handle) throws(ConfigurationFault) {
    do throws(StorageError) {
      _ = try allowedIPs.insert(prefix, owner: peer.index)
    } catch {
      throw .noStorage
    }
  }

  /// Takes `prefix` from `peer`; nothing happens when it has no such prefix.
  public mutating func removeAllowedIP(_ prefix: Prefix, for peer: Handle) {
    _ = allowedIPs.remove(prefix, owner: peer.index)
  }

  /// Takes all prefixes from `peer`.
  public mutating func removeAllowedIPs(of peer: Handle) {
    allowedIPs.removeAll(owner: peer.index)
  }

  /// Forgets the source addresses of all peers: the port, the mark or the routes of the host changed.
  public mutating func forgetSources() {
    for place in 0..<peers.placeCount {
      if let peer = peers.handle(at: place) { forgetSource(peer) }
    }
  }
}
