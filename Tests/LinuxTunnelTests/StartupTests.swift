import Logging
import Testing

@testable import LinuxTunnel

/// What the command line and the environment may say.
@Suite struct StartupTests {
  @Test func `interface names are what the kernel takes`() {
    for name in ["wg0", "a", "fifteen-letters", "wg%d", "ü", "-", "..."] {
      #expect(InterfaceName(name)?.description == name)
    }
    for name in ["", "sixteen-letters-", ".", "..", "a/b", "a b", "a:b", "a\tb", "a\u{0}b", "üüüüüüüü"] {
      #expect(InterfaceName(name) == nil, "\(name)")
    }
  }

  @Test func `every offload has a switch, and only saying no turns it off`() {
    #expect(OffloadSwitches(environment: [:]) == OffloadSwitches())
    #expect(OffloadSwitches(environment: ["NEEDLETAIL_GSO": "on", "NEEDLETAIL_GRO": ""]) == OffloadSwitches())
    for word in ["off", "OFF", "0", "no", "false"] {
      var expected = OffloadSwitches()
      expected.segmentation = false
      #expect(OffloadSwitches(environment: ["NEEDLETAIL_GSO": word]) == expected)
      expected = OffloadSwitches()
      expected.coalescing = false
      #expect(OffloadSwitches(environment: ["NEEDLETAIL_GRO": word]) == expected)
      expected = OffloadSwitches()
      expected.tun = false
      #expect(OffloadSwitches(environment: ["NEEDLETAIL_TUN_OFFLOAD": word]) == expected)
      expected = OffloadSwitches()
      expected.tunUDP = false
      #expect(OffloadSwitches(environment: ["NEEDLETAIL_USO": word]) == expected)
    }
  }

  @Test func `log levels are those of the other implementations`() {
    #expect(DaemonLog.level(named: nil) == .error)
    #expect(DaemonLog.level(named: "error") == .error)
    #expect(DaemonLog.level(named: "verbose") == .debug)
    #expect(DaemonLog.level(named: "debug") == .debug)
    #expect(DaemonLog.level(named: "silent") == nil)
    #expect(DaemonLog.level(named: "nonsense") == .error)
  }
}
