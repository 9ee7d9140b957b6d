import ConfigurationFile
import ControlProtocol
import Octets
import Testing

@testable import WindowsTunnel

/// What is looked at while a tunnel runs, and what another file changes.
struct RunningTunnelTests {
  private let windows = FakeWindows()
  private let automatic = office.replacing("MTU = 1400\n", with: "").replacing("192.0.2.1", with: "vpn.example")

  init() {
    windows.files["office.conf"] = automatic
    windows.hosts["vpn.example"] = IPAddress(v4: 0xc000_0201)
  }

  private func mtus() -> [String] { windows.steps.filter { $0.hasPrefix("interface") } }

  @Test func `the MTU is what fits the narrower of the default routes`() {
    windows.outerMTUs = [.v4: 1500, .v6: 1492]
    #expect(windows.run("run", "office.conf") == .done)
    #expect(mtus() == ["interface v4 mtu 1412 preferred", "interface v6 mtu 1412"])
  }

  @Test func `it follows them, and without one stays as it was`() {
    windows.outerMTUs = [.v4: 1500]
    windows.waits = 6
    windows.whileWaiting = { [windows] left in
      switch left {
      case 4: windows.outerMTUs = [.v4: 1400]
      case 2: windows.outerMTUs = [:]
      default: break
      }
    }
    #expect(windows.run("run", "office.conf") == .done)
    #expect(
      mtus() == [
        "interface v4 mtu 1420 preferred", "interface v6 mtu 1420",
        "interface v4 mtu 1320 preferred", "interface v6 mtu 1320",
      ])
  }

  @Test func `no interface gets less than its family needs`() {
    windows.outerMTUs = [.v4: 600]
    #expect(windows.run("run", "office.conf") == .done)
    #expect(mtus() == ["interface v4 mtu 576 preferred", "interface v6 mtu 1280"])
  }

  @Test func `a file's own MTU follows nothing`() {
    windows.files["office.conf"] = office
    windows.outerMTUs = [.v4: 1300]
    #expect(windows.run("run", "office.conf") == .done)
    #expect(mtus() == ["interface v4 mtu 1400 preferred", "interface v6 mtu 1400"])
  }

  /// A peer that has been sent so much, and shook hands so many seconds ago.
  private func answer(sent: UInt64, ago: UInt64?) -> [UInt8] {
    var peer = ConfigurationRequest()
    peer.add(.beginPeer(Octets32(repeating: 7)))
    peer.add(.endpoint(Endpoint(IPAddress(v4: 0xc000_0201), port: 51820)))
    var bytes = peer.bytes
    bytes.write(sent, at: 80 + 104, count: 8)
    if let ago { bytes.write((2_000_000_000 - ago + 11_644_473_600) * 10_000_000, at: 80 + 120, count: 8) }
    return bytes
  }

  @Test(arguments: [(135 as UInt64?, 1), (136, 2), (nil, 2)])
  func `the name of a peer that does not answer is looked up again`(_ ago: UInt64?, _ lookups: Int) throws {
    windows.answer = answer(sent: 148, ago: ago)
    windows.waits = 16
    windows.whileWaiting = { [windows] _ in windows.hosts["vpn.example"] = IPAddress(v4: 0xc000_0202) }
    #expect(windows.run("run", "office.conf") == .done)
    #expect(windows.steps.filter { $0 == "resolve vpn.example" }.count == lookups)
    #expect(windows.requests.count == lookups)
    guard lookups == 2 else { return }
    let request = try #require(ConfigurationAnswer(windows.requests[1]))
    #expect(request.facts(ofPeer: 80).endpoint == Endpoint(IPAddress(v4: 0xc000_0202), port: 51820))
    // Only a peer that is there.
    #expect(windows.requests[1].number(at: 80, count: 4) == 0x89)
    #expect(windows.said.last == "vpn.example:51820 has moved")
  }

  @Test func `one that nobody has sent anything since is not, and neither is one that is where it was told of`() {
    windows.answer = answer(sent: 148, ago: nil)
    windows.waits = 31
    #expect(windows.run("run", "office.conf") == .done)
    #expect(windows.steps.filter { $0 == "resolve vpn.example" }.count == 2)
    #expect(windows.requests.count == 1 && windows.said == ["tunnel office is up"])
  }

  @Test func `a name without an address is told, and the tunnel goes on`() {
    windows.answer = answer(sent: 148, ago: nil)
    windows.waits = 16
    windows.whileWaiting = { [windows] _ in windows.hosts = [:] }
    #expect(windows.run("run", "office.conf") == .done)
    #expect(windows.complaints.first?.contains("vpn.example:51820 cannot be looked up again") == true)
  }

  @Test func `a driver that was restarted gets everything again, if need be without new names`() {
    windows.waits = 4
    windows.driverRestarts = true
    windows.whileWaiting = { [windows] left in if left == 1 { windows.hosts = [:] } }
    #expect(windows.run("run", "office.conf") == .done)
    #expect(windows.requests.count == 2 && windows.requests[0] == windows.requests[1])
    #expect(windows.steps.filter { $0 == "up" }.count == 2 && windows.complaints.isEmpty)
    #expect(windows.steps.filter { $0 == "address 10.0.0.2/24" }.count == 2)
  }

  @Test func `what cannot be given again is tried until it can, and said once`() {
    windows.waits = 6
    windows.whileWaiting = { [windows] left in
      switch left {
      case 4:
        for adapter in windows.adapters.values { adapter.isUp = false }
        windows.failures["configure"] = .accessDenied
      case 1: windows.failures = [:]
      default: break
      }
    }
    #expect(windows.run("run", "office.conf") == .done)
    #expect(windows.steps.filter { $0 == "configure" }.count == 5, "once well, three times not, once well")
    #expect(windows.complaints.count == 1 && windows.complaints[0].contains("cannot be brought up again yet"))
    #expect(windows.adapters["office"]?.isUp == true)
  }

  @Test func `a file that was changed since is followed, and one that cannot be used is not`() {
    windows.outerMTUs = [.v4: 1500]
    windows.waits = 62
    windows.whileWaiting = { [windows, automatic] left in
      switch left {
      case 58: windows.files["office.conf"] = automatic + "\nNonsense = 1"
      case 30: windows.files["office.conf"] = office
      case 1: windows.outerMTUs = [.v4: 1400]
      default: break
      }
    }
    #expect(windows.run("run", "office.conf") == .done)
    #expect(mtus().count == 2, "the file's own MTU follows nothing: \(mtus())")
    #expect(windows.complaints.isEmpty)
  }

  @Test func `the end takes away what another process has given`() {
    windows.files["office.conf"] = office.replacing("Address = 10.0.0.2/24, fd00::2/64", with: "Address = 10.0.0.2/24")
      .replacing("10.0.0.0/24, 0.0.0.0/0, fd00::/64", with: "10.0.0.0/24").replacing(", fd00::1", with: "")
    #expect(windows.run("run", "office.conf") == .done)
    #expect(windows.steps.suffix(5) == ["names v4  ", "clear v4", "names v6  ", "clear v6", "close office"])
  }

  @Test func `another file changes only what is not the same`() {
    windows.files["office.conf"] = office
    windows.files["changed.conf"] = office.replacing("10.0.0.0/24, 0.0.0.0/0, fd00::/64", with: "10.9.0.0/16")
      .replacing("Address = 10.0.0.2/24, fd00::2/64", with: "Address = 10.0.0.2/24")
      .replacing("DNS = 10.0.0.1, fd00::1, corp.example", with: "DNS = 10.0.0.1")
    var before = 0
    windows.whileWaiting = { [windows] left in
      guard left == 1 else { return }
      before = windows.steps.count
      #expect(windows.run("configure", "office", "changed.conf") == .done)
    }
    #expect(windows.run("run", "office.conf") == .done)
    #expect(
      windows.steps[before...].prefix(12) == [
        "open office", "configuration", "configure", "no route 10.0.0.0/24", "no route 0.0.0.0/0",
        "interface v4 mtu 1400", "route 10.9.0.0/16", "names v4 10.0.0.1 ", "no route fd00::/64",
        "no address fd00::2/64", "names v6  ", "close office",
      ])
  }
}
