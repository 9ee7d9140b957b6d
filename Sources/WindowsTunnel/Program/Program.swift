import ConfigurationFile
import Octets

/// The program: one command from its arguments to its exit code.
public struct Program<System: WindowsSystem> {
  let system: System
  let version: String

  /// The program on a system.
  public init(_ system: System, version: String) {
    self.system = system
    self.version = version
  }

  /// Does what the arguments say; everything that goes wrong has been said when this returns.
  public func run(_ arguments: [String]) -> ExitCode {
    let command: Command
    do throws(UsageError) {
      command = try Command(arguments)
      return try run(command)
    } catch {
      system.complain("needletail: \(error.sentence); `needletail help` lists the commands")
      return .usage
    }
  }

  private func run(_ command: Command) throws(UsageError) -> ExitCode {
    switch command {
    case .help:
      system.say(Command.usage)
      return .done
    case .version:
      system.say("needletail \(version)")
      return .done
    case .installDriver(let isExact):
      return perform("the driver cannot be installed") { () throws(SystemError) in
        try system.installDriver(isExact: isExact)
      }
    case .removeDriver:
      return perform("the driver cannot be removed") { () throws(SystemError) in
        try system.removeDriver()
      }
    case .check(let file): return check(file)
    case .create(let file): return create(file, name: try Command.tunnelName(ofFile: file))
    case .remove(let name):
      return perform("the tunnel \(name) cannot be removed") { () throws(SystemError) in
        try system.removeTunnel(name: name.description)
      }
    case .run(let file): return hold(file, name: try Command.tunnelName(ofFile: file), attempts: 1)
    case .tunnelService(let file): return hold(file, name: try Command.tunnelName(ofFile: file), attempts: 15)
    case .configure(let name, let file): return configure(name.description, file)
    case .show(let name): return show(name)
    case .log(let name): return log(name.description)
    case .controlService:
      return perform("tunnels cannot be served to other programs") { () throws(SystemError) in
        try system.dropPrivileges()
        system.isReady()
        try system.serveControl()
      }
    case .updateService: return checkForUpdates()
    case .channel(let verb): return channel(verb)
    case .checkUpdates: return checkForUpdatesNow()
    case .policies: return showPolicies()
    }
  }

  /// Does something; what goes wrong is said.
  func perform(_ what: String, _ body: () throws(SystemError) -> Void) -> ExitCode {
    do throws(SystemError) {
      try body()
      return .done
    } catch {
      system.complain("needletail: " + system.explain(what, error))
      return error.exitCode
    }
  }

  /// Files are of at most this many bytes: a hundred thousand peers.
  static var mostBytesOfFile: Int { 32 << 20 }

  /// What a file says; nil with its exit code when it cannot be used, which has been said.
  func read(_ file: PlainText) -> (document: ConfigurationDocument?, code: ExitCode) {
    let bytes: [UInt8]
    do throws(SystemError) {
      bytes = try system.read(file: file.description, most: Self.mostBytesOfFile)
    } catch {
      system.complain("needletail: " + system.explain("\(file) cannot be read", error))
      return (nil, error.exitCode)
    }
    let (document, sentences) = Self.document(in: bytes)
    for sentence in sentences { system.complain("\(file): \(sentence)") }
    return (document, document == nil ? .file : .done)
  }

  /// What the bytes of a file say, and what is to be said of them; no document when it cannot be used.
  static func document(in bytes: [UInt8]) -> (document: ConfigurationDocument?, sentences: [String]) {
    do throws(ConfigurationFileError) {
      let (document, warnings) = try ConfigurationDocument.read(bytes, dialect: .shared(.windows))
      var obstacles = document.impossibleOnWindows
      if let obstacle = document.obstacle { obstacles.append("\(obstacle.summary); \(obstacle.remedy)") }
      return (obstacles.isEmpty ? document : nil, warnings.map { $0.description } + obstacles)
    } catch {
      return (nil, error.diagnostics.map { $0.description })
    }
  }

  private func check(_ file: PlainText) -> ExitCode {
    let (document, code) = read(file)
    if let document {
      let addresses = document.interface.addresses.count
      system.say("\(file): right; addresses: \(addresses), peers: \(document.peers.count)")
    }
    return code
  }

  private func create(_ file: PlainText, name: String) -> ExitCode {
    // A service that would only fail is not made.
    let (document, code) = read(file)
    guard document != nil else { return code }
    return perform("the tunnel \(name) cannot be made") { () throws(SystemError) in
      try system.startTunnel(name: name, file: try system.fullPath(of: file.description))
    }
  }
}
