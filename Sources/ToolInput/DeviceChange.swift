public import ControlProtocol
public import Octets

/// What is to become of a tunnel. What is nil stays as it is.
public struct DeviceChange: Sendable, Equatable {
  /// The identity; zeros remove it.
  public var privateKey: Octets32?
  /// The UDP port; 0 lets the daemon choose.
  public var listenPort: UInt16?
  /// The mark; 0 is none.
  public var fwmark: UInt32?
  /// Whether all peers go before those here come.
  public var replacesPeers = false
  /// Changes of peers, in their order; two may be about one peer.
  public var peers: [PeerChange] = []

  /// No change.
  public init() {}

  /// A peer that a tunnel has.
  public struct CurrentPeer: Sendable {
    let publicKey: Octets32
    let hasPresharedKey: Bool
    let hasKeepalive: Bool

    /// A peer that a tunnel has.
    public init(publicKey: Octets32, hasPresharedKey: Bool, hasKeepalive: Bool) {
      self.publicKey = publicKey
      self.hasPresharedKey = hasPresharedKey
      self.hasKeepalive = hasKeepalive
    }
  }

  /// Keeps the sessions of peers that stay, instead of replacing them all: those that are missing here are removed, and
  /// what a peer has and is not said here is cleared.
  public mutating func synchronise(with current: [CurrentPeer]) {
    if current.isEmpty || peers.isEmpty { return }
    replacesPeers = false
    for old in current {
      guard let place = peers.firstIndex(where: { $0.publicKey == old.publicKey }) else { continue }
      let others = peers.filter { $0.publicKey == old.publicKey }
      if old.hasPresharedKey && others.allSatisfy({ $0.presharedKey == nil }) { peers[place].presharedKey = Octets32() }
      if old.hasKeepalive && others.allSatisfy({ $0.persistentKeepalive == nil }) {
        peers[place].persistentKeepalive = 0
      }
    }
    let gone = current.filter { old in !peers.contains { $0.publicKey == old.publicKey } }
    peers = gone.map { PeerChange(removing: $0.publicKey) } + peers
  }

  /// The directives, in the order that every daemon is used to.
  public var directives: [Directive] {
    var list: [Directive] = []
    if let privateKey { list.append(.privateKey(privateKey)) }
    if let listenPort { list.append(.listenPort(listenPort)) }
    if let fwmark { list.append(.fwmark(fwmark)) }
    if replacesPeers { list.append(.replacePeers) }
    for peer in peers { list += peer.directives }
    return list
  }

  /// Overwrites the keys that are secret, in place.
  public mutating func wipe() {
    privateKey?.wipe()
    for index in peers.indices { peers[index].presharedKey?.wipe() }
  }
}

/// What is to become of a peer. What is nil stays as it is.
public struct PeerChange: Sendable, Equatable {
  /// The peer's name; nil while it is not known.
  public var publicKey: Octets32?
  /// Whether the peer goes; then nothing else counts.
  public var isRemoved = false
  /// The preshared key; zeros are none.
  public var presharedKey: Octets32?
  /// Where the peer is reached.
  public var endpoint: Endpoint?
  /// Seconds between keepalives; 0 is off.
  public var persistentKeepalive: UInt16?
  /// Whether the prefixes here replace those that the peer has.
  public var replacesAllowedIPs = false
  /// Prefixes that come, and prefixes that go, in their order.
  public var allowedIPs: [AllowedIPChange] = []

  init() {}

  /// A peer that goes.
  init(removing publicKey: Octets32) {
    self.publicKey = publicKey
    isRemoved = true
  }

  /// Takes one list of prefixes. They replace those that the peer has, unless one has a sign.
  mutating func take(_ list: AllowedIPList) {
    allowedIPs += list.changes
    replacesAllowedIPs = !list.hasSigns
  }

  fileprivate var directives: [Directive] {
    guard let publicKey else { return [] }
    if isRemoved { return [.removePeer(publicKey)] }
    var list: [Directive] = [.beginPeer(publicKey)]
    if let presharedKey { list.append(.presharedKey(presharedKey)) }
    if let endpoint { list.append(.endpoint(endpoint)) }
    if let persistentKeepalive { list.append(.persistentKeepalive(persistentKeepalive)) }
    if replacesAllowedIPs { list.append(.replaceAllowedIPs) }
    list += allowedIPs.map { $0.isRemoved ? .removeAllowedIP($0.prefix) : .addAllowedIP($0.prefix) }
    return list + [.endPeer]
  }
}

/// A prefix that comes or goes.
public struct AllowedIPChange: Sendable, Equatable {
  /// The prefix.
  public var prefix: Prefix
  /// Whether the peer has it no longer.
  public var isRemoved: Bool

  /// A prefix that comes, or goes.
  public init(_ prefix: Prefix, isRemoved: Bool = false) {
    self.prefix = prefix
    self.isRemoved = isRemoved
  }
}

/// Prefixes between commas.
struct AllowedIPList {
  var changes: [AllowedIPChange] = []
  /// Whether one has a `+` or a `-` before it, which makes a change of them all.
  var hasSigns = false
}
