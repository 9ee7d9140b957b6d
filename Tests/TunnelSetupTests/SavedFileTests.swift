import ConfigurationFile
import Testing
import TunnelPlan
import TunnelReport

@testable import TunnelSetup

@Suite struct SavedFileTests {
  private func page(
    _ document: ConfigurationDocument, _ state: TunnelState, settings: GuardSettings = GuardSettings(),
    addresses: [String] = [], mtu: UInt32?
  ) -> SecretBytes {
    let live = SecretBytes()
    state.printConfiguration(into: live)
    return SavedFile.page(document, settings: settings, live: live, addresses: addresses, mtu: mtu)
  }

  @Test func `a saved file has what only files know, and the rest as the tunnel has it`() throws {
    let text = """
      # lost
      [Interface]
      Address = 10.0.0.1/24
      MTU = 1300
      DNS = 10.0.0.9, example.org
      Table = 7
      PostUp = echo '%i' # kept
      SaveConfig = true
      """
    let document = try ConfigurationDocument.read(Array(text.utf8), dialect: .wgQuick).document
    var state = TunnelState(name: "wg0")
    state.listenPort = 5
    state.fwmark = 51820
    let page = page(document, state, addresses: ["10.0.0.1/24", "10.0.0.2/32", "fe80::1/64"], mtu: 1400)
    #expect(
      page.text == """
        [Interface]
        Address = 10.0.0.1/24
        Address = 10.0.0.2/32
        DNS = 10.0.0.9
        DNS = example.org
        MTU = 1400
        Table = 7
        SaveConfig = true
        PostUp = echo '%i' # kept
        ListenPort = 5


        """)
    let again = try ConfigurationDocument.read(Array(page.text.utf8), dialect: .wgQuick).document
    #expect(again.interface.dns == document.interface.dns && again.interface.postUp == document.interface.postUp)
  }

  @Test func `a mark of the file stays, and no MTU comes where none was`() throws {
    let document = try ConfigurationDocument.read(Array("[Interface]\nFwMark = 7\n".utf8), dialect: .wgQuick).document
    var state = TunnelState(name: "wg0")
    state.fwmark = 7
    #expect(
      page(document, state, mtu: 1420).text == "[Interface]\nFwMark = 0x7\n\n")
  }

  @Test func `what a file says in comments of ours stays`() throws {
    let lines = [
      "# Needletail: KillSwitch = strict", "# Needletail: LAN = allow", "# Needletail: ClampMSS = true",
      "# Needletail: MTUMode = probe 10.0.0.9", "# Needletail: UpOn = any", "# Needletail: DownOn = Home",
      "# Needletail: DownOn = Office",
    ]
    let file = Array((["[Interface]"] + lines).joined(separator: "\n").utf8)
    let page = page(
      ConfigurationDocument(), TunnelState(name: "wg0"), settings: try GuardSettings(file: file), mtu: nil)
    #expect(page.text == "[Interface]\n" + lines.joined(separator: "\n") + "\n\n")
  }

  @Test func `resolvconf's list of interfaces says under which name a tunnel is known`() {
    #expect(ResolvconfOrder.prefix(in: "# comment *\nlo.inet6\nlo.inet\ntun*\ntap*\neth*\n") == "tun.")
    #expect(ResolvconfOrder.prefix(in: "lo.*\nlo\n*\na b*\n") == "")
    #expect(ResolvconfOrder.prefix(in: "") == "")
  }
}
