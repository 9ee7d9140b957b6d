import ConfigurationFile
import Testing
import Transaction
import TunnelPlan

/// What a file and a system come to, as the commands that a person would type.
@Suite struct TunnelPlanTests {
  static let key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE="
  static let facts = SystemFacts(nameServerTool: .resolvconf(prefix: ""))

  static func plan(
    _ interface: [String], allowed: String..., facts: SystemFacts = facts, name: String = "wg0",
    guarding: Guard = Guard(), mtuMode: MTUMode = .auto
  ) throws -> TunnelPlan {
    var lines = ["[Interface]"] + interface
    for prefixes in allowed { lines += ["[Peer]", "PublicKey = \(key)", "AllowedIPs = \(prefixes)"] }
    let text = lines.joined(separator: "\n") + "\n"
    let document = try ConfigurationDocument.read(Array(text.utf8), dialect: .wgQuick).document
    return try TunnelPlan(
      name: name, document: document, implementation: .portable(daemon: "/bin/needletaild"), facts: facts,
      guarding: guarding, mtuMode: mtuMode)
  }

  static func commands(_ plan: TunnelPlan) -> [String] { plan.steps.map { $0.text(for: plan.name, file: "wg0.conf") } }

  static let beginning = ["/bin/needletaild wg0", "needletail setconf wg0 <(needletail strip wg0.conf)"]
  static let usualStart = "ip link set mtu (that of the way to the peers, less 80) up dev wg0"

  struct Row: Sendable, CustomTestStringConvertible {
    let what: String
    let interface: [String]
    let allowed: String
    let commands: [String]
    var testDescription: String { what }
  }

  static let rows = [
    Row(
      what: "a file without anything", interface: [], allowed: "10.9.0.0/16",
      commands: [
        usualStart, "ip -4 route add 10.9.0.0/16 dev wg0",
      ]),
    Row(
      what: "addresses of both families and an MTU", interface: ["Address = 10.0.0.1/24, fd00::1/64", "MTU = 1300"],
      allowed: "10.9.0.0/16, fd01::/32",
      commands: [
        "ip -4 address add 10.0.0.1/24 dev wg0", "ip -6 address add fd00::1/64 dev wg0",
        "ip link set mtu 1300 up dev wg0", "ip -6 route add fd01::/32 dev wg0", "ip -4 route add 10.9.0.0/16 dev wg0",
      ]),
    Row(
      what: "prefixes that an address brings a route for", interface: ["Address = 10.0.0.1/24, fd00::1/64"],
      allowed: "10.0.0.2/32, 10.0.0.0/24, 10.0.0.0/16, fd00::/64, fd00::7/128, fd00::/16",
      commands: [
        "ip -4 address add 10.0.0.1/24 dev wg0", "ip -6 address add fd00::1/64 dev wg0", usualStart,
        "ip -4 route add 10.0.0.0/16 dev wg0", "ip -6 route add fd00::/16 dev wg0",
      ]),
    Row(
      what: "an IPv4 address alone, which brings no route, and an IPv6 one, which does",
      interface: ["Address = 10.0.0.1/32, fd00::1/128"], allowed: "10.0.0.1/32, fd00::1/128",
      commands: [
        "ip -4 address add 10.0.0.1/32 dev wg0", "ip -6 address add fd00::1/128 dev wg0", usualStart,
        "ip -4 route add 10.0.0.1/32 dev wg0",
      ]),
    Row(
      what: "host bits and a prefix twice", interface: [], allowed: "10.9.8.7/16, 10.9.0.0/16",
      commands: [usualStart, "ip -4 route add 10.9.0.0/16 dev wg0"]),
    Row(
      what: "a table by number, also for the default route", interface: ["Table = 1234", "Address = 10.0.0.1/24"],
      allowed: "0.0.0.0/0, 10.0.0.2/32",
      commands: [
        "ip -4 address add 10.0.0.1/24 dev wg0", usualStart, "ip -4 route add 10.0.0.2/32 dev wg0 table 1234",
        "ip -4 route add 0.0.0.0/0 dev wg0 table 1234",
      ]),
    Row(what: "no table", interface: ["Table = off"], allowed: "0.0.0.0/0, 10.0.0.2/32", commands: [usualStart]),
    Row(
      what: "name servers and domains", interface: ["DNS = 10.0.0.9, fd00::9, example.org", "Table = off"],
      allowed: "0.0.0.0/0",
      commands: [
        usualStart,
        "resolvconf -a wg0 -m 0 -x << END\nnameserver 10.0.0.9\nnameserver fd00::9\nsearch example.org\nEND",
      ]),
  ]

