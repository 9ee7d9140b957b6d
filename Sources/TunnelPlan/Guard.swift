/// What a tunnel does to traffic beside its own, when somebody asks for it.
public struct Guard: Equatable, Sendable {
  /// When nothing may leave the machine but through the tunnel.
  public enum KillSwitch: String, Sendable, CaseIterable {
    /// Never.
    case off
    /// When the file makes the tunnel a default route, of whatever family; then for both families.
    case auto
    /// As long as the tunnel is up, whatever the file sends into it.
    case strict
  }

  /// When nothing may leave but through the tunnel.
  public var killSwitch: KillSwitch
  /// Whether what is for the local network may leave nevertheless.
  public var allowsLAN: Bool
  /// Whether connections that pass through the machine are told to send segments that fit the tunnel.
  public var clampsSegments: Bool

  /// A guard; by default none, as with wg-quick.
  public init(killSwitch: KillSwitch = .off, allowsLAN: Bool = false, clampsSegments: Bool = false) {
    self.killSwitch = killSwitch
    self.allowsLAN = allowsLAN
    self.clampsSegments = clampsSegments
  }
}

extension Guard {
  /// The networks that `allowsLAN` is about, as text, of both families.
  public static var localNetworks: [String] {
    "\(FilterTable.local.v4), \(FilterTable.local.v6)".split(separator: ",").map {
      String($0.drop { $0 == " " })
    }
  }
}

extension FilterTable {
  /// The guard's table of a tunnel, without content: for its name and its removal.
  public static func guarding(_ name: String) -> FilterTable {
    FilterTable(family: "inet", name: Self.name(for: name), content: "")
  }

  /// Whether it is the table of a guard.
  public var isGuard: Bool { family == "inet" }

  /// Whether a listing of a guard's table says that its kill switch is thrown.
  public static func isThrown(listing: String) -> Bool { listing.contains("chain leaving {") }

  /// Whether a listing of a guard's table lets out what is for the local network while its kill switch is thrown.
  public static func allowsLAN(listing: String) -> Bool {
    let chains = listing.split(separator: "chain ")
    return chains.contains { $0.hasPrefix("leaving {") && $0.contains("ip daddr {") }
  }

  /// Whether the table throws a kill switch.
  public var isThrown: Bool { Self.isThrown(listing: content) }

  /// Networks that are not of the internet: RFC 1918, RFC 3927, RFC 4193, RFC 4291, and multicast and broadcast of the link
  /// and of the site.
  static let local = (
    v4: "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 169.254.0.0/16, 224.0.0.0/24, 239.0.0.0/8, 255.255.255.255",
    v6: "fc00::/7, fe80::/10, ff01::/16, ff02::/16, ff05::/16"
  )

  /// The table of a guard; nil when it has nothing to do.
  ///
  /// - Parameter mark: the mark of the tunnel's own datagrams; nil when the switch is not thrown.
  static func guarding(_ name: String, _ guarding: Guard, mark: UInt32?) -> FilterTable? {
    var content = ""
    if let mark {
      let local =
        guarding.allowsLAN
        ? "    ip daddr { \(Self.local.v4) } accept\n    ip6 daddr { \(Self.local.v6) } accept\n" : ""
      content += """
          chain leaving {
            type filter hook output priority 0; policy accept;
            oifname { "lo", "\(name)" } accept
            meta l4proto udp meta mark \(mark) accept
            udp sport 68 udp dport 67 accept
            udp sport 546 udp dport 547 accept
            icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert, mld2-listener-report } accept
        \(local)    counter drop
          }
          chain passing {
            type filter hook forward priority 0; policy accept;
            oifname "\(name)" accept
            iifname "\(name)" accept
        \(local)    counter drop
          }

        """
    }
    if guarding.clampsSegments {
      content += """
          chain segments {
            type filter hook forward priority -150; policy accept;
            oifname "\(name)" tcp flags & (syn | rst) == syn tcp option maxseg size set rt mtu
            iifname "\(name)" tcp flags & (syn | rst) == syn tcp option maxseg size set rt mtu
          }

        """
    }
    if content.isEmpty { return nil }
    return FilterTable(family: Self.guarding(name).family, name: Self.name(for: name), content: content)
  }
}
