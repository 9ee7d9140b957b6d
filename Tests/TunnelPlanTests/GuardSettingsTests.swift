import Testing
import TunnelPlan

@Suite struct GuardSettingsTests {
  private static func settings(_ lines: String...) throws(GuardSettingFault) -> GuardSettings {
    try GuardSettings(file: Array(lines.joined(separator: "\n").utf8))
  }

  @Test func `what a file says is read, in any case and with any blanks`() throws {
    let said = try Self.settings(
      "[Interface]", "PrivateKey = x", "# Needletail: KillSwitch = strict", "#needletail:lan=ALLOW\r",
      "  ##  NEEDLETAIL:  ClampMSS  =  true  ", "[Peer]", "# a comment")
    #expect(said.killSwitch == .strict && said.allowsLAN == true && said.clampsSegments == true)
    #expect(try Self.settings("\u{feff}[interface] # mine", "# Needletail: KillSwitch = auto").killSwitch == .auto)
    #expect(try Self.settings("[Peer]", "[ Interface ]", "# Needletail: KillSwitch = off").killSwitch == .off)
    #expect(try Self.settings("# KillSwitch = strict", "[Interface]", "KillSwitch # Needletail: x") == GuardSettings())
    #expect(try Self.settings("[Interface]", "# Needletail: MTUMode = Probe").mtuMode == .probe(nil))
    #expect(try Self.settings("[Interface]", "#needletail:MTUMODE=\tauto ").mtuMode == .auto)
    let six = try Self.settings("[Interface]", "# Needletail: MTUMode = probe  FD00:0::1\r")
    #expect(six.mtuMode == .probe("fd00::1"))
    #expect(try GuardSettings(file: [0xff, 0xfe, 0x0a, 0x23, 0xff]) == GuardSettings())
  }

  /// X must be an error; otherwise a switch that is misspelt is off and nobody knows.
  @Test func `what is no setting is an error with its line`() {
    let rows: [(line: String, kind: GuardSettingFault.Kind)] = [
      ("# Needletail: KillSwich = strict", .noSetting), ("# Needletail: KillSwitch strict", .noSetting),
      ("# Needletail:", .noSetting), ("# Needletail: KillSwitch = strict = auto", .noSetting),
      ("# Needletail: KillSwitch = on", .noKillSwitch), ("# Needletail: KillSwitch =", .noKillSwitch),
      ("# Needletail: LAN = true", .noLAN), ("# Needletail: ClampMSS = yes", .noClampMSS),
      ("# Needletail: KillSwitch = strict # always", .noKillSwitch),
      ("# Needletail: " + String(repeating: "x", count: 1000), .noSetting),
    ]
    for row in rows {
      let fault = #expect(throws: GuardSettingFault.self) { try Self.settings("[Interface]", "", row.line) }
      #expect(fault?.kind == row.kind && fault?.line == 3, "\(row.line)")
      #expect(fault?.words.hasPrefix("line 3: ") == true)
    }
    for mode in ["", "prob", "probe x", "probe 10.0.0.1 10.0.0.2", "auto 10.0.0.1", "probe 10.0.0.1/32", "1400"] {
      let line = "# Needletail: MTUMode = \(mode)"
      let fault = #expect(throws: GuardSettingFault.self) { try Self.settings("[Interface]", line) }
      #expect(fault?.kind == .noMTUMode, "\(line)")
    }
    let one = "# Needletail: KillSwitch = strict"
    #expect(throws: GuardSettingFault.self) { try Self.settings("[Interface]", one, one) }
    #expect(throws: GuardSettingFault.self) { try Self.settings(one, "[Interface]") }
    #expect(throws: GuardSettingFault.self) { try Self.settings("[Interface]", "[Peer]", one) }
  }

  @Test func `options are stronger than the file, and the file than nothing`() throws {
    var said = GuardSettings()
    #expect(said.guarding() == Guard())
    (said.killSwitch, said.allowsLAN) = (.strict, true)
    #expect(said.guarding() == Guard(killSwitch: .strict, allowsLAN: true))
    var option = GuardSettings()
    (option.killSwitch, option.clampsSegments) = (.off, true)
    #expect(said.guarding(under: option) == Guard(killSwitch: .off, allowsLAN: true, clampsSegments: true))
  }

  @Test func `lines that are written are read the same`() throws {
    for killSwitch in [nil] + Guard.KillSwitch.allCases.map(Optional.some) {
      for allows in [nil, true, false] {
        var said = GuardSettings()
        (said.killSwitch, said.allowsLAN, said.clampsSegments) = (killSwitch, allows, allows)
        for mode in [nil, .auto, .probe(nil), .probe("10.0.0.1"), .probe("fd00::1")] as [MTUMode?] {
          said.mtuMode = mode
          #expect(try GuardSettings(file: Array((["[Interface]"] + said.lines).joined(separator: "\n").utf8)) == said)
        }
      }
    }
  }
}