  @Test(arguments: rows)
  func `a file is turned into the commands of wg-quick`(row: Row) throws {
    let plan = try Self.plan(row.interface, allowed: row.allowed)
    #expect(Self.commands(plan) == Self.beginning + row.commands)
  }

  @Test func `commands of the file stand where wg-quick runs them, with the interface's name`() throws {
    let hooks = ["PostUp = echo %i up; echo 100%", "PreUp = a '%i%i'", "PreUp = b # c", "PostDown = x", "PreDown = y"]
    let plan = try Self.plan(hooks, allowed: "10.9.0.0/16")
    #expect(
      Self.commands(plan) == [
        "/bin/needletaild wg0", "a 'wg0wg0'", "b # c", Self.beginning[1], Self.usualStart,
        "ip -4 route add 10.9.0.0/16 dev wg0", "echo wg0 up; echo 100%",
      ])
    #expect(
      plan.steps[1].invocations(for: "wg0").first?.words.suffix(2) == ["-c", "a 'wg0wg0'"]
        && plan.steps[1].invocations(for: "wg0").first?.words.first == "bash")
  }

  @Test func `a default route gets a table and a mark of its own, rules, and a filter`() throws {
    let plan = try Self.plan(["Address = 10.0.0.1/24, fd00::1/64"], allowed: "0.0.0.0/0, ::/0")
    let steps = plan.steps.suffix(10)
    #expect(
      steps.map { $0.kind } == [
        "mark", "route", "rule", "rule", "source-marks", "filter", "route", "rule", "rule", "filter",
      ])
    #expect(
      Self.commands(plan).suffix(10).filter { !$0.hasPrefix("nft") } == [
        "needletail set wg0 fwmark 51820", "ip -4 route add 0.0.0.0/0 dev wg0 table 51820",
        "ip -4 rule add not fwmark 51820 table 51820", "ip -4 rule add table main suppress_prefixlength 0",
        "sysctl -q net.ipv4.conf.all.src_valid_mark=1", "ip -6 route add ::/0 dev wg0 table 51820",
        "ip -6 rule add not fwmark 51820 table 51820", "ip -6 rule add table main suppress_prefixlength 0",
      ])
    let filters = plan.steps.compactMap { step -> FilterTable? in
      if case .filter(let table) = step { table } else { nil }
    }
    #expect(filters.map { $0.family } == ["ip", "ip6"] && filters.allSatisfy { $0.name == "needletail-wg0" })
    #expect(filters[0].content.contains("iifname != \"wg0\" ip daddr 10.0.0.1 fib saddr type != local drop"))
    #expect(filters[1].content.contains("iifname != \"wg0\" ip6 daddr fd00::1 fib saddr type != local drop"))
    #expect(!filters[0].content.contains("fd00") && !filters[1].content.contains("10.0.0.1"))
  }

  @Test func `a mark of the file is the table's number, and 0 is none`() throws {
    let marked = try Self.plan(["FwMark = 0x64"], allowed: "0.0.0.0/0")
    #expect(Self.commands(marked).contains("ip -4 rule add not fwmark 100 table 100"))
    #expect(!marked.steps.contains { $0.kind == "mark" })
    let off = try Self.plan(["FwMark = off"], allowed: "0.0.0.0/0")
    #expect(off.steps.contains(.mark(51820)))
  }

  @Test func `a table that has routes is nobody else's`() throws {
    var facts = Self.facts
    facts.tables = [51820, 51821, 51823]
    #expect(try Self.plan([], allowed: "::/0", facts: facts).steps.contains(.mark(51822)))
  }

  @Test func `what the system lacks is said before anything is done`() throws {
    #expect(throws: PlanFault.noResolver) { try Self.plan(["DNS = 1.1.1.1"], facts: SystemFacts()) }
    #expect(throws: PlanFault.noFilter) { try Self.plan([], allowed: "::/0", facts: SystemFacts(hasFilter: false)) }
    _ = try Self.plan([], allowed: "10.0.0.0/8", facts: SystemFacts(hasFilter: false))
  }

  @Test func `systemd-resolved is told the interface's servers, and to ask them all when everything goes that way`()
    throws
  {
    let facts = SystemFacts(nameServerTool: .resolvectl)
    let some = try Self.plan(["DNS = 10.0.0.9, corp.example"], allowed: "10.0.0.0/8", facts: facts)
    #expect(Self.commands(some).contains("resolvectl dns wg0 10.0.0.9\nresolvectl domain wg0 corp.example"))
    let all = try Self.plan(["DNS = 10.0.0.9"], allowed: "0.0.0.0/0", facts: facts)
    #expect(Self.commands(all).contains { $0.hasSuffix("\nresolvectl domain wg0 '~.'") || $0.hasSuffix("wg0 ~.") })
  }

  @Test func `names that the packet filter does not take are spelled otherwise, and apart`() throws {
    let names = try ["a=b", "a+b", "a-b", "a.b"].map { name -> String in
      let plan = try Self.plan([], allowed: "::/0", name: name)
      guard case .filter(let table) = plan.steps.last else { return "" }
      return table.name
    }
    #expect(names == ["needletail-a/3db", "needletail-a/2bb", "needletail-a-b", "needletail-a.b"])
    #expect(names.map(FilterTable.tunnel) == ["a=b", "a+b", "a-b", "a.b"])
    for name in ["=", "+=+", "a", "2b", "needletail-"] {
      #expect(FilterTable.tunnel(of: FilterTable.name(for: name)) == name)
    }
    for other in ["needletail-", "needletail-a/b", "needletail-a/4db", "wg-quick-a", "filter", "needletail"] {
      #expect(FilterTable.tunnel(of: other) == nil)
    }
  }

  @Test func `every step comes back from a journal as it was`() throws {
    var all: [TunnelStep] = [
      .link(.native), .start(mtu: 1280), .hook("echo 'a  b' # c", name: ""), .hook("x", name: "PostUp 2"),
      .pathMTU(through: ["10.0.0.1", "fd00::1"]),
    ]
    all += try Self.plan(
      ["Address = 10.0.0.1/24", "DNS = 10.0.0.9, fd00::9, a.example, b.example", "PreUp = x"],
      allowed: "0.0.0.0/0, ::/0, 10.1.0.0/16"
    ).steps
    all += try Self.plan(["Table = 7"], allowed: "10.1.0.0/16").steps
    all += try Self.plan(["DNS = 10.0.0.9"], facts: SystemFacts(nameServerTool: .resolvectl)).steps
    for step in all { #expect(TunnelStep(step.action) == step) }
    #expect(Set(all.map { $0.kind }).count == 12, "each kind is among them")
    for words in [
      ["x"], ["4", "unmarked"], ["5", "unmarked", "1"], ["4", "unmarked", "-1"], ["4", "unmarked", "01"],
    ] {
      #expect(TunnelStep(.special(kind: "rule", words: words)) == nil)
    }
    #expect(TunnelStep(.special(kind: "nothing", words: [])) == nil && TunnelStep(.remove("x")) == nil)
  }

  @Test func `the path is probed at the end, through an address that is said or likely to answer`() throws {
    func last(_ mode: MTUMode, _ interface: [String], _ allowed: String) throws -> [String] {
      Array(Self.commands(try Self.plan(interface, allowed: allowed, mtuMode: mode)).suffix(2))
    }
    func command(_ addresses: String) -> String {
      "ip link set mtu (the largest that passes to \(addresses) and back) dev wg0"
    }
    #expect(
      try last(.probe("10.0.0.9"), ["PostUp = x"], "10.0.0.0/8") == [command("10.0.0.9"), "x"], "before PostUp")
    #expect(
      try last(.probe(nil), [], "10.0.0.0/8, fd00::1/128, 10.0.0.7/32") == [
        "ip -4 route add 10.0.0.0/8 dev wg0", command("fd00::1 or 10.0.0.7"),
      ])
    let servers = ["DNS = 192.0.2.1, 10.0.0.1, a.example"]
    #expect(try last(.probe(nil), servers, "10.0.0.0/8, 10.0.0.1/32").last == command("10.0.0.1"), "once")
    #expect(throws: PlanFault.nobodyToProbe) { try last(.probe(nil), ["DNS = 192.0.2.1"], "10.0.0.0/8") }
    #expect(try !last(.auto, [], "10.0.0.7/32").contains { $0.contains("passes") })
  }

  @Test func `an MTU is that of the widest way, less what a tunnel adds`() {
    #expect(PathMTU.inside(ways: [1500], defaultRoute: 9000) == 1420)
    #expect(PathMTU.inside(ways: [1300, 1492], defaultRoute: nil) == 1412)
    #expect(PathMTU.inside(ways: [], defaultRoute: 9000) == 8920)
    #expect(PathMTU.inside(ways: [], defaultRoute: nil) == 1420)
    #expect(PathMTU.inside(ways: [80], defaultRoute: nil) == 80)
  }
}
