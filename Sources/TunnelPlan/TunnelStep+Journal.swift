public import Transaction

// Steps as a journal has them: a kind and words.

extension TunnelStep {
  /// The step as one of a transaction.
  public var action: Action { .special(kind: kind, words: words) }

  /// The step that a journal tells of; nil when it is none of a tunnel's.
  public init?(_ action: Action) {
    guard case .special(let kind, let words) = action, let step = Self.step(kind, words), step.words == words else {
      return nil
    }
    self = step
  }

  /// What the step is called.
  public var kind: String {
    switch self {
    case .link: "link"
    case .hook: "hook"
    case .configuration: "configuration"
    case .address: "address"
    case .start: "start"
    case .pathMTU: "path-mtu"
    case .nameServers: "name-servers"
    case .mark: "mark"
    case .route: "route"
    case .rule: "rule"
    case .sourceMarks: "source-marks"
    case .filter: "filter"
    }
  }

  private var words: [String] {
    switch self {
    case .link(.native), .configuration: []
    case .link(.portable(let daemon)): [daemon]
    case .hook(let line, let name): name.isEmpty ? [line] : [line, name]
    case .address(let address): [address]
    case .start(let mtu): mtu.map { ["\($0)"] } ?? []
    case .pathMTU(let addresses): addresses
    case .nameServers(let names):
      names.tool.words + ["\(names.isForAll)", "\(names.servers.count)"] + names.servers + names.domains
    case .mark(let mark), .sourceMarks(let mark): ["\(mark)"]
    case .route(let prefix, let table): [prefix] + (table.map { [$0] } ?? [])
    case .rule(let rule): [rule.family.rawValue, rule.kind.rawValue, "\(rule.mark)"]
    case .filter(let table): [table.family, table.name, table.content]
    }
  }

  private static func step(_ kind: String, _ words: [String]) -> TunnelStep? {
    let number = words.first.flatMap { UInt32($0) }
    return switch (kind, words.count) {
    case ("link", 0): .link(.native)
    case ("link", 1): .link(.portable(daemon: words[0]))
    // As journals had it before hooks had names.
    case ("hook", 1): .hook(words[0], name: "")
    case ("hook", 2): .hook(words[0], name: words[1])
    case ("configuration", 0): .configuration
    case ("address", 1): .address(words[0])
    case ("start", 0): .start(mtu: nil)
    case ("start", 1): number.map { .start(mtu: $0) }
    case ("path-mtu", 1...): .pathMTU(through: words)
    case ("name-servers", _): NameServers(words: words).map { .nameServers($0) }
    case ("mark", 1): number.map { .mark($0) }
    case ("source-marks", 1): number.map { .sourceMarks(mark: $0) }
    case ("route", 1...2): .route(words[0], table: words.count > 1 ? words[1] : nil)
    case ("rule", 3): PolicyRule(words: words).map { .rule($0) }
    case ("filter", 3): .filter(FilterTable(family: words[0], name: words[1], content: words[2]))
    default: nil
    }
  }
}

extension PolicyRule {
  fileprivate init?(words: [String]) {
    guard let family = AddressFamily(rawValue: words[0]), let kind = Kind(rawValue: words[1]),
      let mark = UInt32(words[2])
    else { return nil }
    self.init(family: family, kind: kind, mark: mark)
  }
}

extension NameServers {
  fileprivate init?(words: [String]) {
    guard words.count >= 4, let tool = Tool(words: Array(words.prefix(2))), let isForAll = Bool(words[2]),
      let count = Int(words[3]), count >= 0, count <= words.count - 4
    else { return nil }
    self.init(
      tool: tool, servers: Array(words[4..<4 + count]), domains: Array(words[(4 + count)...]), isForAll: isForAll)
  }
}

extension NameServers.Tool {
  fileprivate var words: [String] {
    switch self {
    case .resolvconf(let prefix): ["resolvconf", prefix]
    case .resolvectl: ["resolvectl", ""]
    }
  }

  fileprivate init?(words: [String]) {
    switch words[0] {
    case "resolvconf": self = .resolvconf(prefix: words[1])
    case "resolvectl" where words[1].isEmpty: self = .resolvectl
    default: return nil
    }
  }
}
