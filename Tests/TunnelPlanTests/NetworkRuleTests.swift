import Testing
import TunnelPlan

@Suite struct NetworkRuleTests {
  private static func rule(_ lines: String...) throws(GuardSettingFault) -> NetworkRule? {
    let text = ["[Interface]"] + lines.map { "# Needletail: \($0)" }
    return try GuardSettings(file: Array(text.joined(separator: "\n").utf8)).networks
  }

  /// Scripted events: on these networks, one after the other, the tunnel does this.
  @Test(
    arguments: [
      (["UpOn = any"], "up up up stays"), (["DownOn = Home"], "down up down stays"),
      (["UpOn = Cafe"], "down up up stays"), (["UpOn = Cafe", "DownOn = Home"], "down up down stays"),
      (["UpOn = any", "DownOn = Home, Cafe"], "down down down stays"), (["UpOn = Office"], "down down down stays"),
      (["UpOn = Home, any"], "up up up stays"), (["DownOn = home"], "up up up stays"),
    ] as [([String], String)])
  func `a rule decides on each network`(lines: [String], expected: String) throws {
    let text = ["[Interface]"] + lines.map { "# Needletail: \($0)" }
    let rule = try #require(try GuardSettings(file: Array(text.joined(separator: "\n").utf8)).networks)
    let events: [Set<String>] = [["Home"], ["Cafe"], ["Home", "Cafe"], []]
    #expect(events.map { "\(rule.decision(on: $0))" }.joined(separator: " ") == expected)
  }

  @Test func `names are taken as they are, from several lines`() throws {
    #expect(try Self.rule("KillSwitch = off") == nil)
    let rule = try Self.rule("UpOn =  Café du Nord ,a=b", "downon = x", "UPON=ANY", "DownOn= Y y")
    #expect(rule == NetworkRule(isUpElsewhere: true, upOn: ["Café du Nord", "a=b"], downOn: ["x", "Y y"]))
    for wrong in ["UpOn =", "UpOn", "DownOn = a,,b", "DownOn = a,", "UpOn = " + String(repeating: "x", count: 240)] {
      let fault = #expect(throws: GuardSettingFault.self) { try Self.rule(wrong) }
      #expect(fault?.kind == .noNetworks && fault?.line == 2, "\(wrong)")
    }
  }

  @Test func `the longest name that is read can be written`() throws {
    let lengths = (200...256).filter { length in
      let name = String(repeating: "x", count: length)
      // Without a blank, there is more room for it than in what is written.
      guard let rule = try? Self.rule("DownOn=\(name)") else { return false }
      var said = GuardSettings()
      said.networks = rule
      #expect(throws: Never.self) { try Self.rule(String(said.lines[0].dropFirst("# Needletail: ".count))) }
      return true
    }
    #expect(lengths == Array(200...234))
  }

  @Test func `what is written is read the same`() throws {
    for rule in [
      NetworkRule(isUpElsewhere: true), NetworkRule(upOn: ["a b", "c"]), NetworkRule(downOn: ["Home"]),
      NetworkRule(isUpElsewhere: true, upOn: ["a"], downOn: ["b", "c"]),
      NetworkRule(upOn: (1...40).map { "Network \($0)" }, downOn: (1...40).map { "Café \($0)" }),
    ] {
      var said = GuardSettings()
      said.networks = rule
      #expect(try GuardSettings(file: Array((["[Interface]"] + said.lines).joined(separator: "\n").utf8)) == said)
    }
  }
}
