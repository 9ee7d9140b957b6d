import Testing

/// The Internet Protocol version of an address, outside or inside the tunnel.
enum Family: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case v4, v6
  var testDescription: String { self == .v4 ? "IPv4" : "IPv6" }

  /// Bytes of the IP header.
  var header: Int { self == .v4 ? 20 : 40 }
}

/// One address of each family.
struct Addresses: Sendable {
  let v4: String
  let v6: String

  subscript(family: Family) -> String { family == .v4 ? v4 : v6 }

  /// The addresses of host `side` on the network between the two sites of pair `number`.
  static func outer(_ number: Int, side: Int) -> Addresses {
    Addresses(v4: "10.77.\(number).\(side)", v6: "fd77:\(number)::\(side)")
  }

  /// The addresses of host `side` inside the tunnel of pair `number`.
  static func inner(_ number: Int, side: Int) -> Addresses {
    Addresses(v4: "10.88.\(number).\(side)", v6: "fd88:\(number)::\(side)")
  }
}

/// Lines of shell that wait until the kernel answers on an IPv6 address: it enters the route for it a while after the
/// address was added.
func settling(_ address: String) -> String {
  "until ip -6 route show table local | grep -q '^local \(address) '; do sleep 0.02; done"
}

/// An endpoint as `wg` writes it.
func endpoint(_ address: String, _ port: UInt16) -> String {
  address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
}

/// A network stack of its own in which a tunnel end lives, with the link `eth0` to the other site.
protocol Site: Sendable {
  /// Where the probe is in this site's file system.
  var probe: String { get }

  /// Runs a program there and returns its outcome whatever its status.
  func outcome(_ command: Command, within patience: Duration) async throws -> Command.Outcome
}

extension Site {
  /// Runs a program there; any status but zero is a failure. Returns what it printed.
  @discardableResult
  func run(_ arguments: String..., input: String = "", within patience: Duration = .seconds(60)) async throws -> String
  {
    var command = Command(arguments)
    command.input = input
    let outcome = try await outcome(command, within: patience)
    guard outcome.status == 0 else { throw Command.Failure(arguments: arguments, outcome: outcome) }
    return outcome.output
  }

  /// Runs lines of shell there, ending at the first that fails.
  @discardableResult
  func script(_ lines: String, input: String = "", within patience: Duration = .seconds(60)) async throws -> String {
    try await run("sh", "-e", "-c", lines, input: input, within: patience)
  }

  /// Gives `eth0` these addresses in addition to those it has.
  func assign(_ addresses: Addresses) async throws {
    try await script(
      """
      ip address add \(addresses.v4)/24 dev eth0
      ip address add \(addresses.v6)/64 dev eth0 nodad
      \(settling(addresses.v6))
      """)
  }

  /// Takes the old addresses away from `eth0`, then gives it the others. The other order would not do: a second
  /// address of a network goes when the first is taken away.
  func move(from old: Addresses, to other: Addresses) async throws {
    try await script(
      """
      ip address del \(old.v4)/24 dev eth0
      ip address del \(old.v6)/64 dev eth0
      ip address add \(other.v4)/24 dev eth0
      ip address add \(other.v6)/64 dev eth0 nodad
      \(settling(other.v6))
      """)
  }
}

/// A network namespace of this machine.
struct Namespace: Site {
  let name: String
  var probe: String { Probe.path }

  /// Makes a namespace with nothing but its loopback in it.
  static func create() async throws -> Namespace {
    let namespace = Namespace(name: Laboratory.namespaceName())
    try await Command("ip", "netns", "add", namespace.name).run()
    try await namespace.run("ip", "link", "set", "lo", "up")
    return namespace
  }

  /// Ends every process in it and removes it with all its links.
  func delete() async { await Laboratory.remove(namespace: name) }

  /// Joins two namespaces with a cable: `eth0` in this one, `link` in the other.
  func cable(to other: Namespace, link: String = "eth0") async throws {
    try await Command(
      "ip", "link", "add", "eth0", "netns", name, "type", "veth", "peer", "name", link, "netns", other.name
    ).run()
    try await run("ip", "link", "set", "eth0", "up")
    try await other.run("ip", "link", "set", link, "up")
  }

  /// The command that runs `command` inside.
  func entering(_ command: Command) -> Command {
    var inside = command
    inside.arguments = ["ip", "netns", "exec", name] + command.arguments
    return inside
  }

  func outcome(_ command: Command, within patience: Duration) async throws -> Command.Outcome {
    try await entering(command).outcome(within: patience)
  }
}
