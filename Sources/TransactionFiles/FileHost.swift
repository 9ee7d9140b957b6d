public import Transaction

/// Files, symbolic links and programs of this system, for a `Transaction`.
///
/// What a step replaces is kept beside it under the name with `.needletail-kept` behind it, on the same file system, until
/// the transaction is finished. Every change is flushed to the disk, with the folder it lies in, before a call returns.
public struct FileHost: TransactionHost {
  /// Where the journal lies.
  public let journalPath: String
  /// Called before each change of the file system; throwing stands for a crash in tests.
  var beforeChange: () throws(ActionFailure) -> Void = {}

  /// A host whose journal lies at `journalPath`, in a folder that exists and that only administrators may write to.
  public init(journalPath: String) { self.journalPath = journalPath }

  /// The journal's bytes, at most 2 MiB.
  public func journal() throws(ActionFailure) -> [UInt8] {
    try Files.status(journalPath) == nil ? [] : Files.read(journalPath, limit: 2 << 20)
  }

  /// Adds to the journal, and flushes it.
  public mutating func append(_ bytes: [UInt8]) throws(ActionFailure) {
    try beforeChange()
    try Files.append(bytes, to: journalPath)
  }

  /// Removes the journal.
  public mutating func discardJournal() throws(ActionFailure) {
    try change { () throws(ActionFailure) in try Files.remove(journalPath) }
  }

  private static let existed = "existed"

  private func kept(_ path: String) -> String { path + ".needletail-kept" }
  private func fresh(_ path: String) -> String { path + ".needletail-new" }

  private func change(_ body: () throws(ActionFailure) -> Void) throws(ActionFailure) {
    try beforeChange()
    try body()
  }

  /// Refuses what is not a file, or link, where one is expected, and what another system's steps are.
  public func prepare(_ action: Action, step: Int) throws(ActionFailure) -> Memento {
    switch action {
    case .copy(let source, let target):
      guard try Files.status(source) == .file else { throw ActionFailure("\(source) is not a file") }
      return try replaceable(target)
    case .remove(let path): return try replaceable(path)
    case .redirect(let link, _):
      switch try Files.status(link) {
      case nil: return Memento()
      case .link: return Memento([try Files.destination(of: link)])
      default: throw ActionFailure("\(link) is in the place of a symbolic link: move it away")
      }
    case .run: return Memento()
    case .setting, .service, .pause, .stageDriver, .returnToDriver, .withdrawDriver, .special:
      throw ActionFailure("this step needs a system that has a registry, services or a driver store")
    }
  }

  private func replaceable(_ path: String) throws(ActionFailure) -> Memento {
    guard try Files.status(kept(path)) == nil else {
      throw ActionFailure("\(kept(path)) was left behind: move it away")
    }
    switch try Files.status(path) {
    case nil: return Memento()
    case .file: return Memento([Self.existed])
    default: throw ActionFailure("\(path) is not a file")
    }
  }

  /// Performs a step of files or a program.
  public mutating func perform(_ action: Action, _ memento: Memento) throws(ActionFailure) {
    switch action {
    case .copy(let source, let target):
      if memento.fields == [Self.existed], try Files.status(kept(target)) == nil {
        try change { () throws(ActionFailure) in try Files.link(target, as: kept(target)) }
      }
      try change { () throws(ActionFailure) in try Files.copy(source, to: fresh(target)) }
      try change { () throws(ActionFailure) in try Files.rename(fresh(target), to: target) }
    case .remove(let path):
      guard try Files.status(path) != nil else { return }
      try change { () throws(ActionFailure) in try Files.rename(path, to: kept(path)) }
    case .redirect(let link, let destination): try redirect(link, to: destination)
    case .run(let command, _): try change { () throws(ActionFailure) in try Programs.run(command) }
    case .setting, .service, .pause, .stageDriver, .returnToDriver, .withdrawDriver, .special:
      throw ActionFailure("not a step of this system")
    }
  }

  private func redirect(_ link: String, to destination: String) throws(ActionFailure) {
    try change { () throws(ActionFailure) in try Files.remove(fresh(link)) }
    try change { () throws(ActionFailure) in try Files.makeLink(fresh(link), to: destination) }
    try change { () throws(ActionFailure) in try Files.rename(fresh(link), to: link) }
  }

  /// Puts back what was kept, or removes what was not there before.
  public mutating func undo(_ action: Action, _ memento: Memento) throws(ActionFailure) {
    switch action {
    case .copy(_, let target):
      try change { () throws(ActionFailure) in try Files.remove(fresh(target)) }
      if memento.fields == [Self.existed] {
        try putBack(target)
      } else {
        try change { () throws(ActionFailure) in try Files.remove(target) }
      }
    case .remove(let path): try putBack(path)
    case .redirect(let link, _):
      try change { () throws(ActionFailure) in try Files.remove(fresh(link)) }
      if let old = memento.fields.first {
        try redirect(link, to: old)
      } else {
        try change { () throws(ActionFailure) in try Files.remove(link) }
      }
    case .run(_, let inverse):
      if !inverse.isEmpty { try change { () throws(ActionFailure) in try Programs.run(inverse) } }
    case .setting, .service, .pause, .stageDriver, .returnToDriver, .withdrawDriver, .special:
      throw ActionFailure("not a step of this system")
    }
  }

  /// What was kept is at `path` again; without anything kept, the step did not get so far as to touch it.
  private func putBack(_ path: String) throws(ActionFailure) {
    guard try Files.status(kept(path)) != nil else { return }
    try change { () throws(ActionFailure) in try Files.rename(kept(path), to: path) }
    // Two names of one file: renaming one to the other does nothing.
    try change { () throws(ActionFailure) in try Files.remove(kept(path)) }
  }

  /// Removes what was kept.
  public mutating func settle(_ action: Action, _ memento: Memento) throws(ActionFailure) {
    switch action {
    case .copy(_, let path), .remove(let path):
      try change { () throws(ActionFailure) in try Files.remove(kept(path)) }
    default: break
    }
  }
}
