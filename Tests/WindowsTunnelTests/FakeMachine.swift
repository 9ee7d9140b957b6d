import WindowsTunnel

/// What update channels find on a Windows in memory: files, and the services of tunnels.
struct FakeMachine {
  var files: [String: [UInt8]] = [:]
  var folders: Set<String> = []
  var services: [String: (command: String, isRunning: Bool, process: UInt64)] = [:]
  /// What a web server has.
  var pages: [String: [UInt8]] = [:]
  /// How many changes it survives; nil for any number.
  var changesLeft: Int?
  /// Whether Windows has started since somebody asked.
  var hasStarted = true
  var isLocked = false
  var uptime: UInt64 = 1000
  var processes: UInt64 = 4
  /// The driver that is in the store, by the program that carries it.
  var driver = ""
}

extension FakeWindows {
  /// Something on the disk or among the services changes; no more when the power is gone.
  private func change(_ body: (inout FakeMachine) -> Void) throws(SystemError) {
    if let left = machine.changesLeft {
      guard left > 0 else { throw SystemError(1115) }
      machine.changesLeft = left - 1
    }
    body(&machine)
  }

  func channelFolder() throws(SystemError) -> String { "C:\\Windows\\Needletail.channel" }
  func ownProgram() throws(SystemError) -> String { "C:\\Program Files\\Needletail\\needletail.exe" }
  func write(file: String, bytes: [UInt8], isAdded: Bool) throws(SystemError) {
    try change { $0.files[file] = isAdded ? ($0.files[file] ?? []) + bytes : bytes }
  }
  func makeFolder(_ path: String) throws(SystemError) { try change { $0.folders.insert(path) } }
  func remove(_ path: String) throws(SystemError) {
    try change { machine in
      machine.files[path] = nil
      machine.folders.remove(path)
    }
  }
  func entries(of folder: String) throws(SystemError) -> [(name: String, isFolder: Bool)] {
    guard machine.folders.contains(folder) else { throw .notFolder }
    let all = machine.files.keys.map { ($0, false) } + machine.folders.map { ($0, true) }
    return all.filter { $0.0.hasPrefix(folder + "\\") }
      .map { (name: String($0.0.dropFirst(folder.count + 1)), isFolder: $0.1) }
      .filter { !$0.name.contains("\\") }.sorted { $0.name < $1.name }
  }
  func freeSpace(at folder: String) throws(SystemError) -> UInt64 { 1 << 40 }
  func lock(file: String) throws(SystemError) { if machine.isLocked { throw .sharingViolation } }
  func randomBytes(_ count: Int) -> [UInt8] { [UInt8](repeating: 7, count: count) }
  func uptime() -> UInt64 {
    machine.uptime += 1
    return machine.uptime
  }
  func isNewStart() throws(SystemError) -> Bool {
    defer { machine.hasStarted = false }
    return machine.hasStarted
  }
  func fetch(_ address: String, most: Int) throws(SystemError) -> [UInt8]? {
    guard let page = machine.pages[address] else { return nil }
    guard page.count <= most else { throw .fileTooLarge }
    return page
  }
  func systemBuild() -> UInt32 { 22_631 }
  func runningDrivers() throws(SystemError) -> [String] { drivers }
  func tunnelServices() throws(SystemError) -> [TunnelService] {
    machine.services.sorted { $0.key < $1.key }.map { name, service in
      let program = service.command.split(separator: "\"").first.map(String.init) ?? ""
      return TunnelService(
        name: name, command: service.command, state: service.isRunning ? .running : .stopped,
        process: service.isRunning ? service.process : 0, startedAt: service.process, program: program)
    }
  }
  func setCommand(ofTunnel name: String, to command: String) throws(SystemError) {
    try change { $0.services[name]?.command = command }
  }
  func stopService(ofTunnel name: String) throws(SystemError) {
    try change { $0.services[name]?.isRunning = false }
  }
  func startService(ofTunnel name: String) throws(SystemError) {
    if let error = failures["service \(name)"] { throw error }
    try change { machine in
      machine.processes += 1
      machine.services[name]?.isRunning = true
      machine.services[name]?.process = machine.processes
    }
    adapters[name] = FakeAdapter(self, name)
  }
  func complete(command: String) throws(SystemError) -> UInt32 {
    if let error = failures["driver"] { return error.number }
    try change { $0.driver = command.split(separator: "\"").first.map(String.init) ?? "" }
    return 0
  }
}
