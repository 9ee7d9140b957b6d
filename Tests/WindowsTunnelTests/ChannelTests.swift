import Octets
import Rollout
import RolloutMetadata
import Testing

@testable import WindowsTunnel

/// Update channels, as far as they can be seen without a signed repository; with one they are in Wine's tests.
struct ChannelTests {
  private let windows = FakeWindows()
  private let folder = "C:\\Windows\\Needletail.channel"

  @Test func `without a root nothing is believed, and it is said what to do`() {
    #expect(windows.run("channel", "check").rawValue == 24)
    #expect(windows.complaints.first?.contains("\(folder)\\root.json: missing; put the publisher's") == true)
    windows.machine.files[folder + "\\root.json"] = Array("{}".utf8)
    #expect(windows.run("channel", "status").rawValue == 26)
  }

  @Test func `who changes something is alone; who asks is not`() {
    windows.machine.isLocked = true
    for verb in ["check", "update", "rollback", "commit", "apply"] {
      #expect(windows.run("channel", verb).rawValue == 60)
    }
    #expect(windows.run("channel", "clear", "7").rawValue == 60)
    #expect(windows.run("channel", "verify") == .done)
    #expect(windows.said == ["0 lines, as they were written"])
  }

  @Test func `a policy that cannot be stops channels`() {
    windows.policies["DeferDays"] = .number(366)
    #expect(windows.run("channel", "check").rawValue == 40)
  }

  @Test func `a pin is a beginning, a serial or the last one`() throws {
    func pins(_ text: String) throws -> [LocalPolicy.Pin] {
      windows.policies["Pin"] = .text(Array(text.utf8))
      return try WindowsUpdateHost(Program(windows, version: "1")).policy.pins
    }
    #expect(try pins("") == [])
    #expect(try pins("1.4") == [.init(component: .driver, rule: .version(prefix: Array("1.4".utf8)))])
    #expect(try pins("=57") == [.init(component: .driver, rule: .exactly(57))])
    #expect(try pins("<=57") == [.init(component: .driver, rule: .atMost(57))])
    for text in ["<57", "=", "<=", "57-", "=1.4", "=<57", "==57", "<=18446744073709551616", " 1.4"] {
      #expect(throws: ClientError.self) { try pins(text) }
      #expect(windows.run("channel", "check").rawValue == 40)
    }
  }

  @Test func `T40 what drives tunnels of others is a fact, and that there is none`() throws {
    func others(_ running: [String]) throws -> [Predicate.Value] {
      windows.drivers = running
      let host = try WindowsUpdateHost(Program(windows, version: "1"))
      return Facts(host.facts).values(of: Array("coexist.driver".utf8))
    }
    func texts(_ names: String...) -> [Predicate.Value] { names.map { .text(Array($0.utf8)) } }
    #expect(try others(["tcpip", "needletail", "NDIS"]) == texts("none"))
    #expect(try others(["WireGuard", "tcpip", "Wintun", "wintun"]) == texts("wireguard", "wintun"))
    #expect(try others(["tap0901", "tapnordvpn2"]) == texts("tap0901", "tapnordvpn2"))
    let host = try WindowsUpdateHost(Program(windows, version: "1"))
    #expect(Facts(host.facts).values(of: Array("os.build".utf8)) == [.natural(22_631)])
    #expect(Facts(host.facts).values(of: Array("peerCount.bucket".utf8)) == [.natural(0)])
  }

  @Test func `keys of an organisation are read, and what is none is told`() throws {
    func keys(_ text: String) throws -> Int {
      windows.policies["ChangeControlKeys"] = .text(Array(text.utf8))
      return try WindowsUpdateHost(Program(windows, version: "1")).changeControlKeys().count
    }
    let key = String(repeating: "0a", count: 32)
    #expect(try keys("") == 0)
    #expect(try keys(key) == 1)
    #expect(try keys("\(key) \(key)") == 2)
    for text in ["\(key)0", "\(key),\(key)", "zz"] { #expect(throws: ClientError.self) { try keys(text) } }
  }

  @Test func `only the older release beside one stands in for it`() throws {
    func release(_ serial: UInt64, _ phase: Phase) -> Release {
      Release(
        component: .driver, serial: serial, version: Array("1.\(serial)".utf8), phase: phase, isSecurity: false,
        artifacts: [], recipe: [], buildDigest: Octets32(repeating: 1), notesDigest: Octets32(repeating: 1))
    }
    let host = try WindowsUpdateHost(Program(windows, version: "1"))
    #expect(host.slot(of: 2, release(2, .optIn), previous: 1) == 1)
    #expect(host.slot(of: 2, release(2, .optIn), previous: nil) == 2)
    #expect(host.slot(of: 2, release(2, .sole), previous: 1) == 2)
    // Going back from 2 to 1, the newer one lies beside it.
    #expect(host.slot(of: 1, release(1, .optIn), previous: 2) == 1)
    #expect(host.slot(of: 1, release(1, .optIn), previous: 1) == 1)
  }

  @Test(arguments: [
    ["channel"], ["channel", "clear"], ["channel", "clear", "x"], ["channel", "check", "now"], ["channel", "x"],
  ])
  func `other verbs are none`(arguments: [String]) {
    #expect(Program(windows, version: "1").run(arguments) == .usage)
    #expect(windows.complaints.count == 1)
  }

  @Test func `folders are made with those above them, and removed with all that is in them`() throws {
    let files = WindowsFiles(system: windows)
    windows.machine.folders = ["C:\\a", "C:\\a\\b", "C:\\a\\b\\c"]
    windows.machine.files = ["C:\\a\\b\\x": [1], "C:\\a\\b\\c\\y": [2], "C:\\a\\z": [3]]
    #expect(try files.entries(in: "C:\\a\\b").map(\.name) == ["c", "x"])
    #expect(try files.entries(in: "C:\\nothing").isEmpty)
    try files.remove("C:\\a\\b")
    #expect(windows.machine.folders == ["C:\\a"] && windows.machine.files == ["C:\\a\\z": [3]])
    #expect(try files.read("C:\\a\\none", limit: 7) == nil)
  }

  @Test func `an update that was interrupted is gone on with when Windows starts, others by chance`() {
    windows.policies["Repository"] = .text(Array("R:\\".utf8))
    windows.waits = 0
    #expect(windows.run("update-service") == .done)
    #expect(windows.steps == ["ready"])
    windows.machine.files[folder + "\\driver.record.json"] = Array(
      (#"{"component":"driver","note":"proven","progress":{"serial":7,"state":"staging"},"quarantined":[],"#
        + #""sequence":1,"stoppedInOrder":false}"#).utf8)
    windows.steps = []
    windows.waits = 0
    #expect(windows.run("update-service") == .done)
    #expect(windows.steps.dropFirst().first?.contains("channel update unattended") == true)
  }
}
