import Transaction

/// A system in memory: names with values, and a journal; at one of its calls it can crash or fail.
struct RehearsalHost: TransactionHost {
  enum Fault: Equatable {
    case none
    /// The power goes before call number n changes anything; every call after it fails too.
    case crash(Int)
    /// In the middle of call number n.
    case tear(Int)
    /// Call number n fails, alone.
    case failure(Int)
    /// An append that is call number n succeeds and says that it failed; then the power goes before call m.
    case lie(Int, crash: Int)
  }

  var values: [String: String] = [:]
  var kept: [String: String] = [:]
  var lines: [UInt8] = []
  var fault = Fault.none
  private(set) var calls = 0
  private(set) var hasCrashed = false

  /// What would be found after a restart.
  func restarted(_ fault: Fault = .none) -> RehearsalHost {
    var host = RehearsalHost()
    (host.values, host.kept, host.lines, host.fault) = (values, kept, lines, fault)
    return host
  }

  /// Whether this call is torn; throws when it does not happen.
  private mutating func enter() throws(ActionFailure) -> Bool {
    if hasCrashed { throw ActionFailure("crashed") }
    calls += 1
    switch fault {
    case .crash(calls), .tear(calls), .lie(_, crash: calls): hasCrashed = true
    case .failure(calls): throw ActionFailure("failure planted at call \(calls)")
    default: return false
    }
    if fault == .tear(calls) { return true }
    throw ActionFailure("crashed")
  }

  func journal() throws(ActionFailure) -> [UInt8] {
    if hasCrashed { throw ActionFailure("crashed") }
    return lines
  }

  mutating func append(_ bytes: [UInt8]) throws(ActionFailure) {
    let isTorn = try enter()
    lines += isTorn ? Array(bytes.prefix(bytes.count / 2)) : bytes
    if isTorn { throw ActionFailure("crashed") }
    if case .lie(calls, _) = fault { throw ActionFailure("said to have failed") }
  }

  mutating func discardJournal() throws(ActionFailure) {
    let isTorn = try enter()
    lines = []
    if isTorn { throw ActionFailure("crashed") }
  }

  func prepare(_ action: Action, step: Int) throws(ActionFailure) -> Memento {
    if hasCrashed { throw ActionFailure("crashed") }
    switch action {
    case .setting(_, let name, _): return Memento(values[name].map { [$0] } ?? [])
    case .copy(_, let target): return Memento(values[target] == nil ? [] : ["existed"])
    default: throw ActionFailure("not in this rehearsal")
    }
  }

  mutating func perform(_ action: Action, _ memento: Memento) throws(ActionFailure) {
    let isTorn = try enter()
    switch action {
    case .setting(_, let name, let data): values[name] = data
    case .copy(let source, let target):
      if !memento.fields.isEmpty && kept[target] == nil { kept[target] = values[target] }
      if !isTorn { values[target] = "copy of \(source)" }
    default: break
    }
    if isTorn { throw ActionFailure("crashed") }
  }

  mutating func undo(_ action: Action, _ memento: Memento) throws(ActionFailure) {
    let isTorn = try enter()
    switch action {
    case .setting(_, let name, _): values[name] = memento.fields.first
    case .copy(_, let target):
      if memento.fields.isEmpty {
        values[target] = nil
      } else if let old = kept[target] {
        values[target] = old
        if !isTorn { kept[target] = nil }
      }
    default: break
    }
    if isTorn { throw ActionFailure("crashed") }
  }

  mutating func settle(_ action: Action, _ memento: Memento) throws(ActionFailure) {
    let isTorn = try enter()
    if case .copy(_, let target) = action { kept[target] = nil }
    if isTorn { throw ActionFailure("crashed") }
  }
}
