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
