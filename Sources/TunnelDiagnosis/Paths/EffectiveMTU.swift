/// The largest packet that goes to a peer in one piece, and what makes it that.
public struct EffectiveMTU: Equatable, Sendable {
  /// What decides. The words are stable, for scripts.
  public enum Reason: String, CaseIterable, Sendable {
    /// The tunnel's file.
    case file
    /// The file says nothing, and the way to the peers decided when the tunnel came up.
    case route
    /// Nobody said anything: it is what such interfaces begin with.
    case `default`
    /// Somebody gave it to the interface, and it is not known who.
    case interface
    /// The way to this peer takes less than the interface's packets: larger ones go on it in fragments, or not at all.
    case path
  }

  /// What is known of a tunnel's MTU beside its interface.
  public enum Setting: Equatable, Sendable {
    /// No file of the tunnel can be read.
    case unknown
    /// The file leaves it to the way to the peers, for which this is chosen at present.
    case automatic(Int)
    /// The file's.
    case bytes(Int)
  }

  /// The MTU that an interface of WireGuard begins with.
  static let usual = 1420
  /// UDP's header, the data message's and its tag.
  private static let overhead = 8 + 16 + 16

  /// The packet's length, in bytes.
  public let bytes: Int
  /// What decides.
  public let reason: Reason

  /// The effective MTU to a peer behind an interface with the MTU `interface`.
  ///
  /// - Parameters:
  ///   - interface: the interface's MTU, in bytes.
  ///   - setting: what the tunnel's file says of it.
  ///   - way: what the system takes to the peer's endpoint in one piece, in bytes, with its outer headers; nil when it is
  ///     not known where the peer is.
  ///   - isIPv6: whether the endpoint's address is of IPv6.
  public init(interface: Int, setting: Setting, way: Int?, isIPv6: Bool) {
    // Packets are filled up to 16 bytes, but not beyond the interface's MTU.
    if let way, way - Self.overhead - (isIPv6 ? 40 : 20) < interface {
      bytes = max(0, way - Self.overhead - (isIPv6 ? 40 : 20)) / 16 * 16
      reason = .path
      return
    }
    bytes = interface
    switch setting {
    case .bytes(interface): reason = .file
    case .automatic(interface): reason = .route
    case .unknown where interface == Self.usual: reason = .default
    case .unknown, .automatic, .bytes: reason = .interface
    }
  }

  /// For example `1420 (file)`.
  public var text: String { "\(bytes) (\(reason.rawValue))" }
}
