public import ConfigurationFile
internal import Foundation
internal import Transaction
internal import TunnelControl
public import TunnelPlan
public import TunnelReport

/// Brings tunnels up and down, and leaves nothing half done.
///
/// A tunnel that is up is a transaction that has not ended: its journal, below /run, says what was changed, and going down
/// is going back. The last step makes a link beside the journal; a journal without it was left by a process that died while
/// the tunnel came up or went down, and whoever comes next, for whatever, goes back first.
public struct TunnelSetup {
  /// Where journals are.
  public static let folder = "/run/needletail"

  /// The interface.
  public let name: String
  private let lookup: Lookup
  private let tell: (String) -> Void

  /// A tunnel by its name. `tell` hears of every step what it does.
  public init(name: String, environment: [String: String], tell: @escaping (String) -> Void = { _ in }) {
    self.name = name
    self.tell = tell
    lookup = Lookup(environment: environment)
  }

  /// A tunnel's file, read.
  public struct File {
    /// Its path, from the root.
    public let path: String
    /// What it says.
    public let document: ConfigurationDocument
    /// What of it is for the tunnel's socket. It may be secret.
    public let configuration: SecretBytes
    /// What it says of its guard.
    public let settings: GuardSettings
    /// The lines that its commands stand in, counted from 1, by their names: `PostUp 1`.
    public let hookLines: [String: Int]

    /// A file.
    public init(
      path: String, document: ConfigurationDocument, settings: GuardSettings, configuration: SecretBytes,
      hookLines: [String: Int]
    ) {
      self.hookLines = hookLines
      self.path = path
      self.document = document
      self.settings = settings
      self.configuration = configuration
    }

    /// What failures call its commands: what is in them may be secret, and failures get into logs.
    var hookPlaces: [String: String] {
      Dictionary(uniqueKeysWithValues: hookLines.map { ($0, "\($0) (\(path):\($1))") })
    }
  }

  private var journal: String { "\(Self.folder)/\(name).journal" }
  /// There when the tunnel is up; leads to its file.
  private var sign: String { "\(Self.folder)/\(name).up" }
  /// The commands that are still to run once the tunnel is down.
  private var afterwards: String { "\(Self.folder)/\(name).afterwards" }

  /// Whether the tunnel was brought up here, and is not going down.
  public var isUp: Bool { file != nil }

  /// Whether the tunnel's kill switch is thrown, which outlives a tunnel that died; false for who may not ask.
  public var isSwitchThrown: Bool { KillSwitch(of: name).isThrown }

  /// The path of the file that the tunnel was brought up with; nil when it is not up.
  public var file: String? { try? FileManager.default.destinationOfSymbolicLink(atPath: sign) }

  /// What bringing the tunnel up would do now.
  public func plan(
    _ file: File, implementation: TunnelImplementation, guarding: Guard, mtuMode: MTUMode
  ) throws(SetupFailure) -> TunnelPlan {
    do throws(ActionFailure) {
      let facts = SystemFacts(
        tables: try SystemState.tables(), nameServerTool: Self.nameServerTool, hasFilter: Program.path(of: "nft") != nil
      )
      return try make(file, implementation, facts, guarding, mtuMode)
    } catch {
      throw SetupFailure(error)
    }
  }

  private func make(
    _ file: File, _ implementation: TunnelImplementation, _ facts: SystemFacts, _ guarding: Guard, _ mtuMode: MTUMode
  ) throws(ActionFailure) -> TunnelPlan {
    do throws(PlanFault) {
      return try TunnelPlan(
        name: name, document: file.document, implementation: implementation, facts: facts, guarding: guarding,
        mtuMode: mtuMode)
    } catch {
      throw ActionFailure(error.words)
    }
  }

