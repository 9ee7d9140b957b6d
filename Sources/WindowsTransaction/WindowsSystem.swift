public import Transaction

/// What a transaction calls of Windows. The installer's actions bring the real one; tests a model.
///
/// Text goes in and out as it is; a failure is told with the name of what failed and Windows' number for it.
public protocol WindowsSystem {
  /// The journal's bytes; empty when there is none.
  func readJournal() throws(ActionFailure) -> [UInt8]
  /// Adds to the journal, durably.
  mutating func appendJournal(_ bytes: [UInt8]) throws(ActionFailure)
  /// Removes the journal, durably.
  mutating func removeJournal() throws(ActionFailure)

  /// A value of the registry; nil when it, or its key, is not there.
  func registryValue(key: String, name: String) throws(ActionFailure) -> RegistryData?
  /// Whether a key is there.
  func hasRegistryKey(_ key: String) throws(ActionFailure) -> Bool
  /// Sets a value and makes its key if need be, or removes the value.
  mutating func setRegistryValue(key: String, name: String, data: RegistryData?) throws(ActionFailure)
  /// Removes a key with nothing in it; one that has something in it, or is not there, is left alone.
  mutating func removeEmptyRegistryKey(_ key: String) throws(ActionFailure)

  /// The state of a service.
  func serviceState(_ name: String) throws(ActionFailure) -> ServiceState
  /// Starts or stops a service that is there, and waits until it has happened.
  mutating func setService(_ name: String, running: Bool) throws(ActionFailure)
  /// Services whose names begin with a prefix.
  func services(named prefix: String) throws(ActionFailure) -> [InstalledService]
  /// Has a service that is there started, and does not wait for it: what it waits for itself may take minutes.
  mutating func beginService(_ name: String) throws(ActionFailure)
  /// Deletes a service that is there.
  mutating func deleteService(_ name: String) throws(ActionFailure)
  /// The folder of channels' updates, whether it is there or not.
  func channelFolder() throws(ActionFailure) -> String
  /// Whether that folder is there.
  func hasFolder(_ path: String) throws(ActionFailure) -> Bool
  /// Removes that folder with all that is in it, or leaves one alone that has something in it; one that is not there is no
  /// error.
  mutating func removeFolder(_ path: String, onlyIfEmpty: Bool) throws(ActionFailure)
  /// Tells the installation's log something that fails nothing.
  func note(_ line: String)

  /// Our driver packages in the store.
  func driverPackages() throws(ActionFailure) -> [DriverPackage]
  /// The version of the package that an INF is the beginning of; its name is the INF's path.
  func driverPackage(inf: String) throws(ActionFailure) -> DriverPackage
  /// Puts a package into the store.
  mutating func addDriver(inf: String) throws(ActionFailure)
  /// Gives a package of the store to every adapter that there is. Each has its configuration and its state afterwards.
  mutating func useDriver(_ package: DriverPackage) throws(ActionFailure)
  /// Removes a package from the store.
  ///
  /// - Returns: false when it stays because devices use it, which is only looked at without `force`.
  mutating func removeDriver(_ package: DriverPackage, force: Bool) throws(ActionFailure) -> Bool
  /// Copies a package of the store to where it is kept under a number. A copy that is there already is left.
  mutating func keepDriver(_ package: DriverPackage, number: Int) throws(ActionFailure)
  /// Puts the package that is kept under a number into the store.
  mutating func putBackDriver(number: Int) throws(ActionFailure)
  /// Throws away what is kept; nothing may be.
  mutating func forgetDrivers() throws(ActionFailure)

  /// Runs a program to its end; it has failed when its exit code is not 0.
  mutating func run(_ command: [String]) throws(ActionFailure)
}

/// The bytes of a value of the registry and their type (REG_SZ and so on, by number).
public struct RegistryData: Equatable, Sendable {
  /// The type's number.
  public let type: UInt32
  /// The value, as the registry has it.
  public let bytes: [UInt8]

  /// A value of the registry.
  public init(type: UInt32, bytes: [UInt8]) {
    self.type = type
    self.bytes = bytes
  }

  /// A text: REG_SZ, UTF-16 with a NUL.
  public init(text: String) {
    type = 1
    bytes = (Array(text.utf16) + [0]).flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
  }
}

/// A service, and what it runs.
public struct InstalledService: Equatable, Sendable {
  /// The name that the system knows it by.
  public let name: String
  /// Its command line.
  public let command: String

  /// A service with its command line.
  public init(name: String, command: String) {
    self.name = name
    self.command = command
  }

  /// Whether it runs the program at a path, which stands in quotation marks then. Letters that differ in case only are the
  /// same; beyond ASCII they are not.
  func runs(_ program: String) -> Bool { begins("\"" + program + "\"") }

  /// Whether it runs a program in a folder, or in a folder of that, in quotation marks as well.
  func runs(below folder: String) -> Bool { begins("\"" + folder + "\\") }

  private func begins(_ wanted: String) -> Bool {
    func folded(_ byte: UInt8) -> UInt8 { (0x41...0x5a).contains(byte) ? byte | 0x20 : byte }
    return command.utf8.prefix(wanted.utf8.count).map(folded).elementsEqual(wanted.utf8.map(folded))
  }
}

/// A driver package, in the store or on its way there.
public struct DriverPackage: Equatable, Sendable {
  /// The INF's name in the store ("oem3.inf"), or its path.
  public let inf: String
  /// The date of DriverVer, 100 ns since 1601.
  public let date: UInt64
  /// The four numbers of DriverVer, the first one uppermost.
  public let number: UInt64

  /// A package.
  public init(inf: String, date: UInt64, number: UInt64) {
    self.inf = inf
    self.date = date
    self.number = number
  }

  /// Whether Windows prefers another package: dates are compared first.
  func isOlder(than other: DriverPackage) -> Bool {
    date != other.date ? date < other.date : number < other.number
  }

  func isSameVersion(as other: DriverPackage) -> Bool { date == other.date && number == other.number }
}
