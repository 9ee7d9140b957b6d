import Octets

/// The order that the lines of a set request must keep, and the directives they become.
///
/// A `public_key` line is held back until the next line tells whether the peer may be created: removing or updating a
/// peer that does not exist must not create one, not even for a moment.
struct SetSequence: BitwiseCopyable {
  private enum Block: UInt8 {
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

  private var block = Block.interface
  private var key = Octets32()

  /// Puts `line` in its place and tells `target` what follows from it.
  mutating func accept<Target: ConfigurationTarget & ~Copyable>(
    _ line: SetLine, target: inout Target
  ) throws(ConfigurationError) {
    switch line {
    case .interface(let directive):
      guard block == .interface else { throw .invalidValue }
      _ = try target.apply(directive)
    case .publicKey(let publicKey):
      try finish(target: &target)
      key = publicKey
      block = .named
    case .peer(let directive):
      guard block != .interface else { throw .invalidValue }
      try begin(target: &target)
      if block == .open { _ = try target.apply(directive) }
    case .remove:
      guard block != .interface else { throw .invalidValue }
      if block != .ignored { _ = try target.apply(.removePeer(key)) }
      block = .ignored
    case .updateOnly:
      guard block != .interface && block != .open else { throw .invalidValue }
      if block == .named { block = .namedExisting }
    case .protocolVersion:
      guard block != .interface else { throw .invalidValue }
    }
  }

  /// Ends the block that is under way, if any; after a throw there is none.
  mutating func finish<Target: ConfigurationTarget & ~Copyable>(target: inout Target) throws(ConfigurationError) {
    try begin(target: &target)
    guard block == .open else { return }
    block = .ignored
    _ = try target.apply(.endPeer)
  }

  /// Tells the target of the named block, if it has not heard of it.
  private mutating func begin<Target: ConfigurationTarget & ~Copyable>(
    target: inout Target
  ) throws(ConfigurationError) {
    let directive: Directive
    switch block {
    case .named: directive = .beginPeer(key)
    case .namedExisting: directive = .beginExistingPeer(key)
    case .interface, .open, .ignored: return
    }
    block = .ignored
    if try target.apply(directive) == .applied { block = .open }
  }
}
