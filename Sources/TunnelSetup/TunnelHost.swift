internal import ControlProtocol
internal import Foundation
internal import Octets
internal import ToolInput
internal import Transaction
internal import TransactionFiles
internal import TunnelControl
internal import TunnelPlan
internal import TunnelReport

/// The system, as far as the steps of one tunnel change it.
struct TunnelHost: TransactionHost {
  let name: String
  /// The journal, and links in files.
  private var files: FileHost
  /// Nobody else changes the tunnel meanwhile, nor does a program that a dead process of ours has left running.
  private let lock: Lock
  /// Held from the choice of a rule's priority until the rule is there, so that no two tunnels choose one.
  private let rules: Lock
  let lookup: Lookup
  /// What of the tunnel's file is for its socket. It is secret, and only who performs the steps has it.
  var configuration: SecretBytes?
  /// Whether the tunnel's kill switch, which was thrown before this process came, stays thrown whatever is undone.
  var isSwitchHeld = false
  /// What a switch that is held becomes before the tunnel is up: no looser than it is. nil leaves it as it is.
  var meanwhile: FilterTable?
  /// What failures call the commands of the file, by their names.
  var hookPlaces: [String: String] = [:]
  /// Called before each step with what it does.
  var tell: (String) -> Void = { _ in }

  init(name: String, journal: String, lock: Lock, rules: Lock, lookup: Lookup) {
    self.name = name
    self.rules = rules
    self.lock = lock
    self.lookup = lookup
    files = FileHost(journalPath: journal)
  }

  func journal() throws(ActionFailure) -> [UInt8] { try files.journal() }
  mutating func append(_ bytes: [UInt8]) throws(ActionFailure) { try files.append(bytes) }
  mutating func discardJournal() throws(ActionFailure) { try files.discardJournal() }

  private static let sourceMarks = "/proc/sys/net/ipv4/conf/all/src_valid_mark"
  /// Somebody else's, to be left as it is.
  private static let foreign = "foreign"

  private func step(_ action: Action) throws(ActionFailure) -> TunnelStep {
    guard let step = TunnelStep(action) else {
      throw ActionFailure(
        "the journal has a step of another version: remove \(files.journalPath) and take the tunnel down")
    }
    return step
  }

  /// What is there already.
  func prepare(_ action: Action, step number: Int) throws(ActionFailure) -> Memento {
    guard case .special = action else { return try files.prepare(action, step: number) }
    switch try step(action) {
    case .link:
      guard !SystemState.hasInterface(name) else {
        throw ActionFailure("there is an interface \(name) already: take it down, or give the file another name")
      }
      return Memento()
    case .rule(let rule):
      guard rules.take(within: 10) else {
        throw ActionFailure("another tunnel does not get done with its rules: try again")
      }
      return Memento(["\(try SystemState.nextPriority(rule.family))"])
    case .sourceMarks:
      let isSet = try text(of: Self.sourceMarks) == "1"
      // A tunnel's own rule is there already.
      let isNeeded = try SystemState.tunnelMarks().count > 1
      return Memento(isSet && !isNeeded ? [Self.foreign] : [])
    default: return Memento()
    }
  }

  mutating func perform(_ action: Action, _ memento: Memento) throws(ActionFailure) {
    if Interruption.isWanted { throw ActionFailure("interrupted") }
    guard case .special = action else { return try files.perform(action, memento) }
    let step = try step(action)
    tell(step.text(for: name, file: "\(name).conf"))
    switch step {
    case .link(.portable): try startDaemon(step)
    case .hook(_, let name): try run(step, .passedOn, label: hookPlaces[name] ?? name, lock: nil)
    case .configuration: try configure()
    case .mark(let mark): try markDatagrams(mark)
    case .start(mtu: nil): try run(step, mtu: try insideMTU())
    case .rule(let rule):
      defer { rules.release() }
      try ip(rule, "add", priority: memento)
    case .sourceMarks: try write("1", to: Self.sourceMarks)
    case .pathMTU(let addresses): try probe(through: addresses)
    // Its daemons may outlive it.
    case .nameServers: try run(step, lock: nil)
    case .filter(let table) where table.isGuard && isSwitchHeld:
      if let meanwhile { try run(.filter(meanwhile)) }
    case .link, .address, .start, .route, .filter: try run(step)
    }
  }

  mutating func undo(_ action: Action, _ memento: Memento) throws(ActionFailure) {
    guard case .special = action else { return try files.undo(action, memento) }
    switch try step(action) {
    case .link: try removeLink()
    case .nameServers(let names): try forget(names)
    case .rule(let rule):
      guard let priority = memento.fields.first.flatMap({ UInt32($0) }) else { return }
      if try SystemState.has(rule, priority: priority) { try ip(rule, "delete", priority: memento) }
    case .sourceMarks(let mark):
      let others = try SystemState.tunnelMarks().subtracting([mark])
      if memento.fields.isEmpty && others.isEmpty { try write("0", to: Self.sourceMarks) }
    case .filter(let table):
      if isSwitchHeld && table.isGuard { return }
      try Program(invocation: Invocation(["nft", "-f", "-"], input: table.removal)).succeed()
    case .hook, .configuration, .address, .start, .mark, .route, .pathMTU: break
    }
  }

  mutating func settle(_ action: Action, _ memento: Memento) throws(ActionFailure) {
    if case .special = action { return }
    try files.settle(action, memento)
  }

  private func run(
    _ step: TunnelStep, _ writing: Program.Writing = .caught, label: String? = nil, lock: Lock?, mtu: UInt32? = nil
  ) throws(ActionFailure) {
    for invocation in step.invocations(for: name, mtu: mtu) {
      try Program(invocation: invocation, writing: writing, label: label, lock: lock).succeed()
    }
  }

  /// The interface has the largest MTU that it can have.
  private func probe(through addresses: [String]) throws(ActionFailure) {
    guard let ceiling = SystemState.mtu(of: name) else { throw ActionFailure("the interface \(name) has gone") }
    var state = try liveState()
    defer { state.wipe() }
    let outcome = try PathMTUProbe(name: name, lock: lock)
      .settle(through: addresses, ceiling: ceiling, isRoutedIPv6: state.isRoutedIPv6)
    if let complaint = outcome.complaint(name, addresses) { lookup.warn(complaint) }
    if case .settled(let mtu, let address) = outcome { tell("packets of \(mtu) bytes pass to \(address) and back") }
  }

  private func run(_ step: TunnelStep, mtu: UInt32? = nil) throws(ActionFailure) {
    try run(step, lock: lock, mtu: mtu)
  }

  private func ip(_ rule: PolicyRule, _ verb: String, priority: Memento) throws(ActionFailure) {
    let words = ["ip", rule.family.option, "rule", verb, "priority"] + priority.fields + rule.selector
    try Program(invocation: Invocation(words), lock: lock).succeed()
  }

  private func text(of path: String) throws(ActionFailure) -> String {
    do {
      return try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
    } catch {
      throw ActionFailure("cannot read \(path): \((error as NSError).localizedDescription)")
    }
  }

  private func write(_ text: String, to path: String) throws(ActionFailure) {
    do {
      try FileHandle(forWritingTo: URL(fileURLWithPath: path)).write(contentsOf: Data(text.utf8))
    } catch {
      throw ActionFailure("cannot write \(path): \((error as NSError).localizedDescription)")
    }
  }
}
