/// A service that runs a tunnel.
public struct TunnelService: Sendable {
  /// What it is doing.
  public enum State: Equatable, Sendable {
    /// It runs, or is on its way up or down.
    case running
    /// It was stopped, or has not been started since Windows was.
    case stopped
    /// It has ended with an error.
    case failed
  }

  /// The tunnel's name.
  public let name: String
  /// The command line that the service manager starts.
  public let command: String
  /// What it is doing.
  public let state: State
  /// Its process, when it started in 100 ns units, and the file that it runs; 0 and nothing without one.
  public let process: UInt64
  /// When the process started.
  public let startedAt: UInt64
  /// The file that the process runs.
  public let program: String

  /// A service.
  public init(name: String, command: String, state: State, process: UInt64, startedAt: UInt64, program: String) {
    self.name = name
    self.command = command
    self.state = state
    self.process = process
    self.startedAt = startedAt
    self.program = program
  }
}

/// What update channels ask of Windows, besides `WindowsSystem`.
public protocol UpdateSystem {
  /// The folder of updates, which is made if need be: only the system and administrators come into it.
  func channelFolder() throws(SystemError) -> String
  /// The file that this process runs.
  func ownProgram() throws(SystemError) -> String
  /// Replaces a file as a whole, or adds to its end; what was written is on the disk then.
  func write(file: String, bytes: [UInt8], isAdded: Bool) throws(SystemError)
  /// Makes one folder; one that is there is no error.
  func makeFolder(_ path: String) throws(SystemError)
  /// Removes a file, a link or an empty folder; what is not there is no error.
  func remove(_ path: String) throws(SystemError)
  /// What is in a folder; `notFolder` for what is none.
  func entries(of folder: String) throws(SystemError) -> [(name: String, isFolder: Bool)]
  /// Bytes that are free on the disk of a folder.
  func freeSpace(at folder: String) throws(SystemError) -> UInt64
  /// Opens a file that nobody else has open, for as long as this process and those that it starts run.
  func lock(file: String) throws(SystemError)
  /// Bytes that nobody can guess.
  func randomBytes(_ count: Int) -> [UInt8]
  /// Seconds since Windows started.
  func uptime() -> UInt64
  /// Whether Windows has started since this was asked last.
  func isNewStart() throws(SystemError) -> Bool
  /// What a web server has at an address, at most so many bytes; nil when it has nothing.
  func fetch(_ address: String, most: Int) throws(SystemError) -> [UInt8]?
  /// The build of Windows, as 22631.
  func systemBuild() -> UInt32
  /// The services of drivers that run, by their names.
  func runningDrivers() throws(SystemError) -> [String]
  /// The services of tunnels.
  func tunnelServices() throws(SystemError) -> [TunnelService]
  /// Changes the command that a tunnel's service is started with.
  func setCommand(ofTunnel name: String, to command: String) throws(SystemError)
  /// Stops a tunnel's service, and waits until it has ended. One that does not run is no error.
  func stopService(ofTunnel name: String) throws(SystemError)
  /// Starts a tunnel's service, and waits until it runs. One that runs is no error.
  func startService(ofTunnel name: String) throws(SystemError)
  /// Runs a command line to its end, whoever ends this process meanwhile; its exit code.
  func complete(command: String) throws(SystemError) -> UInt32
}

extension SystemError {
  /// ERROR_FILE_TOO_LARGE.
  public static let fileTooLarge = SystemError(223)
  /// ERROR_SHARING_VIOLATION.
  public static let sharingViolation = SystemError(32)
  /// ERROR_DIRECTORY.
  public static let notFolder = SystemError(267)
}
