public import ControlProtocol
public import Octets

/// An interface that exists only as values: what a target must do, in the simplest way.
public struct MemoryTarget: ConfigurationTarget, Sendable {
  /// A peer.
  public struct Peer: Equatable, Sendable {
    /// Grows with each peer made: the order of the walk.
    public var number: UInt64
    /// All but the allowed IPs.
    public var facts: PeerFacts
    /// In the order they were given.
    public var allowedIPs: [Prefix] = []
  }

  /// Identity, port and mark.
  public var interface = InterfaceFacts()
  /// In the order they were made.
  public var peers: [Peer] = []
  /// Every directive that was applied.
  public var directives: [Directive] = []
  /// The public key of the identity, for the rule about our own key.
  public var ownPublicKey: Octets32?
  /// More peers than this are refused.
  public var peerLimit = Int.max
  /// A port that cannot be bound.
  public var portInUse: UInt16?
  /// Every read of a peer after this many throws.
  public var readablePeers = Int.max
  /// The names of network interfaces.
  public var scopes: [String: UInt32] = ["lo": 1, "eth0": 2]
  /// What is told of the interface; nil for a target that cannot tell.
  public var observed: ObservedInterface?
  /// What is told of workers.
  public var workers: [ObservedWorker] = []
  /// What is told of refusals.
  public var tallies: [ObservedTally] = []
  /// What is told of the peers, in their order.
  public var observedPeers: [ObservedPeer] = []
  private var nextNumber: UInt64 = 1
  /// Blocks that have begun and not ended.
  public var openBlocks = 0

  /// An interface without identity and peers.
  public init() {}

  /// The peer with this key.
  public func peer(_ key: Octets32) -> Peer? { peers.first { $0.facts.publicKey == key } }

  /// Applies one directive and notes it.
  public mutating func apply(_ directive: Directive, block: inout PeerBlock) throws(ConfigurationError) {
    switch directive {
    case .beginPeer(let key): try begin(key, creating: true, &block)
    case .beginExistingPeer(let key): try begin(key, creating: false, &block)
    case .removePeer(let key):
      peers.removeAll { $0.facts.publicKey == key }
      if block.isOpen { openBlocks -= 1 }
    case .presharedKey, .endpoint, .persistentKeepalive, .replaceAllowedIPs, .addAllowedIP, .removeAllowedIP:
      precondition(block.isOpen, "no block is open")
      if let index = peers.firstIndex(where: { $0.number == block.peer }) { change(peer: index, by: directive) }
    case .endPeer:
      precondition(block.isOpen, "no block is open")
      openBlocks -= 1
    case .privateKey, .listenPort, .fwmark, .replacePeers: try change(by: directive)
    }
    directives.append(directive)
  }

  /// Applies `directives` in order.
  public mutating func apply(_ directives: [Directive]) throws(ConfigurationError) { try apply(directives.span) }

  /// What was set.
  public mutating func observe() -> ObservedInterface? { observed }

  /// What was set.
  public mutating func observeTally(_ number: UInt8) -> ObservedTally? {
    tallies.indices.contains(Int(number)) ? tallies[Int(number)] : nil
  }

  /// What was set.
  public mutating func observeWorker(_ number: UInt8) -> ObservedWorker? {
    workers.indices.contains(Int(number)) ? workers[Int(number)] : nil
  }

  /// What was set of the next peer; the cursor counts.
  public mutating func observePeer(after cursor: inout PeerCursor) -> ObservedPeer? {
    let place = Int(cursor.position)
    cursor.position += 1
    return observedPeers.indices.contains(place) ? observedPeers[place] : nil
  }

  private mutating func change(by directive: Directive) throws(ConfigurationError) {
    switch directive {
    case .privateKey(let key): interface.privateKey = key
    case .listenPort(let port):
      if port == portInUse { throw .addressInUse }
      interface.listenPort = port
    case .fwmark(let mark): interface.fwmark = mark
    case .replacePeers: peers = []
    default: break
    }
  }

  private mutating func begin(
    _ key: Octets32, creating: Bool, _ block: inout PeerBlock
  ) throws(ConfigurationError) {
    precondition(!block.isOpen, "a block is open")
    if key == ownPublicKey { return }
    if let peer = peer(key) {
      block.peer = peer.number
      openBlocks += 1
      return
    }
    guard creating else { return }
    guard peers.count < peerLimit else { throw .invalidValue }
    var facts = PeerFacts()
    facts.publicKey = key
    facts.allowedIPs = AllowedIPCursor(peer: nextNumber)
    peers.append(Peer(number: nextNumber, facts: facts))
    block.peer = nextNumber
    openBlocks += 1
    nextNumber += 1
  }

  private mutating func change(peer index: Int, by directive: Directive) {
    switch directive {
    case .presharedKey(let key): peers[index].facts.presharedKey = key
    case .endpoint(let endpoint): peers[index].facts.endpoint = endpoint
    case .persistentKeepalive(let seconds): peers[index].facts.persistentKeepalive = seconds
    case .replaceAllowedIPs: peers[index].allowedIPs = []
    case .addAllowedIP(let prefix):
      for other in peers.indices { peers[other].allowedIPs.removeAll { $0 == prefix } }
      peers[index].allowedIPs.append(prefix)
    case .removeAllowedIP(let prefix): peers[index].allowedIPs.removeAll { $0 == prefix }
    default: break
    }
  }

  /// Identity, port and mark.
  public func read(into facts: inout InterfaceFacts) throws(ConfigurationError) { facts = interface }

  /// The peer with the next higher number.
  public func readPeer(
    after cursor: inout PeerCursor, into facts: inout PeerFacts
  ) throws(ConfigurationError) -> Bool {
    guard let index = peers.firstIndex(where: { $0.number > cursor.position }) else { return false }
    if index >= readablePeers { throw .inputOutput }
    cursor.position = peers[index].number
    facts = peers[index].facts
    return true
  }

  /// The next of the peer's list.
  public func readAllowedIP(after cursor: inout AllowedIPCursor) throws(ConfigurationError) -> Prefix? {
    guard let peer = peers.first(where: { $0.number == cursor.peer }) else { return nil }
    guard cursor.position < UInt64(peer.allowedIPs.count) else { return nil }
    cursor.position += 1
    return peer.allowedIPs[Int(cursor.position) - 1]
  }

  /// The number in `scopes`.
  public func scope(named name: ScopeName) -> UInt32? {
    scopes[String(decoding: name.octets.array.prefix(Int(name.count)), as: UTF8.self)]
  }

  /// The name in `scopes`.
  public func name(ofScope scope: UInt32) -> ScopeName? {
    guard let name = scopes.first(where: { $0.value == scope })?.key else { return nil }
    return withText(name) { ScopeName($0) }
  }
}
