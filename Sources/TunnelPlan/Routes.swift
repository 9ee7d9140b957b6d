internal import ConfigurationFile
internal import Octets

/// The routes that the allowed IPs of a file ask for.
struct Routes {
  /// Each prefix once, without host bits, the longest first.
  let prefixes: [Prefix]
  /// Whether a prefix is a default route, which leads around the main table.
  var areDefault: Bool { isAutomatic && prefixes.contains { $0.length == 0 } }
  /// Whether the file marks the tunnel's datagrams.
  var isMarked: Bool { (interface.fwmark ?? 0) != 0 }

  private let interface: ConfigurationDocument.Interface
  private let networks: [Prefix]

  private var isAutomatic: Bool { interface.table == nil || interface.table == .automatic }

  init(_ document: ConfigurationDocument) {
    interface = document.interface
    var found: [Prefix] = []
    var known: Set<String> = []
    for peer in document.peers {
      for allowedIP in peer.allowedIPs where allowedIP.change != .removed {
        if known.insert(allowedIP.prefix.text).inserted { found.append(allowedIP.prefix) }
      }
    }
    prefixes = found.sorted { $0.length > $1.length }
    networks = document.interface.addresses.compactMap { address in
      // The kernel makes no route of an IPv4 address that is alone in its network.
      if address.address.family == .v4 && address.length == 32 { return nil }
      return Prefix(address.address, length: Int(address.length))
    }
  }

  /// The lowest number that tables and marks of our own have (protocol.md §28).
  static let firstTable: UInt32 = 51820

  /// The mark of the tunnel's own datagrams, and the number of its table: the file's, or one that nobody uses.
  func mark(_ facts: SystemFacts) -> UInt32 {
    if let given = interface.fwmark, given != 0 { return given }
    return (Self.firstTable...).first { !facts.tables.contains($0) } ?? Self.firstTable
  }

  /// The steps that add the routes. With `isMarked`, the tunnel's datagrams have their mark already.
  func steps(for name: String, _ facts: SystemFacts, isMarked: Bool) throws(PlanFault) -> [TunnelStep] {
    switch interface.table {
    case .off: return []
    case .named(let table): return prefixes.map { .route($0.text, table: "\(table)") }
    case .automatic, nil: break
    }
    var steps = prefixes.filter { $0.length > 0 && !isCovered($0) }.map { TunnelStep.route($0.text, table: nil) }
    let defaults = prefixes.filter { $0.length == 0 }
    if defaults.isEmpty { return steps }
    guard facts.hasFilter else { throw .noFilter }
    let mark = mark(facts)
    if !isMarked && !self.isMarked { steps.append(.mark(mark)) }
    for prefix in defaults {
      let family: AddressFamily = prefix.address.family == .v4 ? .v4 : .v6
      steps += [
        .route(prefix.text, table: "\(mark)"), .rule(PolicyRule(family: family, kind: .unmarked, mark: mark)),
        .rule(PolicyRule(family: family, kind: .mainButDefault, mark: mark)),
      ]
      if family == .v4 { steps.append(.sourceMarks(mark: mark)) }
      let own = interface.addresses.filter { $0.address.family == prefix.address.family }.map { $0.address.text }
      steps.append(.filter(.returns(of: name, family, mark: mark, addresses: own)))
    }
    return steps
  }

  /// Whether an address of the interface brings a route that leads the prefix into the tunnel.
  private func isCovered(_ prefix: Prefix) -> Bool {
    networks.contains { $0.length <= prefix.length && $0.contains(prefix.address) }
  }
}

extension Prefix {
  fileprivate var text: String { "\(address.text)/\(length)" }
}

extension FilterTable {
  /// What a tunnel that is the default route needs of the packet filter: what comes in elsewhere for the tunnel's addresses
  /// is dropped, and answers to the tunnel's datagrams are given their mark, so that checks of their source let them in.
  static func returns(of name: String, _ family: AddressFamily, mark: UInt32, addresses: [String]) -> FilterTable {
    let kind = family == .v4 ? "ip" : "ip6"
    let guarded = addresses.map { "    iifname != \"\(name)\" \(kind) daddr \($0) fib saddr type != local drop\n" }
    return FilterTable(
      family: kind, name: Self.name(for: name),
      content: """
          chain before {
            type filter hook prerouting priority -300; policy accept;
        \(guarded.joined())  }
          chain arriving {
            type filter hook prerouting priority -150; policy accept;
            meta l4proto udp meta mark set ct mark
          }
          chain leaving {
            type filter hook postrouting priority -150; policy accept;
            meta l4proto udp meta mark \(mark) ct mark set meta mark
          }

        """)
  }

  /// The name of a tunnel's tables: `nft` takes no `=` and `+`, and interfaces have no `/`.
  public static func name(for tunnel: String) -> String {
    "needletail-"
      + tunnel.split(separator: "=", omittingEmptySubsequences: false).joined(separator: "/3d")
      .split(separator: "+", omittingEmptySubsequences: false).joined(separator: "/2b")
  }

  /// The tunnel whose tables have this name; nil when it is no tunnel's.
  public static func tunnel(of name: String) -> String? {
    let prefix = Self.name(for: "")
    guard name.hasPrefix(prefix), name != prefix else { return nil }
    let parts = name.dropFirst(prefix.count).split(separator: "/", omittingEmptySubsequences: false)
    // Behind each slash two digits stand for a character.
    let tunnel = parts.dropFirst().reduce(into: String(parts[0])) { tunnel, part in
      tunnel += (part.hasPrefix("3d") ? "=" : part.hasPrefix("2b") ? "+" : "?") + part.dropFirst(2)
    }
    return Self.name(for: tunnel) == name ? tunnel : nil
  }
}
