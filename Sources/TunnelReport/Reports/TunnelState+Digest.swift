import ControlProtocol
import Cryptography
public import Octets

extension TunnelState {
  /// A digest of what the tunnel is told to do: keys, mark, peers with their allowed IPs and keepalives, in whatever order
  /// they are told.
  ///
  /// Not of the port, which is any free one where nobody has said which, and not of endpoints, which move with the peers.
  public var configurationDigest: Octets32 {
    let text = SecretBytes()
    if let privateKey { text.append(base64: privateKey) }
    text.append(" \(fwmark)\n")
    for peer in peers.sorted(by: { $0.name < $1.name }) {
      text.append("\(peer.name) \(peer.persistentKeepalive) ")
      if let presharedKey = peer.presharedKey { text.append(base64: presharedKey) }
      for prefix in peer.allowedIPs.map({ "\($0.address.words)/\($0.length)" }).sorted() { text.append(" \(prefix)") }
      text.append("\n")
    }
    return text.withBytes { BLAKE2s.hash($0) }
  }
}
