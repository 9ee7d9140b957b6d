public import Octets

/// The configuration of an interface as a sequence of directives, and the front ends that need no heap: the text of the
/// control socket (protocol.md §23), addresses, keys and numbers as text.
///
/// Checked here: the form of every line, number, key and address, and the order of lines. Not checked here: whether a
/// peer exists, whether a port is free, how many peers fit, whether a key is our own; the target knows and answers.

/// One settable thing. Directives are applied in order; each takes effect by itself.
///
/// Those about a peer stand between `beginPeer` or `beginExistingPeer` and `endPeer` and mean the peer named there; blocks
/// of several front ends may overlap in time, so the front end keeps each in a `PeerBlock`.
@frozen
public enum Directive: BitwiseCopyable, Sendable, Equatable {
  /// The identity of the interface; zeros remove it. The target clamps.
  case privateKey(Octets32)
  /// The UDP port; 0 lets the host choose.
  case listenPort(UInt16)
  /// The mark of outgoing datagrams; 0 is none.
  case fwmark(UInt32)
  /// Removes every peer.
  case replacePeers
  /// Selects the peer with this public key and creates it when there is none.
  case beginPeer(Octets32)
  /// Selects the peer with this public key; when there is none, the block is ignored.
  case beginExistingPeer(Octets32)
  /// Removes the peer with this public key, if there is one. Stands outside a block, or ends the peer's own block:
  /// no `endPeer` follows.
  case removePeer(Octets32)
  /// The preshared key of the selected peer; zeros mean none.
  case presharedKey(Octets32)
  /// Where the selected peer is reached.
  case endpoint(Endpoint)
  /// Seconds between keepalives; 0 is off.
  case persistentKeepalive(UInt16)
  /// Takes all allowed IPs from the selected peer.
  case replaceAllowedIPs
  /// Gives a prefix to the selected peer, from whoever has it.
  case addAllowedIP(Prefix)
  /// Takes a prefix from the selected peer if it has it.
  case removeAllowedIP(Prefix)
  /// The block is complete: timers, staged packets and the first keepalive of the peer follow what it says.
  case endPeer

  /// Whether this means the peer of an open block.
  var needsBlock: Bool {
    switch self {
    case .presharedKey, .endpoint, .persistentKeepalive, .replaceAllowedIPs, .addAllowedIP, .removeAllowedIP, .endPeer:
      true
    case .privateKey, .listenPort, .fwmark, .replacePeers, .beginPeer, .beginExistingPeer, .removePeer:
      false
    }
  }

  /// Whether no block is open afterwards.
  var endsBlock: Bool {
    switch self {
    case .endPeer, .removePeer: true
    default: false
    }
  }
}
