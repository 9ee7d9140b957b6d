import ConfigurationFile
import Testing

@testable import WindowsTunnel

/// The program's arguments.
struct CommandLineTests {
  @Test(arguments: [
    (["create", "C:\\x\\office.conf"], Command.create(file: "C:\\x\\office.conf")), (["show"], .show(name: nil)),
    (["show", "office"], .show(name: "office")), (["remove", "office"], .remove(name: "office")),
    (["configure", "office", "x.conf"], .configure(name: "office", file: "x.conf")), (["log", "a"], .log(name: "a")),
    (["run", "x.conf"], .run(file: "x.conf")), (["check", "x"], .check(file: "x")), (["/?"], .help),
    (["install-driver"], .installDriver(isExact: false)),
    (["install-driver", "exactly"], .installDriver(isExact: true)),
    (["channel", "clear", "57"], .channel(.clear(serial: 57))),
    (["channel", "update", "unattended"], .channel(.update(isUnattended: true))), (["uninstall-driver"], .removeDriver),
    (["--version"], .version),
    (["tunnel-service", "x"], .tunnelService(file: "x")), (["control-service"], .controlService),
    (["update-service"], .updateService), (["check-updates"], .checkUpdates), (["policies"], .policies),
  ])
  func `each command`(_ arguments: [String], _ command: Command) throws {
    #expect(try Command(arguments) == command)
  }

  @Test(arguments: [
    ([], "a command is missing"), (["shwo"], "there is no command shwo"), (["create"], "create is followed by FILE"),
    (["create", "a", "b"], "create is followed by FILE"), (["configure", "a"], "configure is followed by NAME FILE"),
    (["install-driver", "x"], "install-driver is followed by nothing"),
    (["show", "a", "b"], "show is followed by [NAME]"),
  ])
  func `what is wrong is said, and the way to the list`(_ arguments: [String], _ sentence: String) {
    let windows = FakeWindows()
    #expect(Program(windows, version: "").run(arguments) == .usage)
    #expect(windows.complaints == ["needletail: \(sentence); `needletail help` lists the commands"])
    #expect(windows.steps.isEmpty)
  }

  @Test(arguments: ["", ".a", "a.", "a b", "nul", "COM1.x", "a/b", String(repeating: "a", count: 33), "ä"])
  func `a bad name is refused before anything is done`(_ name: String) {
    let windows = FakeWindows()
    #expect(windows.run("remove", name) == .usage)
    #expect(windows.steps.isEmpty && windows.complaints.count == 1)
  }

  @Test(arguments: [
    ("C:\\x\\office.conf", "office"), ("a.CONF", "a"), ("dir/b.conf", "b"), ("C:c.conf", "c"), ("a.b.conf", "a.b"),
  ])
  func `a tunnel is called like its file`(_ path: String, _ name: String) throws {
    #expect(try Command.tunnelName(ofFile: .init(path)) == name)
  }

  @Test(arguments: ["office", ".conf", "x.conf.txt", "C:\\nul.conf", "a b.conf", "x\\.conf"])
  func `a file whose name makes no tunnel's is refused`(_ path: String) {
    #expect(throws: UsageError.self) { try Command.tunnelName(ofFile: .init(path)) }
  }

  @Test func `every command of the help is one`() {
    for line in Command.usage.split(separator: "\n").dropFirst().prefix(10) {
      let verb = String(line.split(separator: " ")[0].filter { $0 != "," })
      let message = (try? Command([verb])) == nil ? FakeWindows() : nil
      _ = message?.run(verb)
      #expect(message?.complaints.first?.contains("there is no command") != true, "\(verb)")
    }
  }
}
