import Testing
import Transaction

@testable import WindowsTransaction

/// What packages hand over, and what programs are handed.
struct InstallerActionTests {
  @Test(arguments: [
    (";C:\\a;b", false, false, "C:\\a;b"), ("1;C:\\a", true, false, "C:\\a"), ("C:\\a", false, false, "C:\\a"),
    (";", false, false, ""), ("1;", true, false, ""), ("", false, false, ""), ("b;x", false, true, "x"),
    ("1b;x", true, true, "x"), ("b", false, false, "b"),
  ])
  func `data say whether there is a way back, whether it is one, and a path`(
    text: String, isFinal: Bool, isGoingBack: Bool, path: String
  ) {
    let data = ActionData(Array(text.utf8))
    #expect(data.isFinal == isFinal && data.isGoingBack == isGoingBack && data.path == path)
  }

  @Test func `an action of the driver ends as the installation does`() throws {
    for action in InstallerAction.allCases where !action.isOfTunnels {
      for isCommitted in [false, true] {
        var system = WindowsHostTests.system()
        system.state.adapters = [:]
        let before = system.state
        var transaction = Transaction(host: WindowsHost(system: system.restarted(action.name.description)))
        try transaction.install(action, data: ActionData(Array(";\(WindowsHostTests.inf)".utf8)))
        #expect(transaction.host.system.state != before && !transaction.host.system.journals.isEmpty)
        if isCommitted { try transaction.end() } else { try transaction.rollBack() }
        #expect(transaction.host.system.journals.isEmpty && transaction.host.system.kept.isEmpty)
        #expect((transaction.host.system.state.versions == before.versions) == !isCommitted)
        // Called once more, or in another order, nothing more happens.
        let after = transaction.host.system.state
        try transaction.rollBack()
        try transaction.end()
        #expect(transaction.host.system.state == after)
      }
    }
  }

  @Test func `without a way back an action ends itself`() throws {
    var transaction = Transaction(host: WindowsHost(system: WindowsHostTests.system().restarted("InstallDriver")))
    try transaction.install(.installDriver, data: ActionData(Array("1;\(WindowsHostTests.inf)".utf8)))
    #expect(transaction.host.system.journals.isEmpty)
    #expect(transaction.host.system.state.store.values.map(\.number) == [2])
  }

  @Test func `what a crash has left is ended backwards before an action begins`() throws {
    var first = Transaction(
      host: WindowsHost(system: WindowsHostTests.system().restarted("InstallDriver", fault: .crash(5))))
    #expect(throws: ActionFailure.self) {
      try first.install(.installDriver, data: ActionData(Array(";\(WindowsHostTests.inf)".utf8)))
    }
    #expect(!first.host.system.journals.isEmpty)
    var next = Transaction(host: WindowsHost(system: first.host.system.restarted("InstallDriver")))
    try next.install(.installDriver, data: ActionData(Array(";\(WindowsHostTests.inf)".utf8)))
    try next.end()
    #expect(next.host.system.state.store.values.map(\.number) == [2])
  }

  @Test func `a failure is told, and nothing is left`() {
    var transaction = Transaction(host: WindowsHost(system: WindowsHostTests.system().restarted("InstallDriver")))
    let before = transaction.host.system.state
    let failure = #expect(throws: ActionFailure.self) {
      try transaction.install(.installDriver, data: ActionData(Array(";C:\\nowhere".utf8)))
    }
    #expect(failure?.reason == "C:\\nowhere is no INF")
    #expect(transaction.host.system.state == before && transaction.host.system.journals.isEmpty)
  }

  @Test(arguments: [
    ("\"C:\\a b\\x.exe\" go", true), ("\"c:\\A B\\X.EXE\"", true), ("C:\\a b\\x.exe go", false),
    ("\"C:\\a b\\x.exe2\" go", false), ("\"D:\\a b\\x.exe\"", false), ("", false), ("\"", false),
  ])
  func `a service runs a program that its command line begins with, in quotation marks`(command: String, isSo: Bool) {
    #expect(InstalledService(name: "x", command: command).runs("C:\\a b\\x.exe") == isSo)
  }

  @Test(arguments: [
    ("\"C:\\W\\n.channel\\slots\\57\\x.exe\" go", true), ("\"c:\\w\\N.CHANNEL\\Slots\\1\\x.exe\"", true),
    ("C:\\W\\n.channel\\slots\\57\\x.exe go", false), ("\"C:\\W\\n.channel\\slots2\\x.exe\"", false),
    ("\"C:\\W\\n.channel\\slots", false), ("\"D:\\x.exe\" \"C:\\W\\n.channel\\slots\\1\\x.exe\"", false), ("", false),
  ])
  func `a service runs a program of a slot when that lies below the folder of slots`(command: String, isSo: Bool) {
    #expect(InstalledService(name: "x", command: command).runs(below: "C:\\W\\n.channel\\slots") == isSo)
  }

  // Source: the examples of "Parsing C command-line arguments", the other way round.
  @Test(arguments: [
    (["a b c", "d", "e"], "\"a b c\" d e"), (["ab\"c", "\\", "d"], "\"ab\\\"c\" \\ d"),
    (["a\\\\\\b", "d\"e f\"g", "h"], "a\\\\\\b \"d\\\"e f\\\"g\" h"), (["a\\\"b", "c", "d"], "\"a\\\\\\\"b\" c d"),
    (["a\\\\b c", "d", "e"], "\"a\\\\b c\" d e"), (["a b\\"], "\"a b\\\\\""), ([""], "\"\""), ([], ""),
  ])
  func `arguments are quoted as a program takes them apart`(arguments: [String], line: String) {
    #expect(CommandLine.quoted(arguments) == line)
  }
}
