internal import RolloutMetadata

/// What has happened to a client.
public enum ClientEvent: Equatable, Sendable {
  /// The program has started; with the machine, or only itself.
  case started(withMachine: Bool)
  /// The program is about to stop in order.
  case stopping
  /// It was decided to install a serial, or to go back to an older one.
  case decided(UInt64)
  /// What the last action was for is done.
  case done
  /// What the last action was for could not be done; nothing of it is left, or it does not matter.
  case failed
  /// The probes were asked.
  case probed([ProbeResult], Reading)
  /// The serial that has taken over has not come up in time.
  case hung
  /// The administrator wants the one before.
  case rollBackRequested
  /// The administrator has seen enough and keeps it.
  case commitRequested
  /// A failed serial may be tried again.
  case quarantineCleared(UInt64)
}

/// What a client does next.
public enum ClientAction: Equatable, Sendable {
  /// Nothing.
  case none
  /// Fetch the serial's files, going on where an earlier fetch ended; none is longer than the metadata says.
  case fetch(UInt64)
  /// Unpack it beside what runs and verify every file, from the beginning. What runs is not touched.
  case stage(UInt64)
  /// Remember what runs.
  case arm(UInt64)
  /// Verify the staged files once more, by the handles they are used through, and let them take over.
  case start(UInt64)
  /// Let what has taken over run again after a start of the machine or the program: it counted as a start.
  case resume(UInt64)
  /// Ask the probes.
  case probe(UInt64)
  /// Throw away what is older than the serial and the one before it.
  case clean(keeping: UInt64, and: UInt64?)
  /// Bring this serial back, or nothing when none was committed, with what was remembered; throw `failed` away.
  case restore(UInt64?, failed: UInt64)
}

/// The way of an update: a state, an event, the next state. Pure: the host stores the record and only then acts.
///
/// Whatever ends the program at whatever point, the next `started` goes on from the record: a serial that has not taken
/// over is begun anew or forgotten, one that has is counted, and a rollback is done again from its beginning. It does not
/// check signatures or digests, which is the host's and `RolloutMetadata`'s.
public struct ClientMachine: Sendable {
  /// What has to be stored before the action is performed.
  public private(set) var record: ClientRecord

  private let probationSeconds: UInt64

  /// A client that goes on from its record, and watches what it has installed for so long.
  public init(_ record: ClientRecord, probationSeconds: UInt64 = Probation.seconds) {
    self.record = record
    self.probationSeconds = probationSeconds
  }

  /// The next state after `event`, and what to do once `record` is stored. An event that does not belong here changes
  /// nothing.
  public mutating func handle(_ event: ClientEvent) -> ClientAction {
    let before = record
    let action = transition(event)
    if record != before { record.sequence += 1 }
    return action
  }

  private mutating func transition(_ event: ClientEvent) -> ClientAction {
    switch event {
    case .started(let withMachine): return restart(withMachine)
    case .stopping:
      record.stoppedInOrder = true
      return .none
    case .decided(let serial): return begin(serial)
    case .done: return advance()
    case .failed: return fail()
    case .probed(let results, let reading): return judge(results, reading)
    case .hung:
      switch record.progress {
      case .switching(let serial, _), .probation(let serial, _): return goBack(serial, .hang)
      default: return .none
      }
    case .rollBackRequested: return rollBack()
    case .commitRequested:
      guard case .probation(let serial, let probation) = record.progress else { return .none }
      return commit(serial, probation.note)
    case .quarantineCleared(let serial):
      record.quarantined.removeAll { $0 == serial }
      if record.unwanted == serial { record.unwanted = nil }
      return .none
    }
  }

  private mutating func restart(_ withMachine: Bool) -> ClientAction {
    let isInOrder = record.stoppedInOrder
    record.stoppedInOrder = false
    switch record.progress {
    case .idle: return .none
    case .fetching(let serial): return .fetch(serial)
    case .staging(let serial): return .stage(serial)
    case .arming(let serial):
      // What was remembered may be of another time by now.
      record.progress = .staging(serial)
      return .stage(serial)
    case .switching(let serial, let starts):
      return count(serial, starts, isInOrder) { .switching(serial, startsLeft: $0) }
    case .probation(let serial, var probation):
      if withMachine { probation.machineStarts += probation.machineStarts < .max ? 1 : 0 }
      return count(serial, probation.startsLeft, isInOrder) {
        probation.startsLeft = $0
        return .probation(serial, probation)
      }
    case .committing(let serial, _): return .clean(keeping: serial, and: record.previous)
    case .goingBack(let serial, _): return .restore(record.committed, failed: serial)
    }
  }