  /// Brings the tunnel up. When that fails, nothing of it is left, but for a kill switch that was thrown before: that of a
  /// tunnel whose daemon has died, or of an `up` that died, stays thrown meanwhile and afterwards, until `down`.
  public func up(
    _ file: File, implementation: TunnelImplementation, guarding: Guard, mtuMode: MTUMode
  ) throws(SetupFailure) {
    var transaction = try begin()
    if isUp {
      guard !SystemState.hasInterface(name) else {
        throw SetupFailure("\(name) is up already: needletail down \(name) takes it down")
      }
      tell("the interface of \(name) is gone: what else it had is taken back first")
    }
    let killSwitch = KillSwitch(of: name)
    transaction.host.isSwitchHeld = killSwitch.isThrown
    if transaction.host.isSwitchHeld { tell("the kill switch of \(name) holds meanwhile") }
    try finish(&transaction)
    let plan = try plan(file, implementation: implementation, guarding: guarding, mtuMode: mtuMode)
    transaction.host.configuration = file.configuration
    transaction.host.hookPlaces = file.hookPlaces
    if transaction.host.isSwitchHeld {
      var least = guarding
      least.allowsLAN = least.allowsLAN && killSwitch.allowsLAN
      let guarded = try self.plan(file, implementation: implementation, guarding: least, mtuMode: mtuMode).guardTable
      transaction.host.meanwhile = guarded.flatMap { $0.isThrown ? $0 : nil }
    }
    let steps = plan.steps.map { $0.action } + [.redirect(link: sign, destination: file.path)]
    switch transaction.perform(steps, purpose: "needletail up \(file.path)") {
    case .ready: break
    case .undone(let failure):
      if !transaction.host.isSwitchHeld { KnownEndpoints(of: name).forget() }
      let rest =
        transaction.host.isSwitchHeld
        ? "but for the kill switch, which goes on blocking everything: needletail down \(name) lifts it"
        : "what was done was undone"
      throw SetupFailure("\(name) is not up: \(failure.reason); \(rest)")
    case .stuck(let failure): throw stuck(failure)
    case .refused(let failure), .undecided(let failure): throw SetupFailure(failure)
    case .done: throw SetupFailure("\(name): the transaction ended by itself")
    }
    guard transaction.host.isSwitchHeld else { return }
    // Only now may the switch let out more than the one that was held.
    do throws(ActionFailure) {
      guard let table = plan.guardTable else { return try killSwitch.lift() }
      if table != transaction.host.meanwhile { try killSwitch.replace(with: table) }
    } catch {
      throw SetupFailure(error)
    }
  }

  /// Takes the tunnel down: what bringing it up did is undone, in reverse order. A command that fails ends it, as with
  /// wg-quick: one of PreDown's with the tunnel up, one of PostDown's with the tunnel down.
  ///
  /// - Parameters:
  ///   - file: the tunnel's file; nil when it is gone, and with it the commands in it.
  ///   - keepsSwitch: whether a kill switch that is thrown stays so, until the next `up` or `down`.
  public func down(_ file: File?, keepingSwitch keepsSwitch: Bool = false) throws(SetupFailure) {
    var transaction = try begin()
    transaction.host.isSwitchHeld = keepsSwitch && KillSwitch(of: name).isThrown
    do throws(ActionFailure) {
      guard
        try !transaction.host.journal().isEmpty || FileManager.default.fileExists(atPath: afterwards)
          || KillSwitch(of: name).isThrown
      else {
        throw ActionFailure(
          SystemState.hasInterface(name)
            ? "\(name) was not brought up by needletail: take it down with what brought it up"
            : "\(name) is not up")
      }
      if let interface = file?.document.interface, isUp {
        let places = file?.hookPlaces ?? [:]
        for hook in TunnelStep.hooks("PreDown", interface.preDown.map { "\($0)" }) { try run(hook, places) }
        if interface.saveConfig == true, let file, SystemState.hasInterface(name) {
          try write(file, transaction.host)
        }
        try remember(interface.postDown.map { "\($0)" }, places)
      }
    } catch {
      throw SetupFailure(error)
    }
    try finish(&transaction)
  }

