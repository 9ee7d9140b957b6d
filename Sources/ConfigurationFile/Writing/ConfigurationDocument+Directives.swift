public import ControlProtocol
public import Octets

extension ConfigurationDocument {
  /// What is done with a document (protocol.md §23.6).
  public enum Update: Sendable {
    /// The interface becomes what the document says, and everything else goes: `wg setconf`.
    case set
    /// What the document says is added; a peer's prefixes become those of the document: `wg addconf`.
    case add
    /// The interface becomes what the document says; peers that stay keep their sessions: `wg syncconf`. With what the
    /// interface has.
    case synchronise(with: [CurrentPeer])
  }

  /// A peer that the interface has.
  public struct CurrentPeer: Sendable, Equatable {
    /// Its name.
    public var publicKey: Octets32
    /// Whether it has a preshared key.
    public var hasPresharedKey: Bool
    /// Seconds between keepalives; 0 is off.
    public var persistentKeepalive: UInt16

    /// A peer that the interface has.
    public init(publicKey: Octets32, hasPresharedKey: Bool = false, persistentKeepalive: UInt16 = 0) {
      self.publicKey = publicKey
      self.hasPresharedKey = hasPresharedKey
      self.persistentKeepalive = persistentKeepalive
    }
  }

  /// The directives that do `update` with this document. Names are resolved once, here.
  public func directives<Resolver: NameResolver>(
    to update: Update, resolver: Resolver
  ) throws(Resolver.Failure) -> [Directive] {
    var current: [CurrentPeer] = []
    var replacesPeers = false
    var isWhole = true
    switch update {
    case .set: replacesPeers = true
    case .add: isWhole = false
    case .synchronise(let peers):
      // Nothing to keep, or nothing to keep it for.
      replacesPeers = peers.isEmpty || self.peers.isEmpty
      if !replacesPeers { current = peers }
    }
    var directives = try interfaceDirectives(isWhole: isWhole, resolver: resolver)
    if replacesPeers { directives.append(.replacePeers) }
    for peer in current where !peers.contains(where: { $0.publicKey == peer.publicKey }) {
      directives.append(.removePeer(peer.publicKey))
    }
    for peer in peers {
      let old = current.first { $0.publicKey == peer.publicKey }
      directives += try peer.directives(replacing: old, resolver: resolver)
    }
    return directives
  }

  /// Without `isWhole`, what the document does not say stays as it is; with it, that is cleared.
  private func interfaceDirectives<Resolver: NameResolver>(
    isWhole: Bool, resolver: Resolver
  ) throws(Resolver.Failure) -> [Directive] {
    var directives: [Directive] = []
    if isWhole || interface.privateKey != nil { directives.append(.privateKey(interface.privateKey ?? Octets32())) }
    switch interface.listenPort {
    case .number(let port): directives.append(.listenPort(port))
    case .service(let name): directives.append(.listenPort(try resolver.port(ofService: name)))
    case nil: if isWhole { directives.append(.listenPort(0)) }
    }
    if isWhole || interface.fwmark != nil { directives.append(.fwmark(interface.fwmark ?? 0)) }
    return directives
  }
}

extension ConfigurationDocument.Peer {
  /// The block of this peer. What `old` has and the document does not say is cleared.
  fileprivate func directives<Resolver: NameResolver>(
    replacing old: ConfigurationDocument.CurrentPeer?, resolver: Resolver
  ) throws(Resolver.Failure) -> [Directive] {
    var directives: [Directive] = [.beginPeer(publicKey)]
    if let presharedKey {
      directives.append(.presharedKey(presharedKey))
    } else if old?.hasPresharedKey == true {
      directives.append(.presharedKey(Octets32()))
    }
    if let numeric = endpoint?.numeric {
      directives.append(.endpoint(numeric))
    } else if let endpoint {
      directives.append(.endpoint(try resolver.endpoint(endpoint)))
    }
    if let persistentKeepalive {
      directives.append(.persistentKeepalive(persistentKeepalive))
    } else if let old, old.persistentKeepalive != 0 {
      directives.append(.persistentKeepalive(0))
    }
    if replacesAllowedIPs { directives.append(.replaceAllowedIPs) }
    for allowedIP in allowedIPs {
      directives.append(
        allowedIP.change == .removed ? .removeAllowedIP(allowedIP.prefix) : .addAllowedIP(allowedIP.prefix))
    }
    return directives + [.endPeer]
  }
}
