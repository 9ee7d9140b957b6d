import Octets

/// The order that the lines of a set request must keep, and the directives they become.
///
/// A `public_key` line is held back until the next line tells whether the peer may be created: removing or updating a
/// peer that does not exist must not create one, not even for a moment.
struct SetSequence: BitwiseCopyable {
  private enum Place: UInt8 {
    /// Before the first `public_key`.
    case interface
    /// After `public_key`; the target has not heard of the block.
    case named
    /// The same, and `update_only` followed.
    case namedExisting
    /// The target has the block open.
    case open
    /// The peer is removed, or is one that the target ignores: lines are checked and dropped.
    case ignored
  }

  private var place = Place.interface
  private var key = Octets32()
  private var block = PeerBlock()

  /// Puts `line` in its place and tells `target` what follows from it.
  mutating func accept<Target: ConfigurationTarget & ~Copyable>(
    _ line: SetLine, target: inout Target
  ) throws(ConfigurationError) {
    switch line {
    case .interface(let directive):
      guard place == .interface else { throw .invalidValue }
      try target.apply(directive, block: &block)
    case .publicKey(let publicKey):
      try finish(target: &target)
      key = publicKey
      place = .named
    case .peer(let directive):
      guard place != .interface else { throw .invalidValue }
      try begin(target: &target)
      if place == .open { try target.apply(directive, block: &block) }
    case .remove:
      guard place != .interface else { throw .invalidValue }
      if place != .ignored { try target.apply(.removePeer(key), block: &block) }
      place = .ignored
      block = PeerBlock()
    case .updateOnly:
      guard place != .interface && place != .open else { throw .invalidValue }
      if place == .named { place = .namedExisting }
    case .protocolVersion:
      guard place != .interface else { throw .invalidValue }
    }
  }

  /// Ends the block that is under way, if any; after a throw there is none.
  mutating func finish<Target: ConfigurationTarget & ~Copyable>(target: inout Target) throws(ConfigurationError) {
    try begin(target: &target)
    guard place == .open else { return }
    place = .ignored
    defer { block = PeerBlock() }
    try target.apply(.endPeer, block: &block)
  }

  /// Tells the target of the named block, if it has not heard of it.
  private mutating func begin<Target: ConfigurationTarget & ~Copyable>(
    target: inout Target
  ) throws(ConfigurationError) {
    let directive: Directive
    switch place {
    case .named: directive = .beginPeer(key)
    case .namedExisting: directive = .beginExistingPeer(key)
    case .interface, .open, .ignored: return
    }
    place = .ignored
    block = PeerBlock()
    try target.apply(directive, block: &block)
    if block.isOpen { place = .open }
  }
}