  /// Goes back from where a process that died has left the tunnel, or from where it is; does nothing when there is nothing.
  private func finish(_ transaction: inout Transaction<TunnelHost>) throws(SetupFailure) {
    switch transaction.recover() {
    case nil, .undone, .done: break
    case .stuck(let failure), .undecided(let failure), .refused(let failure): throw stuck(failure)
    case .ready: throw SetupFailure("\(name): the transaction did not go back")
    }
    for path in [afterwards + ".new", PathMTURefresh.sign(of: name), PathMTURefresh.sign(of: name) + ".new"] {
      try? FileManager.default.removeItem(atPath: path)
    }
    do throws(ActionFailure) {
      if !transaction.host.isSwitchHeld {
        KnownEndpoints(of: name).forget()
        // Of an `up` that failed behind it.
        let killSwitch = KillSwitch(of: name)
        if killSwitch.isThrown { try killSwitch.lift() }
      }
    } catch {
      throw SetupFailure(error)
    }
    do throws(ActionFailure) {
      guard let bytes = FileManager.default.contents(atPath: afterwards) else { return }
      defer { try? FileManager.default.removeItem(atPath: afterwards) }
      guard let rest = try? JSONDecoder().decode(Afterwards.self, from: bytes) else { return }
      for hook in TunnelStep.hooks("PostDown", rest.lines) { try run(hook, rest.places) }
    } catch {
      throw SetupFailure("\(name) is down; of its PostDown commands, \(error.reason)")
    }
  }

  /// Writes the state that the tunnel has into its file.
  public func save(_ file: File) throws(SetupFailure) {
    let transaction = try begin()
    guard isUp, SystemState.hasInterface(name) else { throw SetupFailure("\(name) is not up") }
    do throws(ActionFailure) {
      try write(file, transaction.host)
    } catch {
      throw SetupFailure(error)
    }
  }

  private func write(_ file: File, _ host: TunnelHost) throws(ActionFailure) {
    // An MTU that was found by probing is what it is today.
    let isProbed = try PathMTURefresh.addresses(of: name) != nil
    let page = SavedFile.page(
      file.document, settings: file.settings, live: try host.liveConfiguration(),
      addresses: try SystemState.addresses(of: name),
      mtu: isProbed ? file.document.interface.mtu : SystemState.mtu(of: name))
    try SavedFile.write(page, to: URL(fileURLWithPath: file.path).resolvingSymlinksInPath().path)
  }

  private func run(_ step: TunnelStep, _ places: [String: String]) throws(ActionFailure) {
    guard case .hook(_, let hook) = step else { return }
    tell(step.text(for: name, file: ""))
    for invocation in step.invocations(for: name) {
      try Program(invocation: invocation, writing: .passedOn, label: places[hook] ?? hook).succeed()
    }
  }

  /// The commands for when the tunnel is down, and what failures call them.
  private struct Afterwards: Codable {
    var lines: [String]
    var places: [String: String]
  }

  private func remember(_ lines: [String], _ places: [String: String]) throws(ActionFailure) {
    guard let bytes = try? JSONEncoder().encode(Afterwards(lines: lines, places: places)) else {
      throw ActionFailure("PostDown is not text")
    }
    try Folder.write(bytes, to: afterwards)
  }

  private func begin() throws(SetupFailure) -> Transaction<TunnelHost> {
    do throws(ActionFailure) {
      try Folder.make(Self.folder)
      let lock = try Lock("\(Self.folder)/\(name).lock")
      guard lock.take(within: 10) else {
        throw ActionFailure("\(name) is being brought up or taken down by another process: wait for its end")
      }
      Interruption.watch()
      var host = TunnelHost(
        name: name, journal: journal, lock: lock, rules: try Lock("\(Self.folder)/.rules.lock"), lookup: lookup)
      host.tell = tell
      return Transaction(host: host)
    } catch {
      throw SetupFailure(error)
    }
  }

  private func stuck(_ failure: ActionFailure) -> SetupFailure {
    SetupFailure("\(name) is neither up nor down: \(failure.reason); needletail down \(name) tries again")
  }

  private static var nameServerTool: NameServers.Tool? {
    if Program.path(of: "resolvconf") != nil { return .resolvconf(prefix: ResolvconfOrder.prefix) }
    return Program.path(of: "resolvectl") != nil ? .resolvectl : nil
  }
}

/// Why a tunnel did not come up or go down: what was wrong, and what to do.
public struct SetupFailure: Error, Equatable, Sendable {
  /// The words for a person.
  public let words: String

  init(_ words: String) { self.words = words }
  init(_ failure: ActionFailure) { words = failure.reason }
}
