internal import CLinuxTunnel

/// A set of descriptors that one thread waits for.
public struct WaitSet: ~Copyable {
  let descriptor: Descriptor

  /// What a descriptor is waited for.
  public struct Interest: OptionSet, Sendable {
    /// The bits.
    public let rawValue: UInt8
    /// From bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// It can be read.
    public static let readable = Interest(rawValue: 1)
    /// It can be written.
    public static let writable = Interest(rawValue: 2)
  }

  /// An empty set.
  public init() throws(SystemError) {
    descriptor = Descriptor(owning: try SystemError.check(linux_set_open(), .openWaitSet))
  }

  /// Waits for `member` from here on, or for something else than before; `tag` names it in `wait`.
  public func put(_ member: CInt, tag: UInt64, _ interest: Interest = .readable) {
    linux_set_put(
      descriptor.number, member, tag, interest.contains(.readable), interest.contains(.writable))
  }

  /// Waits for `member` no longer.
  public func remove(_ member: CInt) { linux_set_remove(descriptor.number, member) }
}
