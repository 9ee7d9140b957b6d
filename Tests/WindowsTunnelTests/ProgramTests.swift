import ConfigurationFile
import ControlProtocol
import Octets
import Testing

@testable import WindowsTunnel

/// What the program does, in which order, and what it says when Windows does not.
struct ProgramTests {
  private let windows = FakeWindows()

  init() { windows.files["office.conf"] = office }

  @Test func `a tunnel begins, is watched, and everything is taken back`() {
    #expect(windows.run("run", "office.conf") == .done)
    #expect(
      windows.steps == [
        "make office", "keep log of office", "log", "drop", "configure", "up",
        "interface v4 mtu 1400 preferred", "address 10.0.0.2/24", "route 10.0.0.0/24", "route 0.0.0.0/0",
        "names v4 10.0.0.1 corp.example",
        "interface v6 mtu 1400", "address fd00::2/64", "route fd00::/64", "names v6 fd00::1 corp.example",
        "ready", "names v4  ", "clear v4", "names v6  ", "clear v6", "close office",
      ])
    #expect(windows.said == ["tunnel office is up"] && windows.complaints.isEmpty)
  }

  @Test func `the log is what the tunnel's process keeps, or the driver's from now on`() {
    windows.keptLogs = ["office"]
    #expect(windows.run("log", "office") == .done)
    #expect(windows.steps == ["open log of office", "print log", "print log", "print log", "print log"])
    windows.steps = []
    windows.waits = 1
    windows.adapters["home"] = .init(windows, "home")
    #expect(windows.run("log", "home") == .done)
    #expect(windows.steps == ["open log of home", "open home", "log", "no log", "close home"])
    windows.steps = []
    windows.failures["open log of office"] = .accessDenied
    #expect(windows.run("log", "office") == .denied)
    #expect(windows.steps == ["open log of office"])
  }

  @Test func `a tunnel whose log cannot be kept for others runs all the same`() {
    windows.failures["keep log of office"] = SystemError(183)
    #expect(windows.run("run", "office.conf") == .done)
    #expect(windows.complaints == ["needletail: nobody else can read the tunnel's log: (error 183)"])
  }

  @Test func `a driver that was restarted gets everything again`() {
    windows.driverRestarts = true
    windows.waits = 4
    #expect(windows.run("run", "office.conf") == .done)
    #expect(windows.steps.filter { $0 == "configure" }.count == 2)
    #expect(windows.steps.filter { $0 == "address 10.0.0.2/24" }.count == 2)
    #expect(windows.requests[0] == windows.requests[1])
  }

  @Test(arguments: [
    "make office", "log", "drop", "configure", "up", "interface v4 mtu 1400 preferred", "address 10.0.0.2/24",
    "route 0.0.0.0/0", "names v6 fd00::1 corp.example",
  ])
  func `whatever fails, the adapter is closed and the reason said`(_ step: String) {
    windows.failures[step] = SystemError(31)
    #expect(windows.run("run", "office.conf") == .refused)
    #expect(step == "make office" || windows.steps.last == "close office")
    #expect(windows.complaints.first == "needletail: the tunnel office cannot be run: (error 31)")
  }

  @Test func `a route that is there already is no error`() {
    windows.failures["route 10.0.0.0/24"] = .objectExists
    #expect(windows.run("run", "office.conf") == .done)
  }

  @Test func `an adapter that Windows gives no interface ends the tunnel`() {
    windows.hasInterfaces = false
    windows.waits = 1000
    #expect(windows.run("run", "office.conf") == .missing)
    #expect(windows.waits == 1000 - 240)
  }

  @Test func `a service waits for names and for plug and play, a person does not`() {
    windows.files["office.conf"] = office.replacing("192.0.2.1", with: "vpn.example")
    windows.waits = 1000
    #expect(windows.run("run", "office.conf") == .refused)
    #expect(windows.steps == ["resolve vpn.example"])
    #expect(windows.complaints.first?.contains("check the name in Endpoint") == true)
    windows.steps = []
    windows.failures["make office"] = SystemError(1753)
    windows.hosts["vpn.example"] = IPAddress(v4: 0xc000_0209)
    #expect(windows.run("tunnel-service", "office.conf") == .refused)
    #expect(windows.steps.filter { $0 == "make office" }.count == 15)
    windows.steps = []
    windows.failures["make office"] = .accessDenied
    #expect(windows.run("tunnel-service", "office.conf") == .denied)
    #expect(windows.steps.filter { $0 == "make office" }.count == 1)
  }

  @Test(arguments: [
    ("Table = 7", "Table: Windows has one routing table"), ("PostUp = x", "commands are not run on Windows"),
    ("ListenPort = domain", "names of services"), ("Adress = 1", "was Address meant?"),
  ])
  func `what Windows cannot do is refused with the file and the key`(_ line: String, _ text: String) {
    windows.files["office.conf"] = office.replacing("MTU = 1400", with: line)
    for verb in ["check", "create", "run"] {
      windows.complaints = []
      #expect(windows.run(verb, "office.conf") == .file)
      #expect(
        windows.complaints.contains { $0.hasPrefix("office.conf: ") && $0.contains(text) }, "\(windows.complaints)")
    }
    #expect(windows.steps.isEmpty)
  }

  @Test func `a file without a key cannot be used, and a secret is never quoted`() {
    windows.files["a.conf"] = "[Interface]\nPrivateKey = \(key(1))x\n"
    #expect(windows.run("check", "a.conf") == .file)
    windows.files["b.conf"] = "[Interface]\nListenPort = 1\n"
    #expect(windows.run("check", "b.conf") == .file)
    #expect(windows.run("check", "c.conf") == .missing)
    #expect(!windows.complaints.contains { $0.contains(key(1)) })
  }

  @Test func `a tunnel is a service of its file's full path`() {
    #expect(windows.run("create", "office.conf") == .done)
    #expect(windows.run("remove", "office") == .done)
    #expect(windows.steps == ["start office C:\\full\\office.conf", "remove office"])
    windows.failures["remove office"] = .noService
    #expect(windows.run("remove", "office") == .missing)
    windows.failures["start office C:\\full\\office.conf"] = .accessDenied
    #expect(windows.run("create", "office.conf") == .denied)
    #expect(
      windows.complaints.last == "needletail: the tunnel office cannot be made: Access is denied. (error 5); "
        + "run this from an elevated prompt")
  }

  @Test func `an adapter is brought to a file, and who is not in it goes`() throws {
    var before = ConfigurationRequest()
    before.add(.beginPeer(Octets32(repeating: 9)))
    before.add(.presharedKey(Octets32(repeating: 1)))
    before.add(.beginPeer(Octets32(repeating: 7)))
    before.add(.presharedKey(Octets32(repeating: 1)))
    windows.answer = before.bytes
    windows.adapters["office"] = .init(windows, "office")
    #expect(windows.run("configure", "office", "office.conf") == .done)
    let request = try #require(windows.requests.first)
    let answer = try #require(ConfigurationAnswer(request))
    #expect(answer.facts(ofPeer: 80).publicKey == Octets32(repeating: 9))
    #expect(request.number(at: 80, count: 4) == 0x41, "removed")
    // The preshared key that the file does not have is taken away.
    #expect(request.number(at: 216, count: 4) & 0x2 != 0 && answer.facts(ofPeer: 216).presharedKey.isZero)
    #expect(windows.run("configure", "home", "office.conf") == .missing)
  }

  @Test func `the driver, the server and the version`() {
    #expect(windows.run("install-driver") == .done && windows.run("uninstall-driver") == .done)
    #expect(windows.run("control-service") == .done)
    #expect(windows.steps == ["install", "uninstall", "drop", "ready", "serve"])
    #expect(windows.run("version") == .done && windows.said == ["needletail 1.2.3"])
  }

  @Test func `updates are checked for at intervals, first by chance`() {
    windows.updateCommand = ("update.exe", 20)
    windows.waits = 19 + 20 + 20
    windows.commandCode = 3
    #expect(windows.run("update-service") == .done)
    #expect(windows.steps == ["ready", "run update.exe", "run update.exe", "run update.exe"])
    #expect(windows.complaints == [String](repeating: "needletail: the update check ended with 3", count: 3))
    windows.steps = []
    windows.updateCommand = ("update.exe", 1)
    windows.waits = 14 + 14
    #expect(windows.run("update-service") == .done)
    #expect(windows.steps == ["ready", "run update.exe"], "never more often than every quarter of an hour")
  }
}
