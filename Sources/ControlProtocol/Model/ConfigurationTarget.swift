public import Octets

/// An interface that can be configured and read: the machine behind every front end.
///
/// A front end calls a target only from inside its own calls, so whoever lends the target decides how long it is
/// locked. Between two calls of a front end anything may change, through another front end too: a cursor and a block must
/// survive that. A peer that is there during the whole walk is seen exactly once; one that comes or goes may be missed.
public protocol ConfigurationTarget: ~Copyable {
  /// Applies one directive. On a throw nothing has changed.
  ///
  /// A begin selects the peer by setting `block`, and leaves it closed when the block is to be ignored: the peer is the
  /// interface itself, or must exist and does not. What follows means the peer of `block`, and nothing when that peer is
  /// gone. No directive about a peer, and no `endPeer`, comes with a closed block.
  mutating func apply(_ directive: Directive, block: inout PeerBlock) throws(ConfigurationError)

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

  /// How busy the interface is, and what it refused; nil when the target cannot tell.
  mutating func observe() -> ObservedInterface?

  /// How often the reason of this number, from 0 on, was given; nil after the last.
  mutating func observeTally(_ number: UInt8) -> ObservedTally?

  /// How much the worker of this number, from 0 on, has worked; nil after the last.
  mutating func observeWorker(_ number: UInt8) -> ObservedWorker?

  /// How far things are with the peer after `cursor`, which moves to it; nil after the last.
  mutating func observePeer(after cursor: inout PeerCursor) -> ObservedPeer?
}

// Most targets have nothing to tell beyond their configuration.
extension ConfigurationTarget where Self: ~Copyable {
  /// Nil: the target cannot tell.
  public mutating func observe() -> ObservedInterface? { nil }

  /// Nil: the target cannot tell.
  public mutating func observeTally(_ number: UInt8) -> ObservedTally? { nil }

  /// Nil: the target cannot tell.
  public mutating func observeWorker(_ number: UInt8) -> ObservedWorker? { nil }

  /// Nil: the target cannot tell.
  public mutating func observePeer(after cursor: inout PeerCursor) -> ObservedPeer? { nil }
}

extension ConfigurationTarget where Self: ~Copyable {
  /// Applies `directives` in order; those of a block that is to be ignored are passed over.
  ///
  /// On a throw what came before the refused one stays, and the block under way is ended.
  public mutating func apply(_ directives: Span<Directive>) throws(ConfigurationError) {
    var block = PeerBlock()
    do throws(ConfigurationError) {
      for i in directives.indices {
        if directives[i].needsBlock && !block.isOpen { continue }
        try apply(directives[i], block: &block)
        if directives[i].endsBlock { block = PeerBlock() }
      }
    } catch {
      if block.isOpen { do throws(ConfigurationError) { try apply(.endPeer, block: &block) } catch {} }
      throw error
    }
  }
}

/// The block of directives about one peer, as far as it has come. A front end keeps it for the target.
@frozen
public struct PeerBlock: BitwiseCopyable, Sendable, Equatable {
  /// The target's own name of the peer; 0 when the block is closed.
  public var peer: UInt64 = 0
  /// Whatever the target wants to know again at the end of the block.
  public var note: UInt64 = 0

  /// A closed block.
  public init() {}

  /// Whether a peer is selected.
  public var isOpen: Bool { peer != 0 }
}
