public import ConfigurationFile
internal import Octets

/// What bringing a tunnel up takes: steps, from what its file says and what the system has.
///
/// Nothing is asked of the system here, and nothing is changed. Two things are found only while the steps are performed: the
/// addresses of endpoints that are names, and an MTU that is not in the file.
public struct TunnelPlan: Equatable, Sendable {
  /// The interface.
  public let name: String
  /// The steps, in the order of wg-quick (protocol.md §25).
  public private(set) var steps: [TunnelStep]

  /// The plan for `name`.
  ///
  /// - Throws: when the system lacks what the file asks for. Nothing is to be done then.
  public init(
    name: String, document: ConfigurationDocument, implementation: TunnelImplementation, facts: SystemFacts,
    guarding: Guard = Guard(), mtuMode: MTUMode = .auto
  ) throws(PlanFault) {
    let interface = document.interface
    let routes = Routes(document)
    self.name = name
    steps = [.link(implementation)]
    steps += TunnelStep.hooks("PreUp", interface.preUp.map { "\($0)" })
    steps.append(.configuration)
    // Before anything can leave the tunnel's addresses.
    let isThrown = guarding.killSwitch == .strict || (guarding.killSwitch == .auto && routes.areDefault)
    let mark = routes.mark(facts)
    if let table = FilterTable.guarding(name, guarding, mark: isThrown ? mark : nil) {
      guard facts.hasFilter else { throw .noFilterForGuard }
      if isThrown && !routes.isMarked { steps.append(.mark(mark)) }
      steps.append(.filter(table))
    }
    steps += interface.addresses.map { .address($0.text) }
    steps.append(.start(mtu: interface.mtu))
    if !interface.dns.isEmpty { steps.append(.nameServers(try Self.names(interface, routes, facts))) }
    steps += try routes.steps(for: name, facts, isMarked: isThrown)
    if case .probe(let address) = mtuMode {
      let addresses = address.map { [$0] } ?? document.likelyToAnswer
      guard !addresses.isEmpty else { throw .nobodyToProbe }
      steps.append(.pathMTU(through: addresses))
    }
    steps += TunnelStep.hooks("PostUp", interface.postUp.map { "\($0)" })
  }

  /// The table of the packet filter that guards the tunnel; nil when there is none.
  public var guardTable: FilterTable? {
    for case .filter(let table) in steps where table.isGuard { return table }
    return nil
  }

  private static func names(
    _ interface: ConfigurationDocument.Interface, _ routes: Routes, _ facts: SystemFacts
  ) throws(PlanFault) -> NameServers {
    guard let tool = facts.nameServerTool else { throw .noResolver }
    var servers: [String] = []
    var domains: [String] = []
    for entry in interface.dns {
      if case .server = entry { servers.append(entry.text) } else { domains.append(entry.text) }
    }
    return NameServers(
      tool: tool, servers: servers, domains: domains, isForAll: routes.prefixes.contains { $0.length == 0 })
  }
}

/// What the system has, as far as a plan depends on it.
public struct SystemFacts: Equatable, Sendable {
  /// The numbers of routing tables that have routes.
  public var tables: Set<UInt32>
  /// What tells the resolver about name servers; nil when nothing does.
  public var nameServerTool: NameServers.Tool?
  /// Whether there is a packet filter to be told: `nft`.
  public var hasFilter: Bool

  /// The facts.
  public init(tables: Set<UInt32> = [], nameServerTool: NameServers.Tool? = nil, hasFilter: Bool = true) {
    self.tables = tables
    self.nameServerTool = nameServerTool
    self.hasFilter = hasFilter
  }
}

/// What the system lacks.
public enum PlanFault: UInt8, Error, Sendable {
  /// The file has name servers, and there is nobody to tell.
  case noResolver
  /// A default route needs the packet filter.
  case noFilter
  /// So does a guard.
  case noFilterForGuard
  /// No address is known that could answer an echo.
  case nobodyToProbe

  /// What is wrong and what to do.
  public var words: String {
    switch self {
    case .noResolver:
      "the file has DNS, and neither resolvconf nor resolvectl is here: install one (Debian: openresolv), or remove the "
        + "line"
    case .noFilter:
      "the file sends everything into the tunnel, for which nft is needed: install nftables, or write Table = off"
    case .nobodyToProbe:
      "MTUMode = probe takes an address behind a peer that answers ping, and the file has neither a name server there nor "
        + "a peer with one address: write MTUMode = probe ADDRESS"
    case .noFilterForGuard: "a kill switch and clamped segments take nft: install nftables"
    }
  }
}
