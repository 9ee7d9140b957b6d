import ArgumentParser
import Cryptography
import Glibc
import LinuxTunnel
import Logging

/// The daemon's command line: flags, environment, and the order in which things begin.
@main
struct Needletaild: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "needletaild",
    abstract: "Serve one WireGuard interface from user space.",
    discussion: """
      Creates the TUN interface NAME and its control socket /var/run/wireguard/NAME.sock, where wg(8) configures it, \
      and detaches. Ends when the interface or the socket is deleted, and on SIGTERM and SIGINT.

      ENVIRONMENT
        LOG_LEVEL                  verbose or debug, error (default), silent
        WG_PROCESS_FOREGROUND      1 is the same as --foreground
        WG_TUN_FD, WG_UAPI_FD      descriptors of a TUN device and of a listening control socket to use
        LISTEN_PID, LISTEN_FDS     the control socket of a service manager, whose file stays when the daemon ends
        NEEDLETAIL_TUN_OFFLOAD     off: one packet a read and write of the TUN device
        NEEDLETAIL_USO             off: one UDP packet a read and write of the TUN device
        NEEDLETAIL_GSO             off: one datagram a call when sending
        NEEDLETAIL_GRO             off: one datagram a buffer when receiving
        NEEDLETAIL_CIPHER          portable, ssse3, avx2 or avx512, for tests; otherwise the fastest there is
      """,
    version: "needletaild \(Self.version)")

  /// The version of the program.
  static let version = "0.1.0"

  @Flag(name: .shortAndLong, help: "Stay in the foreground.")
  var foreground = false

  @Argument(help: "The name of the interface, 1 to 15 bytes.")
  var name: String

  func validate() throws {
    if InterfaceName(name) == nil { throw ValidationError("'\(name)' cannot be the name of an interface.") }
  }

  func run() throws {
    guard let name = InterfaceName(name) else { throw ExitCode.validationFailure }
    let startup = Startup(name: name, environment: Environment.current)
    if foreground || startup.environment["WG_PROCESS_FOREGROUND"] == "1" {
      try startup.runInForeground()
    } else {
      try startup.runInBackground()
    }
  }
}
