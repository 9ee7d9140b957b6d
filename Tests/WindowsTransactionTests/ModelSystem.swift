import Transaction

@testable import WindowsTransaction

/// A Windows in memory: a registry, services, a driver store and adapters; at one of its changing calls it can crash or
/// fail. A copy of it is what a restart finds.
struct ModelSystem: WindowsSystem {
  enum Fault: Equatable {
    case none
    /// The power goes before call number n changes anything; every call after it fails too.
    case crash(Int)
    /// The power goes behind what call number n changes.
    case tear(Int)
    /// Call number n fails, alone.
    case failure(Int)
  }

  /// What people see of the system.
  struct State: Equatable {
    /// Keys, each with its values.
    var registry: [String: [String: RegistryData]] = [:]
    var services: [String: ServiceState] = [:]
    /// What services run.
    var commands: [String: String] = [:]
    /// Services that do not start.
    var broken: Set<String> = []
    /// Packages by the names of their INFs.
    var store: [String: DriverPackage] = [:]
    /// Adapters: the INF that each has its driver of, and its configuration.
    var adapters: [String: Adapter] = [:]
    var programs: [[String]] = []
    /// Folders of channels' updates that are there, and of these those with nothing in them.
    var folders: Set<String> = []
    var emptyFolders: Set<String> = []
    /// Packages that are on the disk and not in the store, by their INFs' paths.
    var files: [String: DriverPackage] = [:]

    struct Adapter: Equatable {
      var driver: String
      var configuration: String
    }

    /// The store without the names that it gave: what a package that was put back has another one of.
    var versions: [String: String] {
      var found: [String: String] = [:]
      for package in store.values { found["\(package.date) \(package.number)"] = "in the store" }
      for (name, adapter) in adapters {
        let package = store[adapter.driver]
        found[name] = "\(adapter.configuration) on \(package.map { "\($0.date) \($0.number)" } ?? "nothing")"
      }
      return found
    }
  }

  var state = State()
  var journals: [String: [UInt8]] = [:]
  var kept: [Int: DriverPackage] = [:]
  /// What the installation's log was told.
  final class Notes { var lines: [String] = [] }
  let notes = Notes()
  /// The name of the transaction, and of its journal.
  var name = ""
  var fault = Fault.none
  private(set) var calls = 0
  private(set) var hasCrashed = false
  private var nextINF = 0

  /// What a restart, or another process, finds.
  func restarted(_ name: String, fault: Fault = .none) -> ModelSystem {
    var system = self
    (system.name, system.fault, system.calls, system.hasCrashed) = (name, fault, 0, false)
    return system
  }

  private mutating func change(_ body: (inout ModelSystem) -> Void) throws(ActionFailure) {
    if hasCrashed { throw ActionFailure("crashed") }
    calls += 1
    switch fault {
    case .crash(calls):
      hasCrashed = true
      throw ActionFailure("crashed")
    case .failure(calls): throw ActionFailure("failure planted at call \(calls)")
    default: body(&self)
    }
    guard fault == .tear(calls) else { return }
    hasCrashed = true
    throw ActionFailure("crashed")
  }

  private func look<T>(_ value: T) throws(ActionFailure) -> T {
    if hasCrashed { throw ActionFailure("crashed") }
    return value
  }

  func readJournal() throws(ActionFailure) -> [UInt8] { try look(journals[name] ?? []) }
  mutating func appendJournal(_ bytes: [UInt8]) throws(ActionFailure) {
    let name = name
    try change { $0.journals[name, default: []] += bytes }
  }
  mutating func removeJournal() throws(ActionFailure) {
    let name = name
    try change { $0.journals[name] = nil }
  }

  func registryValue(key: String, name: String) throws(ActionFailure) -> RegistryData? {
    try look(state.registry[key]?[name])
  }
  func hasRegistryKey(_ key: String) throws(ActionFailure) -> Bool { try look(state.registry[key] != nil) }
  mutating func setRegistryValue(key: String, name: String, data: RegistryData?) throws(ActionFailure) {
    try change { system in
      if data == nil && system.state.registry[key] == nil { return }
      system.state.registry[key, default: [:]][name] = data
    }
  }
  mutating func removeEmptyRegistryKey(_ key: String) throws(ActionFailure) {
    try change { if $0.state.registry[key]?.isEmpty == true { $0.state.registry[key] = nil } }
  }

