import Foundation

/// A userspace daemon with the command line and the control socket of wireguard-go.
struct Program: Sendable, CustomStringConvertible {
  let path: String

  /// The daemon under test: the one built with this test bundle, or the one `NEEDLETAIL_DAEMON` names.
  static let needletaild = Program(
    path: URL(
      fileURLWithPath: ProcessInfo.processInfo.environment["NEEDLETAIL_DAEMON"]
        ?? products.appending(path: "needletaild").path
    ).path)

  /// The command that the guest gets, with the libraries that it needs: the one that `NEEDLETAIL_COMMAND` names. Nil without it;
  /// the tests with it are then left out, and the guest is smaller.
  static let command = ProcessInfo.processInfo.environment["NEEDLETAIL_COMMAND"].map {
    Program(path: URL(fileURLWithPath: $0).path)
  }

  /// What is at the near end of tunnels: the daemon under test, or what `NEEDLETAIL_NEAR` names.
  static let near =
    ProcessInfo.processInfo.environment["NEEDLETAIL_NEAR"].map {
      Program(path: URL(fileURLWithPath: $0).path)
    } ?? needletaild

  /// needletail.sys in the NT emulation, as a daemon: what `make emulation` builds.
  static let driver = Program(
    path: Laboratory.packageFolder.appending(path: "build/nt-emulation/nt-daemon").path)

  /// Debian's wireguard-go: one datagram per packet, no offloads, an implementation nobody here wrote.
  static let wireguardGo = Program(path: Executable.find("wireguard-go") ?? "wireguard-go")

  /// The folder the test bundle and the package's programs are built into.
  static let products = URL(
    fileURLWithPath: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "/"
  ).deletingLastPathComponent()

  var description: String { URL(fileURLWithPath: path).lastPathComponent }

  /// Whether this is wireguard-go, whose known shortcomings the tests allow for when it stands in at the near end.
  var isWireguardGo: Bool { description.hasPrefix("wireguard-go") }
}

/// The helper program that runs inside namespaces and in the guest.
enum Probe {
  static let path = Program.products.appending(path: "InteropProbe").path
}
