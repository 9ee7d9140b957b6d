import Foundation
import Glibc
import Synchronization

/// What makes a tunnel interface exist at a site: a daemon, or the kernel.
protocol Engine: Sendable {
  /// Creates the interface; it answers `wg` when this returns.
  func start(_ interface: String, at site: any Site) async throws

  /// Removes the interface.
  func stop(_ interface: String, at site: any Site) async throws

  /// What it has written about itself, for failures.
  var journal: String { get }
}

/// A daemon in the foreground, ended with SIGTERM.
final class DaemonEngine: Engine {
  let program: Program
  /// Variables of its environment, beside those all daemons get.
  let variables: [String: String]
  private let running = Mutex<Child?>(nil)

  init(_ program: Program, variables: [String: String] = [:]) {
    self.program = program
    self.variables = variables
  }

  var child: Child? { running.withLock { $0 } }

  var journal: String { child.map { String(($0.output + $0.complaint).suffix(3000)) } ?? "" }

  /// The control socket of `interface`.
  static func socket(of interface: String) -> String { "/var/run/wireguard/\(interface).sock" }

  func start(_ interface: String, at site: any Site) async throws {
    guard let namespace = site as? Namespace else {
      throw Laboratory.Unready(description: "daemons run in namespaces of this machine")
    }
    var command = Command(program.path, "-f", interface)
    command.variables = variables
    command.variables["LOG_LEVEL"] = "verbose"
    let child = try Child(namespace.entering(command))
    running.withLock { $0 = child }
    try await eventually("\(program) answers for \(interface)", within: .seconds(10), every: .milliseconds(20)) {
      guard child.isRunning else {
        throw Laboratory.Unready(description: "\(program) ended at once: \(child.output)\(child.complaint)")
      }
      guard FileManager.default.fileExists(atPath: DaemonEngine.socket(of: interface)) else { return false }
      return try await site.outcome(Command("wg", "show", interface), within: .seconds(5)).status == 0
    }
  }

  func stop(_ interface: String, at site: any Site) async throws {
    guard let child = running.withLock({ $0 }) else { return }
    child.signal(SIGTERM)
    _ = try await child.wait(within: .seconds(10))
  }
}
