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

  /// Its steps.
  ///
  /// - Parameter path: for the installation, of the INF.
  public func steps(path: String) -> [Action] {
    switch self {
    case .installDriver:
      [.stageDriver(inf: path), .setting(key: Self.key, name: "Driver", data: path)]
    case .removeDriver:
      [.setting(key: Self.key, name: "Driver", data: nil), .withdrawDriver]
    }
  }

  /// The product's key, below HKEY_LOCAL_MACHINE.
  public static let key = "SOFTWARE\\Needletail"
}

/// What a package hands over to an action: whether Windows Installer will end the installation without a way back, in
/// which case it calls neither of the actions that end ours; and a path. "1;C:\path" or ";C:\path".
public struct ActionData: Equatable, Sendable {
  /// Whether there is no way back.
  public let isFinal: Bool
  /// The path; empty when there is none.
  public let path: String

  /// Reads what is handed over; without a ";" all of it is the path.
  public init(_ bytes: [UInt8]) {
    let end = bytes.firstIndex(of: UInt8(ascii: ";"))
    isFinal = end.map { $0 > 0 } ?? false
    path = String(decoding: end.map { bytes[($0 + 1)...] } ?? bytes[...], as: UTF8.self)
  }
}

extension Transaction {
  /// Does an action's steps, after ending backwards what a crash has left of them.
  ///
  /// - Throws: why not; nothing of them is left then, unless the reason says so.
  public mutating func install(_ action: InstallerAction, data: ActionData) throws(ActionFailure) {
    if case .stuck(let failure) = recover() { throw failure }
    let steps = action.steps(path: data.path)
    let purpose = action.name.description
    switch data.isFinal ? run(steps, purpose: purpose) : perform(steps, purpose: purpose) {
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
