/// One step of bringing a tunnel up. What takes it back is in the words of each case; what a case says nothing about goes
/// with the interface.
public enum TunnelStep: Equatable, Sendable {
  /// Makes the interface, which does not exist; undone by removing it, and with it its addresses and routes.
  case link(TunnelImplementation)
  /// Runs a line of the file in bash; its name says which, since the line may have secrets in it. Not undone: the file has
  /// lines for that.
  case hook(String, name: String)
  /// Gives the tunnel its keys, its port and its peers. They are secret, so that no word of them is here.
  case configuration
  /// Gives the interface an address with the length of its network, as text.
  case address(String)
  /// Starts the interface, with this MTU; nil is one that fits the ways to the peers.
  case start(mtu: UInt32?)
  /// Gives the interface the largest MTU whose packets pass to one of these addresses and back.
  case pathMTU(through: [String])
  /// Tells the system's resolver about name servers and search domains; undone by taking them from it.
  case nameServers(NameServers)
  /// Marks the tunnel's own datagrams.
  case mark(UInt32)
  /// Sends what is for a prefix into the tunnel, in the main table or in the one that is named.
  case route(String, table: String?)
  /// Adds a rule that chooses between tables; undone by removing it.
  case rule(PolicyRule)
  /// Has the kernel heed marks when it checks sources; undone when no other tunnel needs it.
  case sourceMarks(mark: UInt32)
  /// Loads a table of the packet filter; undone by removing the table.
  case filter(FilterTable)

  /// The lines of one key of a file, with names: the key and which of its lines it is, as in `PostUp 1`.
  public static func hooks(_ key: String, _ lines: [String]) -> [TunnelStep] {
    lines.enumerated().map { .hook($1, name: "\(key) \($0 + 1)") }
  }
}

/// Who serves a tunnel.
public enum TunnelImplementation: Equatable, Sendable {
  /// The kernel's own WireGuard.
  case native
  /// A daemon, by its path.
  case portable(daemon: String)
}

/// The version of the Internet Protocol that a step is about.
public enum AddressFamily: String, Equatable, Sendable, CaseIterable {
  case v4 = "4"
  case v6 = "6"

  /// The family of an address or a prefix.
  init(of text: String) { self = text.utf8.contains(UInt8(ascii: ":")) ? .v6 : .v4 }

  /// The option of `ip` for the family.
  public var option: String { "-" + rawValue }
}

/// A rule that chooses between routing tables. The mark is that of the tunnel whose rule it is.
public struct PolicyRule: Equatable, Sendable {
  /// What a rule says.
  public enum Kind: String, Sendable {
    /// Packets without the mark take the table of the mark's number.
    case unmarked
    /// The main table counts but for its default route. All tunnels share the rule.
    case mainButDefault
  }

  /// The packets it is about.
  public let family: AddressFamily
  /// What it says.
  public let kind: Kind
  /// The mark of the tunnel's own datagrams.
  public let mark: UInt32

  /// The rule as `ip rule add` and `ip rule delete` understand it.
  public var selector: [String] {
    switch kind {
    case .unmarked: ["not", "fwmark", "\(mark)", "table", "\(mark)"]
    case .mainButDefault: ["table", "main", "suppress_prefixlength", "0"]
    }
  }
}

/// A table of the packet filter that is of one tunnel.
public struct FilterTable: Equatable, Sendable {
  /// `ip`, `ip6` or `inet`.
  public let family: String
  /// The table's name.
  public let name: String
  /// What is in the table, as `nft` reads it.
  public let content: String

  /// The lines that load the table, in the place of one that is there.
  public var loading: String { removal + "table \(family) \(name) {\n\(content)}\n" }

  /// The lines that remove the table, whether it is there or not.
  public var removal: String { "add table \(family) \(name)\ndelete table \(family) \(name)\n" }
}

/// Who is asked about names, and for which.
public struct NameServers: Equatable, Sendable {
  /// The program that tells the resolver.
  public enum Tool: Equatable, Sendable {
    /// resolvconf or openresolv; it knows the interface by its name behind this prefix.
    case resolvconf(prefix: String)
    /// The one of systemd-resolved.
    case resolvectl
  }

  /// The program.
  public let tool: Tool
  /// The addresses, in their order.
  public let servers: [String]
  /// The domains to search in.
  public let domains: [String]
  /// Whether all names are asked of these servers.
  public let isForAll: Bool
}
