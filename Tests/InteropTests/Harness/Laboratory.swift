import Foundation
import Glibc
import Testing

/// What every test here needs before it starts, and what is left behind when the run ends however it ends.
///
/// Everything a run creates carries the run's process number in its name. A watcher process outlives the run and
/// removes it all as soon as that process is gone, so an interrupt or a crash leaves nothing; what a watcher could
/// not remove, because the machine stopped, the next run sweeps away.
enum Laboratory {
  /// A preparation step that failed, in words that say what to do.
  struct Unready: Error, CustomStringConvertible {
    let description: String
  }

  static let process = getpid()

  /// Prefix of the namespaces and of the temporary folder of the run with that process number.
  static func prefix(of process: Int32) -> String { "interop-\(process)-" }

  /// Prefix of the tunnel interfaces: their control sockets share one folder across namespaces.
  static func interfacePrefix(of process: Int32) -> String { "nt\(String(process, radix: 36))x" }

  private static let numbers = Counter()

  /// A name for a namespace that no other run and no other test uses.
  static func namespaceName() -> String { prefix(of: process) + String(numbers.next()) }

  /// A name for a tunnel interface, at most 15 bytes.
  static func interfaceName() -> String { interfacePrefix(of: process) + String(numbers.next(), radix: 36) }

  /// A number no other test of this run uses, for addresses and ports.
  static func number() -> Int { numbers.next() }

  /// The folder for logs and captures of this run; the watcher deletes it.
  static let scratch = URL(fileURLWithPath: "/tmp/" + prefix(of: process) + "scratch")

  /// The folder for what is worth keeping between runs, such as the guest's kernel.
  static let cache = packageFolder.appending(path: "build/guest")

  static let packageFolder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Whether the long numbers were asked for.
  static let isLong = ProcessInfo.processInfo.environment["NEEDLETAIL_LONG"] == "1"

  /// Checks rights and tools, sweeps what dead runs left, starts the watcher.
  static func open() async throws {
    try checkRights()
    try checkTools()
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    try await sweep()
    try watch()
  }

  private static func checkRights() throws {
    guard geteuid() == 0 else {
      throw Unready(description: "the interop tests make network namespaces: run them as root")
    }
    guard FileManager.default.isWritableFile(atPath: "/dev/net/tun") else {
      throw Unready(description: "/dev/net/tun can't be opened: load its module (modprobe tun) and check its rights")
    }
  }

  /// Tools and the Debian package each comes from.
  private static let tools = [
    ("ip", "iproute2"), ("ss", "iproute2"), ("wg", "wireguard-tools"), ("wg-quick", "wireguard-tools"),
    ("wireguard-go", "wireguard-go"), ("ping", "iputils-ping"), ("tcpdump", "tcpdump"), ("nft", "nftables"),
    ("busybox", "busybox-static"), ("dash", "dash"), ("cpio", "cpio"), ("xz", "xz-utils"), ("ldd", "libc-bin"),
    ("unshare", "util-linux"), ("nsenter", "util-linux"), ("qemu-system-x86_64", "qemu-system-x86"),
    ("strip", "binutils"),
  ]

  private static func checkTools() throws {
    let missing = tools.filter { Executable.find($0.0) == nil }
    guard missing.isEmpty else {
      let packages = Set(missing.map(\.1)).sorted().joined(separator: " ")
      throw Unready(
        description: "missing: \(missing.map(\.0).joined(separator: " ")); install with: apt-get install \(packages)")
    }
    for program in [Program.needletaild, .near, .wireguardGo] where Executable.find(program.path) == nil {
      throw Unready(description: "\(program.path) is not there; build it, or name the daemon in NEEDLETAIL_DAEMON")
    }
    guard Executable.find(Probe.path) != nil else {
      throw Unready(description: "\(Probe.path) is not there; build the package's products first")
    }
  }

  /// Removes what runs left whose process is gone.
  static func sweep() async throws {
    let listed = try await Command("ip", "netns", "list").run().output
    let namespaces = listed.split(separator: "\n").map { String($0.prefix { $0 != " " }) }
    let folders = try FileManager.default.contentsOfDirectory(atPath: "/tmp")
    let owners = (namespaces + folders).compactMap { name -> Int32? in
      let parts = name.split(separator: "-")
      return parts.count == 3 && parts[0] == "interop" ? Int32(parts[1]) : nil
    }
    for owner in Set(owners) where owner != process && !isRun(owner) {
      try await Command("sh", "-c", cleaning, "sweep", "\(owner)", interfacePrefix(of: owner)).run()
    }
  }

  /// Whether the process is a test run like this one, and not a later process with the same number.
  private static func isRun(_ process: Int32) -> Bool {
    let mine = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let theirs = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/exe")
    guard let mine, let theirs else { return false }
    return URL(fileURLWithPath: mine).lastPathComponent == URL(fileURLWithPath: theirs).lastPathComponent
  }

  /// Starts the watcher of that process.
  static func watch(_ process: Int32 = process) throws {
    let script = "while [ -d /proc/$1 ]; do sleep 1; done\n" + cleaning
    _ = try Child(Command("sh", "-c", script, "watch", "\(process)", interfacePrefix(of: process)))
  }

  /// Ends the processes inside the run's namespaces, then removes those, the sockets and the folder.
  /// `$1` is the run's process number, `$2` its interface prefix.
  private static let cleaning = """
    names() { ip netns list | cut -d' ' -f1 | grep "^interop-$1-"; }
    for name in $(names $1); do for id in $(ip netns pids $name); do kill $id; done; done
    [ -n "$(names $1)" ] && sleep 1
    for name in $(names $1); do for id in $(ip netns pids $name); do kill -9 $id; done; ip netns del $name; done
    rm -f /var/run/wireguard/$2*.sock
    rm -rf /tmp/interop-$1-scratch
    """

  /// Ends the processes of one namespace and removes it.
  static func remove(namespace name: String) async {
    for signal in ["-TERM", "-KILL"] {
      let listed = try? await Command("ip", "netns", "pids", name).run().output
      let processes = (listed ?? "").split(separator: "\n").map(String.init)
      if processes.isEmpty { break }
      _ = try? await Command(["kill", signal] + processes).run()
      try? await Task.sleep(for: .milliseconds(100))
    }
    _ = try? await Command("ip", "netns", "del", name).run()
  }
}

/// Opens the laboratory before the first test of the suite it is put on and closes it after the last.
struct LaboratoryTrait: SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?, performing body: @Sendable () async throws -> Void
  ) async throws {
    try await Laboratory.open()
    do {
      try await body()
    } catch {
      await Guest.shared.shutDown()
      throw error
    }
    await Guest.shared.shutDown()
  }
}

/// Every test that needs namespaces, under one roof.
@Suite(LaboratoryTrait(), .timeLimit(.minutes(10))) enum Interop {}
