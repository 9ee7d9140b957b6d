public import Transaction

/// What the actions of the Windows Installer package do: each is a transaction with a journal of its own, which stays
/// until Windows Installer has decided how the whole installation ends.
public enum InstallerAction: CaseIterable, Sendable {
  case installDriver
  case removeDriver

  /// The name of its journal and, for people, what it is for.
  public var name: StaticString {
    switch self {
    case .installDriver: "InstallDriver"
    case .removeDriver: "RemoveDriver"
    }
  }

  /// Its steps. `data` is what the package hands over: for the installation the path of the INF.
  public func steps(data: String) -> [Action] {
    switch self {
    case .installDriver:
      [.stageDriver(inf: data), .setting(key: Self.key, name: "Driver", data: data)]
    case .removeDriver:
      [.setting(key: Self.key, name: "Driver", data: nil), .withdrawDriver]
    }
  }

  /// The product's key, below HKEY_LOCAL_MACHINE.
  public static let key = "SOFTWARE\\Needletail"
}

extension Transaction {
  /// Does an action's steps, after ending backwards what a crash has left of them.
  ///
  /// - Throws: why not; nothing of them is left then, unless the reason says so.
  public mutating func install(_ action: InstallerAction, data: String) throws(ActionFailure) {
    if case .stuck(let failure) = recover() { throw failure }
    switch perform(action.steps(data: data), purpose: action.name.description) {
    case .ready, .done: return
    case .undone(let failure), .refused(let failure), .undecided(let failure), .stuck(let failure): throw failure
    }
  }

  /// Takes an action back, wherever it stands.
  public mutating func rollBack() throws(ActionFailure) {
    if case .stuck(let failure) = recover() { throw failure }
  }

  /// Ends an action forwards.
  public mutating func end() throws(ActionFailure) {
    switch commit() {
    case .stuck(let failure), .undecided(let failure): throw failure
    default: return
    }
  }
}
