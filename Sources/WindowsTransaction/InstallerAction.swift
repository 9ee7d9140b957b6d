public import Transaction

/// What the actions of the Windows Installer package do: each is a transaction with a journal of its own, which stays
/// until Windows Installer has decided how the whole installation ends.
public enum InstallerAction: CaseIterable, Sendable {
  case installDriver
  case removeDriver
  /// While files and driver are replaced, no tunnel runs; those that ran go on afterwards.
  case pauseTunnels
  /// Without the program no tunnel runs: their services go with it, those that a channel's update has given a slot's
  /// program too, and so does what channels have brought. The tunnels' files stay.
  case removeTunnels

  /// The name of its journal and, for people, what it is for.
  public var name: StaticString {
    switch self {
    case .installDriver: "InstallDriver"
    case .removeDriver: "RemoveDriver"
    case .pauseTunnels: "PauseTunnels"
    case .removeTunnels: "RemoveTunnels"
    }
  }

  /// Its steps.
  ///
  /// - Parameters:
  ///   - path: for the driver's installation, of the INF; for tunnels, of the program that runs them.
  ///   - tunnels: the services of tunnels that there are.
  ///   - channel: the folder of channels' updates.
  ///   - isGoingBack: whether a newer product is replaced, as a channel's rollback has it.
  public func steps(
    path: String, tunnels: [InstalledService] = [], channel: String = "", isGoingBack: Bool = false
  ) -> [Action] {
    switch self {
    case .installDriver:
      [
        isGoingBack ? .returnToDriver(inf: path) : .stageDriver(inf: path),
        .setting(key: Self.key, name: "Driver", data: path),
        // Used, or overtaken by what is installed.
        .setting(key: RollbackToken.key, name: RollbackToken.name, data: nil),
      ]
    case .removeDriver:
      [
        .setting(key: Self.key, name: "Driver", data: nil),
        .setting(key: RollbackToken.key, name: RollbackToken.name, data: nil), .withdrawDriver,
      ]
    // Those that a program elsewhere has made are not the product's.
    case .pauseTunnels:
      [.channelArrival(folder: channel)] + tunnels.filter { $0.runs(path) }.map { .pause(service: $0.name) }
    case .removeTunnels:
      tunnels.filter { $0.runs(path) || $0.runs(below: channel + "\\slots") }
        .map { .service(name: $0.name, state: .absent) } + [.channelRemoval(folder: channel)]
    }
  }

  /// Whether it is about tunnels: whoever starts or stops one of them waits for what the driver's steps lock.
  public var isOfTunnels: Bool {
    switch self {
    case .installDriver, .removeDriver: false
    case .pauseTunnels, .removeTunnels: true
    }
  }

  /// What the names of tunnels' services begin with; the rest is the tunnel's.
  public static let tunnelPrefix = "NeedletailTunnel$"

  /// The product's key, below HKEY_LOCAL_MACHINE.
  public static let key = "SOFTWARE\\Needletail"
}

/// What a package hands over to an action: whether Windows Installer will end the installation without a way back, in
/// which case it calls neither of the actions that end ours; whether a newer product is replaced; and a path.
/// "1;C:\path", "b;C:\path", "1b;C:\path" or ";C:\path".
public struct ActionData: Equatable, Sendable {
  /// Whether there is no way back.
  public let isFinal: Bool
  /// Whether a channel's rollback is followed.
  public let isGoingBack: Bool
  /// The path; empty when there is none.
  public let path: String

  /// Reads what is handed over; without a ";" all of it is the path.
  public init(_ bytes: [UInt8]) {
    let end = bytes.firstIndex(of: UInt8(ascii: ";"))
    let words = bytes[..<(end ?? 0)]
    let back = UInt8(ascii: "b")
    isFinal = words.contains { $0 != back }
    isGoingBack = words.contains(back)
    path = String(decoding: end.map { bytes[($0 + 1)...] } ?? bytes[...], as: UTF8.self)
  }
}

extension Transaction {
  /// Does an action's steps, after ending backwards what a crash has left of them.
  ///
  /// - Throws: why not; nothing of them is left then, unless the reason says so.
  public mutating func install<System>(
    _ action: InstallerAction, data: ActionData
  ) throws(ActionFailure) where Host == WindowsHost<System> {
    if case .stuck(let failure) = recover() { throw failure }
    let tunnels = action.isOfTunnels ? try host.system.services(named: InstallerAction.tunnelPrefix) : []
    let channel = action.isOfTunnels ? try host.system.channelFolder() : ""
    let steps = action.steps(
      path: data.path, tunnels: tunnels, channel: channel, isGoingBack: data.isGoingBack)
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
