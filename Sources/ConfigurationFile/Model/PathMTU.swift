public import Octets

/// The MTU of a tunnel whose file has none: what the widest way to a peer takes, less the most that a tunnel adds.
public enum PathMTU {
  /// What IPv6, UDP and WireGuard add to a packet, in bytes (protocol.md §17.2).
  public static let overhead: UInt32 = 80
  /// What a way takes of which nothing is known, in bytes.
  public static let usual: UInt32 = 1500

  /// The least MTU of an interface, in bytes: RFC 791 and RFC 8200.
  public static func least(_ family: IPAddress.Family) -> UInt32 { family == .v4 ? 576 : 1280 }

  /// The MTU for ways that take packets of so many bytes to the endpoints, or without one the default route.
  public static func inside(ways: [UInt32], defaultRoute: UInt32?) -> UInt32 {
    let outer = ways.max() ?? defaultRoute ?? usual
    return outer > overhead ? outer - overhead : outer
  }
}
