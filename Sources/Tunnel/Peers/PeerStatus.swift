public import Containers
public import Octets
public import Routing
public import Timeline
internal import Transport

/// What can be shown of a peer. Holds the preshared key.
public struct PeerStatus: BitwiseCopyable, Sendable {
  /// The peer's number: they rise in the order of creation, from 1.
  public let number: UInt64
  /// The public key.
  public let publicKey: Octets32
  /// The preshared key; zero for none.
  public let presharedKey: Octets32
  /// Where the peer was last heard of or configured to be.
  public let endpoint: Endpoint?
  /// When the last handshake completed; zero for never.
  public let lastHandshake: WallTime
  /// Bytes of UDP payload received in accepted messages.
  public let receivedBytes: UInt64
  /// Bytes of UDP payload sent.
  public let sentBytes: UInt64
  /// Seconds between persistent keepalives; 0 for none.
  public let persistentKeepalive: UInt16
}

extension Machine {
  /// What can be shown of `peer`; nil when it is gone.
  public func status(of peer: Handle) -> PeerStatus? {
    guard peers.contains(peer) else { return nil }
    return PeerStatus(
      number: peers[peer].number, publicKey: peers[peer].publicKey, presharedKey: peers[peer].presharedKey,
      endpoint: peers[peer].path?.remote, lastHandshake: peers[peer].lastHandshake,
      receivedBytes: peers[peer].receivedBytes, sentBytes: peers[peer].sentBytes,
      persistentKeepalive: peers[peer].keepaliveInterval)
  }
}

// The allowed IPs of a peer, in the order they were given. A cursor is stale as soon as a prefix is removed or moved:
// whoever walks across such a change starts again and skips what it has seen.
extension Machine {
  /// The first allowed IP of `peer`; nil when there is none, and when the peer is gone.
  public func firstAllowedIP(of peer: Handle) -> AllowedIPs.Cursor? {
    peers.contains(peer) ? allowedIPs.first(of: peer.index) : nil
  }

  /// The allowed IP behind the one at `cursor`; nil at the end, and when the cursor is stale.
  public func allowedIP(after cursor: AllowedIPs.Cursor) -> AllowedIPs.Cursor? { allowedIPs.next(after: cursor) }

  /// The prefix at `cursor`; nil when the cursor is stale.
  public func prefix(at cursor: AllowedIPs.Cursor) -> Prefix? { allowedIPs.prefix(at: cursor) }

  /// Whether the walk that `cursor` belongs to can go on.
  public func isCurrent(_ cursor: AllowedIPs.Cursor) -> Bool { allowedIPs.isCurrent(cursor) }
}
