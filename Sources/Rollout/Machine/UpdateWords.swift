public import RolloutMetadata

// What happens, in words for people and for the log.

extension Named {
  /// The name as a text.
  public var words: String { String(decoding: name.octets, as: UTF8.self) }
}

extension MetadataError {
  /// The error as a sentence.
  public var words: String { String(decoding: text, as: UTF8.self) }
}

extension UTCTime {
  /// The time as a text, as `2027-01-15T00:00:00Z`.
  public var words: String { String(decoding: text, as: UTF8.self) }
}

extension ClientRecord.Progress {
  /// What a state is called.
  public var words: String {
    switch self {
    case .idle: "idle"
    case .fetching: "fetching"
    case .staging: "staging"
    case .arming: "arming"
    case .switching: "switching"
    case .probation: "probation"
    case .committing: "committing"
    case .goingBack(_, let reason): "goingBack:\(reason.words)"
    }
  }

  /// The serial that a state is about.
  public var serial: UInt64? {
    switch self {
    case .idle: nil
    case .fetching(let serial), .staging(let serial), .arming(let serial): serial
    case .switching(let serial, _), .probation(let serial, _), .committing(let serial, _), .goingBack(let serial, _):
      serial
    }
  }
}

extension ClientAction {
  /// What is done.
  public var words: String {
    switch self {
    case .none: "nothing"
    case .fetch(let serial): "fetch \(serial)"
    case .stage(let serial): "unpack \(serial)"
    case .arm(let serial): "prepare \(serial)"
    case .start(let serial): "start \(serial)"
    case .resume(let serial): "start \(serial) again"
    case .probe(let serial): "ask the probes of \(serial)"
    case .clean(let serial, let other): "keep \(serial)" + (other.map { " and \($0)" } ?? "")
    case .restore(let serial, let failed): "go back from \(failed) to " + (serial.map { "\($0)" } ?? "nothing")
    }
  }
}

extension Decision {
  /// The decision as a sentence.
  public var words: String {
    func name(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
    switch self {
    case .undecidable(let error): return "nothing is decided: \(error.words)"
    case .never: return "the policy wants no updates"
    case .upToDate: return "up to date"
    case .pinConflict(let floor): return "pins keep this machine below the security floor \(floor)"
    case .halted(let serial): return "\(serial) is halted by its publisher"
    case .held(let serial, let id): return "\(serial) is held back from machines like this one: \(name(id))"
    case .awaitsApproval(let serial, let missing):
      guard let first = missing.first else { return "\(serial) waits for a change request" }
      let roles = missing.dropFirst().reduce(name(first)) { "\($0), \(name($1))" }
      return "\(serial) waits for the approval of \(roles)"
    case .awaitsWindow(let serial, let start): return "\(serial) waits for its window, from \(start.words)"
    case .deferred(let serial, let until): return "\(serial) is put off until \(until.words)"
    case .inUse(let serial): return "\(serial) waits until the machine is less busy"
    case .notInCohort(let serial, let bucket, let ppm):
      return "\(serial) is offered to the first \(ppm) of a million; this machine is number \(bucket)"
    case .install(let serial): return "\(serial) can be installed"
    case .rollBack(let serial): return "the publisher wants \(serial) back"
    }
  }
}

extension Updater {
  /// What to say when a serial did not stay that was under way, and the status to end with; nil when it is committed, or is
  /// still watched, or none was.
  public func outcome(of serial: UInt64?) -> ClientError? {
    guard let serial, record.committed != serial else { return nil }
    if case .goingBack(let serial, _) = record.progress {
      return ClientError(
        .rollbackFailed, "going back from \(serial) failed: \(lastError?.description ?? ""); it is tried again")
    }
    guard let last = record.lastRollback, last.serial == serial, last.reason != .requested, record.progress == .idle
    else { return nil }
    let back = record.committed.map { "\($0) runs again" } ?? "nothing is installed"
    let reason = lastError.map { ": \($0.description)" } ?? ""
    if last.reason == .switchFailed {
      return ClientError(.installFailed, "\(last.serial) could not take over, \(back)\(reason)")
    }
    return ClientError(
      .probationFailed, "\(last.serial) failed its probation (\(last.reason.words)), \(back)\(reason)")
  }
}
