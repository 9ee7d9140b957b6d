import CLinuxTunnel
import Foundation
import Octets
import Testing

@testable import LinuxTunnel

/// The daemon as people start it: the program itself, in a namespace of its own.
@Suite(.enabled(if: NetworkSpace.isAvailable), .serialized) struct DaemonTests {
  /// The program, built into the folder of the test bundle.
  private static let program = URL(
    fileURLWithPath: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "/"
  ).deletingLastPathComponent().appending(path: "needletaild").path

  /// Starts the daemon through a shell, with assignments before its name, and returns what it prints.
  @discardableResult
  private static func start(_ name: String, _ assignments: String = "", flags: String = "") throws -> String {
    try NetworkSpace.command("sh", "-c", "\(assignments) exec \(program) \(flags) \(name)")
  }

  /// The process that serves `name`.
  private static func process(_ name: String) throws -> pid_t {
    let text = try NetworkSpace.command("pgrep", "-f", "^\(program) +\(name)$")
    let pids = text.split(separator: "\n").compactMap { pid_t($0) }.filter { !isDead($0) }
    return try #require(pids.first)
  }

  private static func status(_ process: pid_t) -> String {
    (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? "State:\tX"
  }

  private static func isDead(_ process: pid_t) -> Bool {
    let status = status(process)
    return status.contains("State:\tZ") || status.contains("State:\tX")
  }

  private static func waitForEnd(_ process: pid_t) -> Bool {
    for _ in 0..<300 where !isDead(process) { usleep(10_000) }
    return isDead(process)
  }

  private static func isServed(_ name: String) -> Bool { ControlSocket.isServed(InterfaceName(name)!) }
  private static func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: ControlSocket.path(of: InterfaceName(name)!))
  }

  /// Sends a request to a control socket and returns the start of the reply.
  private static func ask(_ request: String, at path: String) -> String {
    let connection = ControlSocket.connect(path)
    guard connection >= 0, fcntl(connection, F_SETFL, 0) >= 0 else { return "" }
    defer { _ = close(connection) }
    _ = unsafe send(connection, request, request.utf8.count, CInt(MSG_NOSIGNAL))
    var reply = [UInt8](repeating: 0, count: 100)
    let count = unsafe read(connection, &reply, 100)
    return String(decoding: reply.prefix(max(0, count)), as: UTF8.self)
  }

  @Test func `it is ready when the command returns, and ends with the interface`() throws {
    try NetworkSpace.run {
      try Self.start("nlxd1")
      #expect(Self.isServed("nlxd1"))
      #expect(InterfaceName("nlxd1")?.index() != nil)
      let process = try Self.process("nlxd1")
      try NetworkSpace.command("ip", "link", "del", "nlxd1")
      #expect(Self.waitForEnd(process))
      #expect(!Self.exists("nlxd1"))
    }
  }

  @Test(arguments: ["rm /var/run/wireguard/nlxd2.sock", "kill -TERM", "kill -INT"])
  func `it ends cleanly when it is asked to`(_ how: String) throws {
    try NetworkSpace.run {
      try Self.start("nlxd2")
      try NetworkSpace.command("ip", "link", "set", "nlxd2", "up")
      let process = try Self.process("nlxd2")
      try NetworkSpace.command("sh", "-c", how.hasPrefix("kill") ? "\(how) \(process)" : how)
      #expect(Self.waitForEnd(process))
      #expect(!Self.exists("nlxd2") && InterfaceName("nlxd2")?.index() == nil)
    }
  }

  @Test func `a second start says what is wrong and changes nothing`() throws {
    try NetworkSpace.run {
      try Self.start("nlxd3")
      do {
        try Self.start("nlxd3")
        Issue.record("started twice")
      } catch let failure as NetworkSpace.Failure {
        #expect(failure.what.contains("needletaild: nlxd3 is served by another process already"))
      }
      #expect(Self.isServed("nlxd3"))
      try NetworkSpace.command("ip", "link", "del", "nlxd3")
    }
  }

  @Test func `what cannot work fails with a reason`() throws {
    try NetworkSpace.run {
      try NetworkSpace.command("ip", "link", "add", "nlxd4", "type", "veth", "peer", "name", "nlxd4p")
      for (name, flags, reason) in [
        ("nlxd4", "", "cannot create the TUN device: Invalid argument"),
        ("nlxd4", "-f", "cannot create the TUN device"),
        ("a/b", "", "cannot be the name of an interface"), ("sixteen-letters-", "", "cannot be the name"),
      ] {
        do {
          try Self.start(name, flags: flags)
          Issue.record("started \(name)")
        } catch let failure as NetworkSpace.Failure {
          #expect(failure.what.contains(reason))
        }
      }
      #expect(!Self.exists("nlxd4"))
      #expect(try Self.start("", flags: "--version").hasPrefix("needletaild "))
    }
  }

  @Test(arguments: ["-f", "--foreground", "WG_PROCESS_FOREGROUND=1"])
  func `in the foreground it is the process that was started`(_ how: String) throws {
    try NetworkSpace.run {
      let isFlag = how.hasPrefix("-")
      let ended = Background {
        (try? Self.start("nlxd5", "LOG_LEVEL=debug " + (isFlag ? "" : how), flags: isFlag ? how : "")) ?? "failed"
      }
      for _ in 0..<200 where !Self.isServed("nlxd5") { usleep(10_000) }
      try NetworkSpace.command("ip", "link", "set", "nlxd5", "up")
      usleep(100_000)
      try NetworkSpace.command("ip", "link", "del", "nlxd5")
      let log = ended.wait()
      #expect(log.contains("needletaild nlxd5: debug: interface is up"))
      #expect(log.hasSuffix("debug: ended\n"))
    }
  }

  /// Whether this process, and so the daemon beside it, was built with the thread sanitizer.
  // SAFETY: a name is looked up, nothing is called.
  static var hasThreadSanitizer: Bool { unsafe dlsym(nil, "__tsan_init") != nil }

  @Test func `running, it may do next to nothing`() throws {
    try NetworkSpace.run {
      try Self.start("nlxd6")
      try NetworkSpace.command("ip", "link", "set", "nlxd6", "up")
      let process = try Self.process("nlxd6")
      var threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task").sorted()
      #expect(threads.count >= 4)
      // The thread sanitizer starts a thread of its own before the program begins: it is none of the daemon's.
      if Self.hasThreadSanitizer { threads.remove(at: 1) }
      for thread in threads {
        let status = try String(contentsOfFile: "/proc/\(process)/task/\(thread)/status", encoding: .utf8)
        for set in ["CapEff", "CapPrm", "CapBnd"] {
          #expect(status.contains("\(set):\t0000000000001400\n"), "interfaces and low ports")
        }
        #expect(status.contains("CapInh:\t0000000000000000\n") && status.contains("CapAmb:\t0000000000000000\n"))
        #expect(status.contains("NoNewPrivs:\t1\n"))
      }
      let limits = try String(contentsOfFile: "/proc/\(process)/limits", encoding: .utf8)
      #expect(limits.contains(try Regex("Max core file size +0 +0 ")))
      let own = Self.status(getpid()).split(separator: "\n").first { $0.hasPrefix("CapEff:") }
      let capabilities = own.flatMap { UInt64($0.dropFirst(8), radix: 16) } ?? 0
      // Only who may raise the limit (CAP_SYS_RESOURCE) locks memory: running into it later would be worse.
      #expect(Self.status(process).contains("VmLck:\t       0 kB") == (capabilities & 1 << 24 == 0))
      try NetworkSpace.command("ip", "link", "del", "nlxd6")
    }
  }

  @Test func `it uses inherited descriptors`() throws {
    try NetworkSpace.run {
      let tun = InterfaceName("nlxd7")!.openTun(virtioHeader: true)
      let directory = NSTemporaryDirectory() + "nlx-" + UUID().uuidString.prefix(8)
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      let path = directory + "/control"
      let socket = unsafe linux_control_listen(path)
      _ = fcntl(tun, F_SETFD, 0)
      _ = fcntl(socket, F_SETFD, 0)
      try Self.start("nlxd7", "WG_TUN_FD=\(tun) WG_UAPI_FD=\(socket)")
      _ = (close(tun), close(socket))
      #expect(InterfaceName("nlxd7")?.index() != nil)
      #expect(Self.ask("get=1\n\n", at: path) == "errno=0\n\n")
      let process = try Self.process("nlxd7")
      try FileManager.default.removeItem(atPath: path)
      #expect(Self.waitForEnd(process))
      try FileManager.default.removeItem(atPath: directory)
    }
  }

  @Test(arguments: [false, true])
  func `it takes a service manager's socket, and leaves its name`(isInForeground: Bool) throws {
    try NetworkSpace.run {
      let directory = NSTemporaryDirectory() + "nlx-" + UUID().uuidString.prefix(8)
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(atPath: directory) }
      let path = directory + "/control"
      let socket = unsafe linux_control_listen(path)
      defer { _ = close(socket) }
      _ = fcntl(socket, F_SETFD, 0)
      // Other shells know no descriptor of two digits.
      func start(_ variables: String, flags: String = "", after: String = "") throws -> String {
        let line = "\(variables) exec \(Self.program) \(flags) nlxd9 3<&\(socket)"
        return try NetworkSpace.command("bash", "-c", "bash -c \"\(line)\" \(after)")
      }
      let variables = "LISTEN_PID=\\$\\$ LISTEN_FDS=1"
      if isInForeground {
        _ = try start(variables, flags: "-f", after: ">/dev/null 2>&1 &")
      } else {
        _ = try start(variables)
      }
      // Whoever connects is served once the daemon is there.
      #expect(Self.ask("get=1\n\n", at: path) == "errno=0\n\n")
      #expect(InterfaceName("nlxd9")?.index() != nil && !Self.isServed("nlxd9"))
      let process = try Self.process(isInForeground ? "-f nlxd9" : "nlxd9")
      try NetworkSpace.command("ip", "link", "del", "nlxd9")
      #expect(Self.waitForEnd(process) && FileManager.default.fileExists(atPath: path))
      if isInForeground { return }
      let refused = #expect(throws: (any Error).self) {
        try start("LISTEN_PID=\\$\\$ LISTEN_FDS=2")
      }
      #expect("\(refused.map { "\($0)" } ?? "")".contains("with one ListenStream"))
      // What was meant for another process counts for nothing.
      _ = try start("LISTEN_PID=1 LISTEN_FDS=1")
      #expect(Self.isServed("nlxd9"))
      try NetworkSpace.command("ip", "link", "del", "nlxd9")
    }
  }

  @Test func `a port that is taken is waited for`() throws {
    try NetworkSpace.run {
      let other = linux_udp_open(false)
      #expect(linux_udp_bind(other, false, 5858) == 5858)
      try Self.start("nlxd8")
      let reply = Self.ask("set=1\nlisten_port=5858\n\n", at: ControlSocket.path(of: InterfaceName("nlxd8")!))
      #expect(reply == "errno=0\n\n")
      try NetworkSpace.command("ip", "link", "set", "nlxd8", "up")
      usleep(200_000)
      _ = close(other)
      var isBound = false
      for _ in 0..<40 where !isBound {
        usleep(100_000)
        let probe = linux_udp_open(false)
        isBound = linux_udp_bind(probe, false, 5858) < 0
        _ = close(probe)
      }
      #expect(isBound)
      try NetworkSpace.command("ip", "link", "del", "nlxd8")
    }
  }
}
