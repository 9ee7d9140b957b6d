import ArgumentParser
import Cryptography
import Glibc
import LinuxTunnel
import Logging

/// From a name to a running daemon.
struct Startup {
  let name: InterfaceName
  let environment: [String: String]
  /// The process that was called, which a service manager has given its sockets.
  private let process = getpid()

  init(name: InterfaceName, environment: [String: String]) {
    self.name = name
    self.environment = environment
  }

  /// Serves the interface in this process until it ends.
  func runInForeground() throws {
    let destination: DaemonLog.Destination = DaemonLog.errorIsJournal ? .journal : .standardError
    let daemon: Daemon
    do throws(StartupError) {
      daemon = try prepare(logger(to: destination))
    } catch {
      DaemonLog.complain("\(Self.label): \(error)")
      throw ExitCode.failure
    }
    try serve(daemon, logger(to: destination))
  }

  /// Serves the interface in a process of its own; this one ends as soon as that one is ready, or has failed.
  func runInBackground() throws {
    let background: Background
    do throws(SystemError) {
      background = try Background()
    } catch {
      DaemonLog.complain("\(Self.label): \(error)")
      throw ExitCode.failure
    }
    let keepsError = environment["LOG_LEVEL"] != nil
    let logger = logger(to: keepsError ? .standardError : .system)
    let daemon: Daemon
    do throws(StartupError) {
      daemon = try prepare(logger)
    } catch {
      background.fail("\(Self.label): \(error)")
      throw ExitCode.failure
    }
    background.succeed(keepingError: keepsError)
    try serve(daemon, logger)
  }

  private static let label = "needletaild"

  private func logger(to destination: DaemonLog.Destination) -> Logger {
    let level = DaemonLog.level(named: environment["LOG_LEVEL"])
    return Logger(label: Self.label) { _ in
      guard let level else { return SwiftLogNoOpLogHandler() }
      return DaemonLog(label: "\(Self.label) \(name)", level: level, to: destination)
    }
  }

  /// Opens all that is needed and gives up the right to open more.
  private func prepare(_ logger: Logger) throws(StartupError) -> Daemon {
    guard let kernel = CipherKernel.chosen(by: environment) else {
      throw StartupError("NEEDLETAIL_CIPHER names no cipher kernel of this processor")
    }
    logger.debug("cipher kernel \(kernel.name)")
    let managers = try socketOfManager()
    // Somebody always listens at another's.
    let isOwnSocket = managers == nil && environment["WG_UAPI_FD"] == nil
    do throws(SystemError) {
      Privileges.protectMemory()
      let switches = OffloadSwitches(environment: environment)
      let tun = try openTun(switches)
      let socket = try openSocket(tun.name, managers)
      let engine = try Engine(tun, switches: switches, kernel: kernel, logger: logger)
      let daemon = try Daemon(engine, socket, logger: logger)
      try Privileges.drop()
      return daemon
    } catch {
      throw StartupError(error, isServed: isOwnSocket && ControlSocket.isServed(name), name)
    }
  }

  private func openTun(_ switches: OffloadSwitches) throws(SystemError) -> TunDevice {
    guard let number = environment["WG_TUN_FD"].flatMap(CInt.init) else {
      return try TunDevice(creating: name, switches: switches)
    }
    return try TunDevice(adopting: number, switches: switches)
  }

  /// - Parameter managers: the control socket that a service manager has passed, if one has.
  private func openSocket(_ name: InterfaceName, _ managers: CInt?) throws(SystemError) -> ControlSocket {
    if let number = environment["WG_UAPI_FD"].flatMap(CInt.init) { return try ControlSocket(adopting: number) }
    if let managers { return try ControlSocket(adopting: managers, keepsName: true) }
    return try ControlSocket(name)
  }

  /// The socket that a service manager has passed to this process: sd_listen_fds(3) tells how.
  private func socketOfManager() throws(StartupError) -> CInt? {
    guard environment["LISTEN_PID"] == "\(process)", let count = environment["LISTEN_FDS"] else { return nil }
    guard count == "1" else {
      throw StartupError("LISTEN_FDS is \(count): one control socket is wanted, of a socket unit with one ListenStream")
    }
    return 3
  }

  private func serve(_ daemon: consuming Daemon, _ logger: Logger) throws {
    Privileges.forgetStartup()
    do throws(SystemError) {
      try daemon.run()
    } catch {
      logger.error("\(error)")
      throw ExitCode.failure
    }
  }
}

/// Why the daemon does not start.
struct StartupError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }

  init(_ error: SystemError, isServed: Bool, _ name: InterfaceName) {
    description = isServed ? "\(name) is served by another process already" : error.description
  }
}
