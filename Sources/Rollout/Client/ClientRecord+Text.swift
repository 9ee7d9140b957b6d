internal import RolloutMetadata

extension ClientRecord {
  /// No record is longer.
  public static let byteLimit = 16_384

  /// The record as bytes, for a file that only the host can write: canonical JSON.
  public var stored: [UInt8] {
    var members: [JSON.Member] = [
      .init("component", .text(component.name)), .init("note", .text(note.name)),
      .init("progress", .object(Self.sorted(progressMembers))), .init("sequence", .natural(sequence)),
      .init("stoppedInOrder", .boolean(stoppedInOrder)),
    ]
    var serials: [JSON] = []
    for serial in quarantined { serials.append(.natural(serial)) }
    members.append(.init("quarantined", .list(serials)))
    if let committed { members.append(.init("committed", .natural(committed))) }
    if let previous { members.append(.init("previous", .natural(previous))) }
    if let unwanted { members.append(.init("unwanted", .natural(unwanted))) }
    if let lastRollback {
      members.append(.init("rolledBackFrom", .natural(lastRollback.serial)))
      members.append(.init("rolledBackFor", .text(lastRollback.reason.name)))
    }
    return JSON.sorted(members).canonical
  }

  private static func sorted(_ members: [JSON.Member]) -> [JSON.Member] {
    guard case .object(let sorted) = JSON.sorted(members) else { return members }
    return sorted
  }

  private var progressMembers: [JSON.Member] {
    func state(_ name: StaticString, _ serial: UInt64) -> [JSON.Member] {
      [.init("state", .text(name)), .init("serial", .natural(serial))]
    }
    switch progress {
    case .idle: return [.init("state", .text("idle" as StaticString))]
    case .fetching(let serial): return state("fetching", serial)
    case .staging(let serial): return state("staging", serial)
    case .arming(let serial): return state("arming", serial)
    case .switching(let serial, let left):
      return state("switching", serial) + [.init("startsLeft", .natural(UInt64(left)))]
    case .probation(let serial, let probation):
      var members = state("probation", serial)
      members += [
        .init("startsLeft", .natural(UInt64(probation.startsLeft))), .init("watched", .natural(probation.watched)),
        .init("machineStarts", .natural(UInt64(probation.machineStarts))),
        .init("extended", .boolean(probation.isExtended)), .init("note", .text(probation.note.name)),
      ]
      return members
    case .committing(let serial, let note): return state("committing", serial) + [.init("note", .text(note.name))]
    case .goingBack(let serial, let reason):
      return state("goingBack", serial) + [.init("reason", .text(reason.name))]
    }
  }

  /// The record that was stored; nil when the bytes are not one. When the watched machine was last looked at is not kept:
  /// the time in between was not watched.
  public init?(stored bytes: [UInt8]) {
    guard bytes.count <= Self.byteLimit, let json = try? JSON(canonical: bytes), let fields = JSONFields(json),
      let component: Component = fields.name("component"), let note: CommitNote = fields.name("note"),
      let sequence = fields.natural("sequence"), let stopped = fields.boolean("stoppedInOrder"),
      let progress = fields.object("progress").flatMap({ Self.progress($0) }),
      case .list(let list)? = fields["quarantined"], list.count <= Self.quarantineLimit
    else { return nil }
    self.init(component: component, committed: fields.natural("committed"))
    for element in list {
      guard case .natural(let serial) = element else { return nil }
      quarantined.append(serial)
    }
    self.note = note
    self.sequence = sequence
    self.progress = progress
    stoppedInOrder = stopped
    previous = fields.natural("previous")
    unwanted = fields.natural("unwanted")
    if let serial = fields.natural("rolledBackFrom"), let reason: RollbackReason = fields.name("rolledBackFor") {
      lastRollback = Failed(serial: serial, reason: reason)
    }
    // What is not written back the same was not written by us.
    guard stored == bytes else { return nil }
  }

  private static func progress(_ fields: JSONFields) -> Progress? {
    guard case .text(let state)? = fields["state"] else { return nil }
    if state == ("idle" as StaticString) { return .idle }
    guard let serial = fields.natural("serial") else { return nil }
    if state == ("fetching" as StaticString) { return .fetching(serial) }
    if state == ("staging" as StaticString) { return .staging(serial) }
    if state == ("arming" as StaticString) { return .arming(serial) }
    if state == ("switching" as StaticString) {
      return fields.byte("startsLeft").map { .switching(serial, startsLeft: $0) }
    }
    if state == ("probation" as StaticString) {
      guard let left = fields.byte("startsLeft"), let watched = fields.natural("watched"),
        let starts = fields.byte("machineStarts"), let extended = fields.boolean("extended"),
        let note: CommitNote = fields.name("note")
      else { return nil }
      var probation = Probation(startsLeft: left)
      probation.watched = watched
      probation.machineStarts = starts
      probation.isExtended = extended
      probation.note = note
      return .probation(serial, probation)
    }
    if state == ("committing" as StaticString) {
      guard let note: CommitNote = fields.name("note") else { return nil }
      return .committing(serial, note: note)
    }
    guard state == ("goingBack" as StaticString), let reason: RollbackReason = fields.name("reason") else { return nil }
    return .goingBack(serial, reason)
  }
}
