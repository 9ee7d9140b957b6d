import Testing
import TunnelPlan

/// The kill switch and its relatives, as far as they are a table of the packet filter.
@Suite struct GuardTests {
  private func table(
    _ guarding: Guard, _ interface: [String] = [], allowed: String = "0.0.0.0/0"
  ) throws -> (place: Int, table: FilterTable)? {
    let steps = try TunnelPlanTests.plan(interface, allowed: allowed, guarding: guarding).steps
    for (place, step) in steps.enumerated() {
      if case .filter(let table) = step, table.family == "inet" { return (place, table) }
    }
    return nil
  }

  @Test func `without being asked for, there is none`() throws {
    #expect(try table(Guard()) == nil)
    #expect(try table(Guard(allowsLAN: true)) == nil)
  }

  @Test func `a table that only fits segments is no switch that is thrown`() throws {
    let (_, segments) = try #require(try table(Guard(clampsSegments: true)))
    let (_, thrown) = try #require(try table(Guard(killSwitch: .auto, clampsSegments: true)))
    #expect(segments.isGuard && !FilterTable.isThrown(listing: segments.content))
    #expect(thrown.isGuard && FilterTable.isThrown(listing: thrown.content))
    #expect(thrown.removal == FilterTable.guarding("wg0").removal)
  }

  @Test func `auto is for tunnels that are a default route, strict for all`() throws {
    let rows: [(interface: [String], allowed: String, isAuto: Bool)] = [
      ([], "0.0.0.0/0", true), ([], "::/0, 10.0.0.0/8", true), ([], "10.0.0.0/8", false),
      (["Table = off"], "0.0.0.0/0", false), (["Table = 7"], "0.0.0.0/0", false), (["Table = auto"], "::/0", true),
    ]
    for row in rows {
      #expect(try (table(Guard(killSwitch: .auto), row.interface, allowed: row.allowed) != nil) == row.isAuto, "\(row)")
      #expect(try table(Guard(killSwitch: .strict), row.interface, allowed: row.allowed) != nil, "\(row)")
    }
  }

  @Test func `it stands before the tunnel has addresses, and lets the tunnel's own datagrams out by their mark`() throws
  {
    for (mark, lines) in [(51820, ["Address = 10.0.0.1/24"]), (7, ["Address = 10.0.0.1/24", "FwMark = 7"])] {
      for mode in [Guard.KillSwitch.auto, .strict] {
        let plan = try TunnelPlanTests.plan(lines, allowed: "0.0.0.0/0", guarding: Guard(killSwitch: mode))
        let (place, table) = try #require(try table(Guard(killSwitch: mode), lines))
        let kinds = plan.steps.map { $0.kind }
        #expect(place < kinds.firstIndex(of: "address")! && place > kinds.firstIndex(of: "configuration")!)
        #expect(table.content.contains("meta l4proto udp meta mark \(mark) accept\n"))
        #expect(plan.steps.filter { $0.kind == "mark" } == (mark == 7 ? [] : [.mark(51820)]), "once")
      }
    }
    let split = try TunnelPlanTests.plan([], allowed: "10.0.0.0/8", guarding: Guard(killSwitch: .strict))
    #expect(split.steps.contains(.mark(51820)), "a mark without a default route")
  }

  @Test func `what leaves and what passes is dropped at last, and the local network only counts when it may`() throws {
    let (_, denied) = try #require(try table(Guard(killSwitch: .auto)))
    let (_, allowed) = try #require(try table(Guard(killSwitch: .auto, allowsLAN: true)))
    for table in [denied, allowed] {
      #expect(table.content.split(separator: "counter drop\n  }\n", omittingEmptySubsequences: false).count == 3)
    }
    #expect(!denied.content.contains("192.168.0.0/16") && !denied.content.contains("fc00::/7"))
    #expect(allowed.content.split(separator: "192.168.0.0/16").count == 3 && allowed.content.contains("fc00::/7"))
  }

  @Test func `segments are clamped without a kill switch`() throws {
    let (_, table) = try #require(try table(Guard(clampsSegments: true), allowed: "10.0.0.0/8"))
    #expect(table.content.contains("maxseg size set rt mtu") && !table.content.contains("drop"))
    #expect(throws: PlanFault.noFilterForGuard) {
      try TunnelPlanTests.plan([], facts: SystemFacts(hasFilter: false), guarding: Guard(clampsSegments: true))
    }
  }
}