  func serviceState(_ name: String) throws(ActionFailure) -> ServiceState { try look(state.services[name] ?? .absent) }
  mutating func setService(_ name: String, running: Bool) throws(ActionFailure) {
    guard state.services[name] != nil else { throw ActionFailure("there is no service \(name)") }
    try change { $0.state.services[name] = running ? .running : .stopped }
  }

  func services(named prefix: String) throws(ActionFailure) -> [InstalledService] {
    try look(
      state.services.keys.filter { $0.hasPrefix(prefix) }.sorted().map {
        InstalledService(name: $0, command: state.commands[$0] ?? "")
      })
  }
  mutating func beginService(_ name: String) throws(ActionFailure) {
    if state.broken.contains(name) { throw ActionFailure("\(name) does not start") }
    try setService(name, running: true)
  }
  mutating func deleteService(_ name: String) throws(ActionFailure) {
    guard state.services[name] == .stopped else { throw ActionFailure("\(name) is not there, or runs") }
    try change {
      $0.state.services[name] = nil
      $0.state.commands[name] = nil
    }
  }
  func channelFolder() throws(ActionFailure) -> String { try look("C:\\Windows\\Needletail.channel") }
  func hasFolder(_ path: String) throws(ActionFailure) -> Bool { try look(state.folders.contains(path)) }
  mutating func removeFolder(_ path: String, onlyIfEmpty: Bool) throws(ActionFailure) {
    try change { system in
      if onlyIfEmpty && !system.state.emptyFolders.contains(path) { return }
      system.state.folders.remove(path)
      system.state.emptyFolders.remove(path)
    }
  }
  func note(_ line: String) { notes.lines.append(line) }

  func driverPackages() throws(ActionFailure) -> [DriverPackage] {
    try look(state.store.keys.sorted().map { state.store[$0]! })
  }
  func driverPackage(inf: String) throws(ActionFailure) -> DriverPackage {
    guard let found = state.files[inf] else { throw ActionFailure("\(inf) is no INF") }
    return try look(found)
  }
  mutating func addDriver(inf: String) throws(ActionFailure) {
    let package = try driverPackage(inf: inf)
    try change { $0.put(package) }
  }
  private mutating func put(_ package: DriverPackage) {
    let name = "oem\(nextINF).inf"
    nextINF += 1
    state.store[name] = DriverPackage(inf: name, date: package.date, number: package.number)
  }
  mutating func useDriver(_ package: DriverPackage) throws(ActionFailure) {
    guard state.store[package.inf] != nil else { throw ActionFailure("\(package.inf) is not in the store") }
    try change { system in
      for name in system.state.adapters.keys { system.state.adapters[name]!.driver = package.inf }
    }
  }
  mutating func removeDriver(_ package: DriverPackage, force: Bool) throws(ActionFailure) -> Bool {
    guard state.store[package.inf] != nil else { throw ActionFailure("\(package.inf) is not in the store") }
    if !force && state.adapters.values.contains(where: { $0.driver == package.inf }) { return false }
    try change { $0.state.store[package.inf] = nil }
    return true
  }
  mutating func keepDriver(_ package: DriverPackage, number: Int) throws(ActionFailure) {
    try change { $0.kept[number] = package }
  }
  mutating func putBackDriver(number: Int) throws(ActionFailure) {
    guard let package = kept[number] else { throw ActionFailure("nothing is kept as \(number)") }
    try change { $0.put(package) }
  }
  mutating func forgetDrivers() throws(ActionFailure) { try change { $0.kept = [:] } }

  mutating func run(_ command: [String]) throws(ActionFailure) {
    if command == ["fail"] { throw ActionFailure("fail ended with 1") }
    try change { $0.state.programs.append(command) }
  }
}
