internal import CLinuxTunnel
public import ControlProtocol
internal import Glibc
public import Tunnel

/// The engine as the front ends of configuration see it; one for each connection.
public struct EngineTarget: ConfigurationTarget {
  let engine: Engine
  private var walk: Walk?
  /// The peer the walk over peers has come to.
  var lastPeer = Handle.none

  /// Where a walk over allowed IPs stands.
  private struct Walk {
    var peer: UInt64
    var position: UInt64
    var cursor: AllowedIPs.Cursor
  }

  /// The engine as a target.
  public init(_ engine: Engine) {
    self.engine = engine
  }

  /// Applies one directive; the lane is held for it alone.
  public mutating func apply(_ directive: Directive, block: inout PeerBlock) throws(ConfigurationError) {
    switch directive {
    case .privateKey(let key): engine.lane.run { $0.machine.setPrivateKey(key) }
    case .listenPort(let port): try reach { () throws(SystemError) in try engine.setPort(port) }
    case .fwmark(let mark): try reach { () throws(SystemError) in try engine.setMark(mark) }
    case .replacePeers:
      engine.lane.run { $0.machine.removeAllPeers() }
      engine.flush()
    case .beginPeer(let key): block.peer = try begin(key)?.bits ?? 0
    case .beginExistingPeer(let key): block.peer = engine.lane.run { $0.machine.peer(for: key)?.bits ?? 0 }
    case .removePeer(let key):
      engine.lane.run { state in
        if let peer = state.machine.peer(for: key) { state.machine.removePeer(peer) }
      }
      engine.flush()
    case .endPeer: engine.flush()
    default: try change(directive, of: Handle(bits: block.peer))
    }
  }

  private func reach(_ body: () throws(SystemError) -> Void) throws(ConfigurationError) {
    do throws(SystemError) {
      try body()
    } catch {
      throw .addressInUse
    }
  }

  private func begin(_ key: Octets32) throws(ConfigurationError) -> Handle? {
    let found: Result<Handle?, ConfigurationFault> = engine.lane.run { state in
      Result { () throws(ConfigurationFault) in try state.machine.addPeer(key) }
    }
    switch found {
    case .success(let peer): return peer
    case .failure(let fault): throw ConfigurationError(fault)
    }
  }

  /// Applies what is about one peer; nothing when it is gone.
  private func change(_ directive: Directive, of peer: Handle) throws(ConfigurationError) {
    let now = Now.read()
    let result: Result<Void, ConfigurationFault> = engine.lane.run { state in
      Result { () throws(ConfigurationFault) in
        guard state.machine.status(of: peer) != nil else { return }
        switch directive {
        case .presharedKey(let key): state.machine.setPresharedKey(key, for: peer)
        case .endpoint(let endpoint): state.machine.setEndpoint(endpoint, for: peer, now)
        case .persistentKeepalive(let seconds): state.machine.setPersistentKeepalive(seconds, for: peer, now)
        case .replaceAllowedIPs: state.machine.removeAllowedIPs(of: peer)
        case .addAllowedIP(let prefix): try state.machine.insertAllowedIP(prefix, for: peer)
        case .removeAllowedIP(let prefix): state.machine.removeAllowedIP(prefix, for: peer)
        default: break
        }
      }
    }
    if case .failure(let fault) = result { throw ConfigurationError(fault) }
  }

  /// Fills in identity, port and mark.
  public mutating func read(into facts: inout InterfaceFacts) throws(ConfigurationError) {
    facts.privateKey = engine.lane.run { $0.machine.privateKey } ?? Octets32()
    (facts.listenPort, facts.fwmark) = engine.reachable
  }

  /// Fills in the next peer, in the order of their creation: the cursor is the number of the one before.
  public mutating func readPeer(
    after cursor: inout PeerCursor, into facts: inout PeerFacts
  ) throws(ConfigurationError) -> Bool {
    let (number, hint) = (cursor.position, lastPeer)
    let found: (peer: Handle, status: PeerStatus)? = engine.lane.run { state in
      guard let peer = state.machine.peer(above: number, hint: hint), let status = state.machine.status(of: peer) else {
        return nil
      }
      return (peer, status)
    }
    guard let found else { return false }
    cursor.position = found.status.number
    lastPeer = found.peer
    facts.publicKey = found.status.publicKey
    facts.presharedKey = found.status.presharedKey
    facts.endpoint = found.status.endpoint
    facts.lastHandshake = found.status.lastHandshake
    facts.sentBytes = found.status.sentBytes
    facts.receivedBytes = found.status.receivedBytes
    facts.persistentKeepalive = found.status.persistentKeepalive
    facts.allowedIPs = AllowedIPCursor(peer: found.peer.bits)
    return true
  }

  /// The next allowed IP of a peer; a walk that was overtaken by a change starts again where it was.
  public mutating func readAllowedIP(after cursor: inout AllowedIPCursor) throws(ConfigurationError) -> Prefix? {
    let (name, position, known) = (cursor.peer, cursor.position, walk)
    let found: (cursor: AllowedIPs.Cursor, prefix: Prefix)? = engine.lane.run { state in
      var next: AllowedIPs.Cursor?
      if let known, known.peer == name, known.position == position, state.machine.isCurrent(known.cursor) {
        next = state.machine.allowedIP(after: known.cursor)
      } else {
        // The list changed under the walk, or the walk begins: count off what was seen.
        next = state.machine.firstAllowedIP(of: Handle(bits: name))
        for _ in 0..<position { next = next.flatMap { state.machine.allowedIP(after: $0) } }
      }
      guard let next, let prefix = state.machine.prefix(at: next) else { return nil }
      return (next, prefix)
    }
    guard let found else { return nil }
    cursor.position += 1
    walk = Walk(peer: name, position: cursor.position, cursor: found.cursor)
    return found.prefix
  }

  /// The index of the network interface of this name.
  public mutating func scope(named name: ScopeName) -> UInt32? {
    let text = String(decoding: (0..<Int(name.count)).map { name.octets[$0] }, as: UTF8.self)
    guard let index = InterfaceName(text)?.index() else { return nil }
    return index
  }

  /// Nil: a scope is printed as its number.
  public mutating func name(ofScope scope: UInt32) -> ScopeName? { nil }
}

extension ConfigurationError {
  init(_ fault: ConfigurationFault) {
    switch fault {
    case .tooManyPeers: self = .invalidValue
    case .noStorage: self = .noStorage
    }
  }
}
