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

  /// Refuses steps of files, and states that services are not brought into here.
  public func prepare(_ action: Action, step: Int) throws(ActionFailure) -> Memento {
    switch action {
    case .setting(let key, let name, _):
      guard let found = try system.registryValue(key: key, name: name) else {
        return Memento([try system.hasRegistryKey(key) ? Words.key : Words.nothing])
      }
      return Memento([Words.value, String(found.type), Words.digits(found.bytes)])
    case .service(let name, let state):
      let found = try system.serviceState(name)
      guard state != .absent && found != .absent || state == found else {
        throw ActionFailure("Windows Installer makes and deletes services: " + name + " is to be one or is none")
      }
      return Memento([found.rawValue])
    case .stageDriver(let inf): return try prepareDriver(inf)
    case .withdrawDriver: return Memento(Words.words(of: try system.driverPackages()))
    case .run: return Memento()
    case .copy, .remove, .redirect: throw ActionFailure("files are Windows Installer's here")
    }
  }

  /// Performs a step.
  public mutating func perform(_ action: Action, _ memento: Memento) throws(ActionFailure) {
    switch action {
    case .setting(let key, let name, let data):
      try system.setRegistryValue(key: key, name: name, data: data.map { RegistryData(text: $0) })
    case .service(let name, let state): try bring(name, to: state)
    case .stageDriver(let inf): try performDriver(inf, memento)
    case .withdrawDriver: try performWithdrawal(memento)
    case .run(let command, _): try system.run(command)
    case .copy, .remove, .redirect: throw ActionFailure("files are Windows Installer's here")
    }
  }

  /// Takes a step back.
  public mutating func undo(_ action: Action, _ memento: Memento) throws(ActionFailure) {
    switch action {
    case .setting(let key, let name, _): try undoSetting(key, name, memento)
    case .service(let name, _):
      guard let state = memento.fields.first.flatMap({ ServiceState(rawValue: $0) }) else { throw damaged }
      try bring(name, to: state)
    case .stageDriver: try undoDriver(memento)
    case .withdrawDriver: try undoWithdrawal(memento)
    case .run(_, let inverse): if !inverse.isEmpty { try system.run(inverse) }
    case .copy, .remove, .redirect: throw ActionFailure("files are Windows Installer's here")
    }
  }

  /// Throws away what was kept, and removes driver packages that have been replaced.
  public mutating func settle(_ action: Action, _ memento: Memento) throws(ActionFailure) {
    switch action {
    case .stageDriver: try settleDriver(memento)
    case .withdrawDriver: try system.forgetDrivers()
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
    guard state != .absent, try system.serviceState(name) != state else { return }
    try system.setService(name, running: state == .running)
  }

  var damaged: ActionFailure { ActionFailure("the journal does not say what was found: mend the installation by hand") }
}
