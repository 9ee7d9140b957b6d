public import Transaction

/// The registry, services, the driver store and programs of Windows, for a `Transaction`. Files are Windows Installer's
/// business there, which takes them back by itself.
///
/// It decides what is done and in which order; it checks no privilege (Windows does), and not what a package holds (the
/// store does, by its catalog's signature).
public struct WindowsHost<System: WindowsSystem>: TransactionHost {
  /// What is called.
  public var system: System

  /// A host on a system.
  public init(system: System) { self.system = system }

  /// The journal's bytes.
  public func journal() throws(ActionFailure) -> [UInt8] { try system.readJournal() }
  /// Adds to the journal.
  public mutating func append(_ bytes: [UInt8]) throws(ActionFailure) { try system.appendJournal(bytes) }
  /// Removes the journal.
  public mutating func discardJournal() throws(ActionFailure) { try system.removeJournal() }

  /// Refuses steps of files, and services that would have to be made.
  public func prepare(_ action: Action, step: Int) throws(ActionFailure) -> Memento {
    switch action {
    case .setting(let key, let name, _):
      guard let found = try system.registryValue(key: key, name: name) else {
        return Memento([try system.hasRegistryKey(key) ? Words.key : Words.nothing])
      }
      return Memento([Words.value, String(found.type), Words.digits(found.bytes)])
    case .service(let name, let state):
      let found = try system.serviceState(name)
      guard state == .absent || found != .absent else {
        throw ActionFailure("there is no service " + name + ", and none is made here")
      }
      return Memento([found.rawValue])
    case .pause(let service): return Memento([try system.serviceState(service).rawValue])
    case .stageDriver(let inf): return try prepareDriver(inf, isGoingBack: false)
    case .returnToDriver(let inf): return try prepareDriver(inf, isGoingBack: true)
    case .withdrawDriver: return Memento(Words.words(of: try system.driverPackages()))
    case .run: return Memento()
    case .copy, .remove, .redirect: throw ActionFailure("files are Windows Installer's here")
    case .special(let kind, let words): return try prepareChannel(kind, words)
    }
  }

  /// Performs a step.
  public mutating func perform(_ action: Action, _ memento: Memento) throws(ActionFailure) {
    switch action {
    case .setting(let key, let name, let data):
      try system.setRegistryValue(key: key, name: name, data: data.map { RegistryData(text: $0) })
    case .service(let name, let state): try bring(name, to: state == .running ? .running : .stopped)
    case .pause(let service): try bring(service, to: .stopped)
    case .stageDriver(let inf), .returnToDriver(let inf): try performDriver(inf, memento)
    case .withdrawDriver: try performWithdrawal(memento)
    case .run(let command, _): try system.run(command)
    case .copy, .remove, .redirect: throw ActionFailure("files are Windows Installer's here")
    case .special(let kind, let words): try performChannel(kind, words)
    }
  }

  /// Takes a step back.
  public mutating func undo(_ action: Action, _ memento: Memento) throws(ActionFailure) {
    switch action {
    case .setting(let key, let name, _): try undoSetting(key, name, memento)
    case .service(let name, let wanted):
      let found = try state(memento)
      // Who was to go has been stopped only.
      if wanted == .absent { try goOn(name, found) } else { try bring(name, to: found) }
    case .pause(let service): try goOn(service, try state(memento))
    case .stageDriver, .returnToDriver: try undoDriver(memento)
    case .withdrawDriver: try undoWithdrawal(memento)
    case .run(_, let inverse): if !inverse.isEmpty { try system.run(inverse) }
    case .copy, .remove, .redirect: throw ActionFailure("files are Windows Installer's here")
    case .special(let kind, let words): try undoChannel(kind, words, memento)
    }
  }

  /// Throws away what was kept, and removes driver packages that have been replaced.
  public mutating func settle(_ action: Action, _ memento: Memento) throws(ActionFailure) {
    switch action {
    case .stageDriver, .returnToDriver: try settleDriver(memento)
    case .withdrawDriver: try system.forgetDrivers()
    case .service(let name, .absent): try delete(name)
    case .pause(let service): try goOn(service, try state(memento))
    case .special(let kind, let words): try settleChannel(kind, words)
    case .setting, .service, .run, .copy, .remove, .redirect: break
    }
  }

  private mutating func undoSetting(_ key: String, _ name: String, _ memento: Memento) throws(ActionFailure) {
    let fields = memento.fields
    if fields.count == 3 && Words.isSame(fields[0], Words.value) {
      guard let type = UInt32(fields[1]), let bytes = Words.bytes(fields[2]) else { throw damaged }
      try system.setRegistryValue(key: key, name: name, data: RegistryData(type: type, bytes: bytes))
      return
    }
    try system.setRegistryValue(key: key, name: name, data: nil)
    guard let first = fields.first else { throw damaged }
    if Words.isSame(first, Words.nothing) { try system.removeEmptyRegistryKey(key) }
  }

  private mutating func bring(_ name: String, to state: ServiceState) throws(ActionFailure) {
    let found = try system.serviceState(name)
    guard state != .absent, found != .absent, found != state else { return }
    try system.setService(name, running: state == .running)
  }

  /// What a service was, by its memento.
  private func state(_ memento: Memento) throws(ActionFailure) -> ServiceState {
    guard let state = memento.fields.first.flatMap({ ServiceState(rawValue: $0) }) else { throw damaged }
    return state
  }

  /// Starts again what ran. One that does not start is told and fails nothing: the installation is not to blame, and the
  /// service manager tries again with the next start of the system.
  private mutating func goOn(_ name: String, _ before: ServiceState) throws(ActionFailure) {
    guard before == .running, try system.serviceState(name) == .stopped else { return }
    do throws(ActionFailure) { try system.beginService(name) } catch { system.note(error.reason) }
  }

  private mutating func delete(_ name: String) throws(ActionFailure) {
    guard try system.serviceState(name) != .absent else { return }
    // Whoever has started it meanwhile.
    try bring(name, to: .stopped)
    try system.deleteService(name)
  }

  var damaged: ActionFailure { ActionFailure("the journal does not say what was found: mend the installation by hand") }
}
