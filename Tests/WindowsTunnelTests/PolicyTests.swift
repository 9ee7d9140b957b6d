import Testing

@testable import WindowsTunnel

/// What administrators decide holds, and what they cannot have meant stops what depends on it.
struct PolicyTests {
  private let windows = FakeWindows()

  init() {
    windows.updateCommand = ("update.exe", 20)
    windows.waits = 19 + 20
  }

  @Test func `without policies their defaults hold, and a command is told of all`() {
    #expect(windows.run("check-updates") == .done)
    #expect(windows.steps == ["run update.exe"])
    #expect(
      windows.environment == [
        "NEEDLETAIL_CHANNEL=stable", "NEEDLETAIL_UPDATEMODE=notify", "NEEDLETAIL_UPDATEINTERVAL=1440",
        "NEEDLETAIL_DEFERDAYS=0", "NEEDLETAIL_REQUIRECHANGEREQUEST=0",
        "NEEDLETAIL_CHANGECONTROLKEYS=", "NEEDLETAIL_PIN=", "NEEDLETAIL_ACCEPTADVISEDROLLBACK=0",
        "NEEDLETAIL_ACCEPTREQUIREDROLLBACK=0", "NEEDLETAIL_REPOSITORY=", "NEEDLETAIL_PROBATIONSECONDS=900",
        "NEEDLETAIL_EXPERIMENTALNATIVEDRIVER=0", "NEEDLETAIL_USEPORTABLEIMPLEMENTATION=0",
      ])
  }

  @Test func `every value of a policy reaches the command`() {
    for policy in Policy.all where !policy.name.hasPrefix("UpdateMode") {
      let values: [(PolicyValue, String)] =
        switch policy.values {
        case .words(let words): words.map { (.text(Array($0.utf8)), $0) }
        case .numbers(let range): [range.lowerBound, range.upperBound].map { (.number($0), "\($0)") }
        case .flag: [(.number(0), "0"), (.number(1), "1")]
        case .text(let most): [String(repeating: "x", count: most), ""].map { (.text(Array($0.utf8)), $0) }
        }
      for (value, text) in values {
        windows.policies = [policy.name: value]
        #expect(windows.run("check-updates") == .done)
        #expect(windows.environment.contains("NEEDLETAIL_\(policy.name.uppercased())=\(text)"))
      }
    }
  }

  @Test(arguments: [("auto", 2, 0), ("notify", 2, 0), ("manual", 0, 0), ("never", 0, 5)])
  func `the schedule and whoever asks do what UpdateMode says`(mode: String, scheduled: Int, asked: Int32) {
    windows.policies["UpdateMode"] = .text(Array(mode.utf8))
    #expect(windows.run("update-service") == .done)
    #expect(windows.steps.filter { $0 == "run update.exe" }.count == scheduled)
    windows.steps = []
    #expect(windows.run("check-updates").rawValue == asked)
    #expect(windows.steps == (asked == 0 ? ["run update.exe"] : []))
    #expect(windows.complaints.contains { $0.contains("takes no updates") } == (asked != 0))
  }

  @Test func `a policy's interval goes before that of whoever has set the command`() {
    windows.policies["UpdateInterval"] = .number(30)
    windows.waits = 29 + 29
    #expect(windows.run("update-service") == .done)
    #expect(windows.steps == ["ready", "run update.exe"])
    windows.waits = 29 + 30
    windows.steps = []
    #expect(windows.run("update-service") == .done)
    #expect(windows.steps == ["ready", "run update.exe", "run update.exe"])
  }

  @Test func `what is decided while the schedule waits holds for the next check`() {
    windows.waits = 19 + 20
    windows.updateCommand = ("update.exe", 20)
    windows.policies["UpdateMode"] = .text(Array("never".utf8))
    windows.whileWaiting = { [windows] left in
      if left == 5 { windows.policies["UpdateMode"] = nil }
    }
    #expect(windows.run("update-service") == .done)
    #expect(windows.steps == ["ready", "run update.exe"])
  }

  static let impossible: [(String, PolicyValue)] = [
    ("Channel", .text(Array("Stable".utf8))), ("Channel", .text([])), ("Channel", .number(1)), ("Channel", .other),
    ("UpdateMode", .text(Array("nevr".utf8))), ("UpdateMode", .text([0xff])), ("UpdateInterval", .number(14)),
    ("UpdateInterval", .number(43_201)), ("UpdateInterval", .text(Array("15".utf8))), ("DeferDays", .number(366)),
    ("DeferDays", .other), ("RequireChangeRequest", .number(2)), ("AcceptAdvisedRollback", .text(Array("1".utf8))),
    ("AcceptRequiredRollback", .number(.max)), ("Repository", .number(1)), ("ProbationSeconds", .number(1501)),
    ("Repository", .text([UInt8](repeating: 0x78, count: 1025))),
  ]

  @Test(arguments: impossible)
  func `a value that a policy cannot have stops checks, and is told`(name: String, value: PolicyValue) {
    windows.policies[name] = value
    #expect(windows.run("update-service") == .done)
    #expect(windows.run("check-updates") == .file)
    #expect(windows.run("policies") == .file)
    #expect(!windows.steps.contains("run update.exe") && windows.said.isEmpty)
    #expect(windows.complaints.count >= 3)
    for complaint in windows.complaints {
      #expect(complaint.contains("the policy \(name) ") && complaint.contains("SOFTWARE\\Policies\\Needletail"))
    }
  }

  @Test func `what holds is printed, and what was decided is marked`() {
    windows.policies = ["DeferDays": .number(7), "Channel": .text(Array("lts".utf8))]
    #expect(windows.run("policies") == .done)
    #expect(
      windows.said == [
        "Channel: lts (policy)", "UpdateMode: notify", "UpdateInterval: 1440", "DeferDays: 7 (policy)",
        "RequireChangeRequest: 0", "ChangeControlKeys: ", "Pin: ", "AcceptAdvisedRollback: 0",
        "AcceptRequiredRollback: 0",
        "Repository: ",
        "ProbationSeconds: 900", "ExperimentalNativeDriver: 0", "UsePortableImplementation: 0",
      ])
  }

  @Test func `where a policy says where releases come from, the program checks for updates itself`() {
    windows.updateCommand = nil
    windows.policies["Repository"] = .text(Array("https://example.org".utf8))
    #expect(windows.run("check-updates") == .done)
    #expect(windows.steps == [#"run "C:\Program Files\Needletail\needletail.exe" channel update unattended"#])
    for (code, expected) in [(13, ExitCode.done), (77, .done), (20, .refused)] as [(UInt32, ExitCode)] {
      windows.commandCode = code
      #expect(windows.run("check-updates") == expected)
    }
  }

  @Test func `who asks hears of what goes wrong`() {
    windows.commandCode = 9
    #expect(windows.run("check-updates") == .refused)
    #expect(windows.complaints == ["needletail: the update check ended with 9"])
    windows.updateCommand = nil
    #expect(windows.run("check-updates") == .missing)
    windows.failures["policy Channel"] = .accessDenied
    #expect(windows.run("check-updates") == .denied && windows.run("policies") == .denied)
    windows.failures["policy UpdateInterval"] = .accessDenied
    #expect(windows.run("update-service") == .denied)
  }
}
