// What needletail.exe decides: its commands, what a tunnel's file means to the driver and to Windows' network, in which
// order a tunnel begins and ends, and the text protocol over the driver's requests. Windows itself is behind
// `WindowsSystem`: the glue of Driver/Program there, a model in the tests. Not checked here: who may do what; Windows
// says so, and its errors are explained.

public import ConfigurationFile
public import Octets

/// An error of Windows: a Win32 error number.
public struct SystemError: Error, Equatable, Sendable {
  /// The number.
  public let number: UInt32

  /// The error with a number.
  public init(_ number: UInt32) { self.number = number }

  /// ERROR_FILE_NOT_FOUND.
  public static let fileNotFound = SystemError(2)

  // What else the program has to tell apart, by the names of winerror.h.
  static let pathNotFound = SystemError(3)
  static let accessDenied = SystemError(5)
  static let notEnoughMemory = SystemError(8)
  static let invalidData = SystemError(13)
  static let outOfMemory = SystemError(14)
  static let notSupported = SystemError(50)
  static let duplicateName = SystemError(52)
  static let invalidParameter = SystemError(87)
  static let noService = SystemError(1060)
  static let serviceFailed = SystemError(1066)
  static let markedForDeletion = SystemError(1072)
  static let serviceExists = SystemError(1073)
  static let notFound = SystemError(1168)
  static let objectExists = SystemError(5010)
  static let noSuchHost = SystemError(11001)
}

/// The adapter's requests, whoever holds it.
public protocol AdapterRequests {
  /// SET with a whole request: all of it or nothing.
  func configure(_ request: [UInt8]) throws(SystemError)
  /// GET: the whole configuration.
  func configuration() throws(SystemError) -> [UInt8]
  /// OBSERVE: how far things are. A driver of another version may not know the request.
  func observation() throws(SystemError) -> [UInt8]
}

/// What the program asks of Windows. Texts are without NULs.
public protocol WindowsSystem: UpdateSystem {
  /// An adapter that was made or opened.
  associatedtype Adapter: AdapterRequests

  /// Prints a line for whoever called the program.
  func say(_ line: String)
  /// Says what went wrong, or is strange; to the event log when a service runs.
  func complain(_ line: String)
  /// Windows' own words for an error; empty when it has none.
  func words(for error: SystemError) -> String
  /// The bytes of a file, at most `most`.
  func read(file: String, most: Int) throws(SystemError) -> [UInt8]
  /// The file's path from the root on.
  func fullPath(of file: String) throws(SystemError) -> String
  /// Seconds since 1970 UTC.
  func now() -> UInt64
  /// Waits; true when the end of the program has been asked for, then at once.
  func wait(milliseconds: UInt32) -> Bool
  /// Tells the service manager, if it is waiting, that the program does what it was started for.
  func isReady()
  /// Gives up every privilege but that of loading drivers, for ever.
  func dropPrivileges() throws(SystemError)

  /// Puts the driver's package into the driver store, unless it or a newer one is there; `isExact`: unless it is there,
  /// and in the place of a newer one as well.
  func installDriver(isExact: Bool) throws(SystemError)
  /// Removes it.
  func removeDriver() throws(SystemError)

  /// Makes an adapter, which lives until it is closed.
  func makeAdapter(name: String, id: FixedOctets<16>) throws(SystemError) -> Adapter
  /// Opens an adapter that is there.
  func openAdapter(name: String) throws(SystemError) -> Adapter
  /// Closes an adapter.
  func close(_ adapter: Adapter)
  /// The names of all adapters that are there.
  func adapterNames() throws(SystemError) -> [String]
  /// Whether an adapter is up.
  func isUp(_ adapter: Adapter) throws(SystemError) -> Bool
  /// Takes an adapter up or down.
  func setState(_ adapter: Adapter, isUp: Bool) throws(SystemError)
  /// Prints the lines of an adapter's log, with `say`, as they come; ends it with the adapter or when it is told to.
  func setLogging(_ adapter: Adapter, isOn: Bool) throws(SystemError)
  /// Keeps the last lines of the log of the tunnel that this process runs, for processes of administrators.
  func keepLog(name: String) throws(SystemError)
  /// Opens the log that the process of a tunnel keeps; `fileNotFound` when none does.
  func openLog(name: String) throws(SystemError)
  /// Prints the lines of it that have come since. Returns whether that process still runs.
  func printLog() -> Bool

  /// Whether Windows has given the adapter an interface of this family.
  func hasInterface(_ adapter: Adapter, _ family: IPAddress.Family) -> Bool
  /// Sets an interface's MTU, when there is one to set, and a metric of 0 if it is to be preferred to every other.
  func setInterface(
    _ adapter: Adapter, _ family: IPAddress.Family, mtu: UInt32?, isPreferred: Bool
  ) throws(SystemError)
  /// Gives an address to the interface.
  func add(_ adapter: Adapter, address: InterfaceAddress) throws(SystemError)
  /// Adds a route to the interface.
  func add(_ adapter: Adapter, route: Prefix) throws(SystemError)
  /// The interface's addresses.
  func addresses(of adapter: Adapter, _ family: IPAddress.Family) throws(SystemError) -> [InterfaceAddress]
  /// The routes to the interface that a program has added: not those that Windows makes of addresses.
  func routes(to adapter: Adapter, _ family: IPAddress.Family) throws(SystemError) -> [Prefix]
  /// Takes an address from the interface. One that is gone is no error.
  func remove(_ adapter: Adapter, address: InterfaceAddress) throws(SystemError)
  /// Removes a route to the interface. One that is gone is no error.
  func remove(_ adapter: Adapter, route: Prefix) throws(SystemError)
  /// The MTU of the interface that the default route of a family leads to, those to `adapter` not counted; nil without
  /// one.
  func mtuOfDefaultRoute(besides adapter: Adapter, _ family: IPAddress.Family) throws(SystemError) -> UInt32?
  /// Removes every address and route of the interface.
  func clear(_ adapter: Adapter, _ family: IPAddress.Family) throws(SystemError)
  /// Sets the name servers of one family and the domains to search; none takes away what was set.
  func setNameServers(
    _ adapter: Adapter, _ family: IPAddress.Family, servers: [String], domains: [String]
  ) throws(SystemError)
  /// The addresses of a host, the preferred one first.
  func addresses(ofHost name: String) throws(SystemError) -> [IPAddress]

  /// Makes the service that runs a tunnel, and starts it.
  func startTunnel(name: String, file: String) throws(SystemError)
  /// Stops and removes it.
  func removeTunnel(name: String) throws(SystemError)

  /// Runs a server of the text protocol for each adapter until the end is asked for.
  func serveControl() throws(SystemError)
  /// The command that checks for updates, and how many minutes apart, 0 when that is not set; nil when nobody set one.
  func updateCheck() throws(SystemError) -> (command: String, interval: UInt32)?
  /// What the registry has of a policy; nil when nobody has decided it.
  func policy(_ name: String) throws(SystemError) -> PolicyValue?
  /// Runs a command, with these variables of its environment, and waits for its exit code, at most an hour.
  func run(command: String, environment: [(name: String, value: String)]) throws(SystemError) -> UInt32
  /// A number by chance below `limit`.
  func random(below limit: UInt32) -> UInt32
}
