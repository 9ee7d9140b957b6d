public import Octets

/// An interface that can be configured and read: the machine behind every front end.
///
/// A front end calls a target only from inside its own calls, so whoever lends the target decides how long it is
/// locked. Reading goes in pages: between two calls of a front end anything may change, and a cursor must survive that.
/// A peer that is there during the whole walk is seen exactly once; a peer that comes or goes may be missed.
public protocol ConfigurationTarget: ~Copyable {
  /// Applies one directive. On a throw nothing has changed.
  mutating func apply(_ directive: Directive) throws(ConfigurationError) -> Application

  /// Fills in what is known of the interface.
  mutating func read(into facts: inout InterfaceFacts) throws(ConfigurationError)

  /// Fills in what is known of the peer after `cursor` and moves the cursor to it; false after the last peer.
  mutating func readPeer(after cursor: inout PeerCursor, into facts: inout PeerFacts) throws(ConfigurationError) -> Bool

  /// The allowed IP after `cursor`, which moves to it; nil after the last, and when the peer is gone.
  mutating func readAllowedIP(after cursor: inout AllowedIPCursor) throws(ConfigurationError) -> Prefix?

  /// The scope id of the network interface `name`; nil when there is none of that name.
  mutating func scope(named name: ScopeName) -> UInt32?

  /// The name of the network interface with this scope id; nil lets the number stand for it.
  mutating func name(ofScope scope: UInt32) -> ScopeName?
}

/// What became of a directive that was not refused.
@frozen
public enum Application: UInt8, BitwiseCopyable, Sendable {
  /// It holds.
  case applied
  /// The begun block is to be ignored: the peer is the interface itself, or must exist and does not. The target has no
  /// block open, and neither the rest of the block nor its `endPeer` will be sent.
  case blockIgnored
}
