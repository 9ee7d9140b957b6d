internal import ConfigurationFile
internal import Octets

/// A search for an MTU whose packets pass a path that drops longer ones and says nothing, in few echoes.
///
/// Paths have few MTUs (RFC 1191 §7), so that not every size is tried but those of ways that there are: `doctor` has a search
/// that finds the edge itself (PathSearch). The host sends echoes that may not be cut and says whether they were answered.
public struct PlateauSearch: Equatable, Sendable {
  /// What ways take: Ethernet, PPPoE, tunnels of others and telephones, mobile networks, IPv6, and IPv4 at the least.
  private static let ways: [UInt32] = [1500, 1492, 1400, 1300, 1280, 576]

  /// Packets are padded to a multiple of this before they are sealed (WG §5.4.6).
  private static let padding: UInt32 = 16

  /// The sizes of packets in the tunnel, the largest first: the MTU that the interface has by itself, and lesser ones.
  private let sizes: [UInt32]
  /// The places of the smallest size that is known not to pass, and of the largest that passes.
  private var failing = -1
  private var passing: Int

  /// The size of the next echo, with its headers; nil when the outcome is known.
  public private(set) var next: UInt32?
  /// The largest of the sizes that passes; nil while there is a next one, and when none passes.
  public var largest: UInt32? { next == nil && passing < sizes.count ? sizes[passing] : nil }
  /// The largest size.
  public var ceiling: UInt32 { sizes[0] }
  /// The smallest size.
  public var smallest: UInt32 { sizes[sizes.count - 1] }

  /// A search from the MTU `ceiling` down; a tunnel that carries IPv6 has no MTU below 1280 (RFC 8200 §5), whatever the
  /// ceiling is.
  public init(ceiling: UInt32, carriesIPv6: Bool) {
    let least = PathMTU.least(carriesIPv6 ? .v6 : .v4)
    let ceiling = carriesIPv6 ? max(ceiling, least) : ceiling
    var sizes = Self.ways.map { ($0 - PathMTU.overhead) / Self.padding * Self.padding }
    if carriesIPv6 { sizes = sizes.filter { $0 > least } + [least] }
    var seen: Set<UInt32> = []
    self.sizes = [ceiling] + sizes.filter { $0 < ceiling && seen.insert($0).inserted }
    passing = self.sizes.count
    next = ceiling
  }

  /// Takes whether an echo of the next size was answered.
  public mutating func take(isAnswered: Bool) {
    guard let size = next, let place = sizes.firstIndex(of: size) else { return }
    if isAnswered { passing = place } else { failing = place }
    // The ceiling first: most paths have no hole.
    next = passing - failing > 1 ? sizes[(failing + passing + 1) / 2] : nil
  }
}