  /// One more start of a serial that is not committed; at none left, the one before comes back.
  private mutating func count(
    _ serial: UInt64, _ left: UInt8, _ isInOrder: Bool, _ progress: (UInt8) -> ClientRecord.Progress
  ) -> ClientAction {
    guard left > 0 || isInOrder else { return goBack(serial, .crashLoop) }
    record.progress = progress(isInOrder ? left : left - 1)
    return .resume(serial)
  }

  private mutating func begin(_ serial: UInt64) -> ClientAction {
    guard record.progress == .idle, record.committed != serial, !record.quarantined.contains(serial) else {
      return .none
    }
    record.progress = .fetching(serial)
    return .fetch(serial)
  }

  private mutating func advance() -> ClientAction {
    switch record.progress {
    case .fetching(let serial):
      record.progress = .staging(serial)
      return .stage(serial)
    case .staging(let serial):
      record.progress = .arming(serial)
      return .arm(serial)
    case .arming(let serial):
      // The first of the starts.
      record.progress = .switching(serial, startsLeft: ClientRecord.starts - 1)
      return .start(serial)
    case .switching(let serial, let starts):
      record.progress = .probation(serial, Probation(startsLeft: starts))
      return .probe(serial)
    case .probation(let serial, _): return .probe(serial)
    case .committing(let serial, let note):
      record.progress = .idle
      record.note = note
      if let failed = record.lastRollback, serial > failed.serial { record.lastRollback = nil }
      return .none
    case .goingBack(let serial, let reason):
      record.progress = .idle
      if reason != .requested { quarantine(serial) }
      record.lastRollback = .init(serial: serial, reason: reason)
      return .none
    case .idle: return .none
    }
  }

  private mutating func fail() -> ClientAction {
    switch record.progress {
    case .fetching, .staging, .arming:
      record.progress = .idle
      keepWanting()
      return .none
    case .switching(let serial, _): return goBack(serial, .switchFailed)
    case .probation(let serial, _): return goBack(serial, .probeFailed)
    // Cleaning and going back are tried again with the next start; until then the record says what is owed.
    case .committing, .goingBack, .idle: return .none
    }
  }

  private mutating func judge(_ results: [ProbeResult], _ reading: Reading) -> ClientAction {
    guard case .probation(let serial, var probation) = record.progress else { return .none }
    switch probation.judge(results, reading, component: record.component, seconds: probationSeconds) {
    case .goOn:
      record.progress = .probation(serial, probation)
      return .none
    case .pass(let note): return commit(serial, note)
    case .fail: return goBack(serial, .probeFailed)
    }
  }

  private mutating func commit(_ serial: UInt64, _ note: CommitNote) -> ClientAction {
    record.previous = record.committed
    record.committed = serial
    if let unwanted = record.unwanted, serial > unwanted { record.unwanted = nil }
    record.progress = .committing(serial, note: note)
    return .clean(keeping: serial, and: record.previous)
  }

  private mutating func rollBack() -> ClientAction {
    switch record.progress {
    case .switching(let serial, _), .probation(let serial, _): return goBack(serial, .requested)
    case .idle:
      // After a commit the one before is installed like any other serial: probation and all.
      guard let previous = record.previous else { return .none }
      let action = begin(previous)
      if action != .none, let committed = record.committed, committed > previous { record.unwanted = committed }
      return action
    default: return .none
    }
  }

  private mutating func goBack(_ serial: UInt64, _ reason: RollbackReason) -> ClientAction {
    record.progress = .goingBack(serial, reason)
    keepWanting()
    if reason == .requested { record.unwanted = serial }
    return .restore(record.committed, failed: serial)
  }

  /// A serial that was to be left is not, when what was to come in its place has failed.
  private mutating func keepWanting() {
    if record.unwanted == record.committed { record.unwanted = nil }
  }

  private mutating func quarantine(_ serial: UInt64) {
    record.quarantined.removeAll { $0 == serial }
    record.quarantined.append(serial)
    if record.quarantined.count > ClientRecord.quarantineLimit { record.quarantined.removeFirst() }
  }
}
