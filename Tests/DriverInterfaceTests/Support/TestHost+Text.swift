import Containers
import ControlProtocol
import DriverInterface
import Octets
import Tunnel

/// The same adapter as the text protocol sees it: every directive by itself, without reservation.
extension TestHost: ConfigurationTarget {
  mutating func apply(_ directive: Directive, block: inout PeerBlock) throws(ConfigurationError) {
    do throws(ConfigurationFault) {
      switch directive {
      case .privateKey(let key): machine.setPrivateKey(key)
      case .listenPort(let number): port = number
      case .fwmark: break
      case .replacePeers: machine.removeAllPeers()
      case .beginPeer(let key): block.peer = try machine.addPeer(key)?.bits ?? 0
      case .beginExistingPeer(let key): block.peer = machine.peer(for: key)?.bits ?? 0
      case .removePeer(let key): if let peer = machine.peer(for: key) { machine.removePeer(peer) }
      case .endPeer: break
      default: try change(directive, of: Handle(bits: block.peer))
      }
    } catch {
      throw .noStorage
    }
    while machine.poll() != nil {}
  }

  private mutating func change(_ directive: Directive, of peer: Handle) throws(ConfigurationFault) {
    switch directive {
    case .presharedKey(let key): machine.setPresharedKey(key, for: peer)
    case .endpoint(let endpoint): machine.setEndpoint(endpoint, for: peer, now)
    case .persistentKeepalive(let seconds): machine.setPersistentKeepalive(seconds, for: peer, now)
    case .replaceAllowedIPs: machine.removeAllowedIPs(of: peer)
    case .addAllowedIP(let prefix): try machine.insertAllowedIP(prefix, for: peer)
    case .removeAllowedIP(let prefix): machine.removeAllowedIP(prefix, for: peer)
    default: break
    }
  }

  mutating func read(into facts: inout InterfaceFacts) throws(ConfigurationError) {
    facts.privateKey = machine.privateKey ?? Octets32()
    facts.listenPort = port
  }

  mutating func readPeer(after cursor: inout PeerCursor, into facts: inout PeerFacts) throws(ConfigurationError) -> Bool
  {
    guard let peer = machine.peer(above: cursor.position), let status = machine.status(of: peer) else { return false }
    cursor.position = status.number
    facts.publicKey = status.publicKey
    facts.presharedKey = status.presharedKey
    facts.endpoint = status.endpoint
    facts.persistentKeepalive = status.persistentKeepalive
    facts.allowedIPs = AllowedIPCursor(peer: peer.bits)
    return true
  }

  mutating func readAllowedIP(after cursor: inout AllowedIPCursor) throws(ConfigurationError) -> Prefix? {
    var next = machine.firstAllowedIP(of: Handle(bits: cursor.peer))
    for _ in 0..<cursor.position { next = next.flatMap { machine.allowedIP(after: $0) } }
    cursor.position += 1
    return next.flatMap { machine.prefix(at: $0) }
  }

  mutating func scope(named name: ScopeName) -> UInt32? { nil }
  mutating func name(ofScope scope: UInt32) -> ScopeName? { nil }
}
