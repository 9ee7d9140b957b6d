import Rollout
import RolloutMetadata

extension Program {
  private typealias Client = Updater<WindowsUpdateHost<System>>

  /// Does what is asked of update channels; what goes wrong has been said.
  func channel(_ verb: ChannelVerb) -> ExitCode {
    do throws(ClientError) {
      return ExitCode(try perform(verb))
    } catch {
      system.complain("needletail: \(error.description)")
      return ExitCode(error.status)
    }
  }

  /// What channels update here: the program and the driver that it carries.
  private static var component: Component { .driver }

  private func perform(_ verb: ChannelVerb) throws(ClientError) -> ExitStatus {
    let host = try WindowsUpdateHost(self)
    switch verb {
    case .check, .update, .rollback, .commit, .clear, .apply, .take: try host.folder.lock()
    case .history, .verify, .status, .why, .bucket: break
    }
    switch verb {
    case .history: return try showHistory(host.folder)
    case .verify:
      system.say("\(try host.folder.verifiedLog().count) lines, as they were written")
      return .success
    default: break
    }
    var client = try Client(host, component: Self.component)
    switch verb {
    case .check:
      try client.refresh(from: nil)
      return show(try client.decision())
    case .update(let isUnattended): return try update(&client, isUnattended)
    case .status: return showStatus(client)
    case .why: return try explain(client)
    case .rollback: return try rollBack(&client)
    case .commit: return try commit(&client)
    case .clear(let serial): return try clear(&client, serial)
    case .apply:
      try client.apply()
      return sayCommitted(client)
    case .take(let path):
      let bundle = try client.take(bundle: String(decoding: path, as: UTF8.self))
      system.say("offline: freshness unknown since \(bundle.created.words)")
      return .success
    case .bucket: return try showBuckets(client)
    case .history, .verify: return .success
    }
  }

  private func show(_ decision: Decision) -> ExitStatus {
    system.say(decision.words)
    return decision.exitStatus
  }

  private func sayCommitted(_ client: Client) -> ExitStatus {
    system.say("\(client.record.committed.map { "\($0)" } ?? "nothing") is installed")
    return .success
  }

  private func isNewStart() throws(ClientError) -> Bool {
    do throws(SystemError) {
      return try system.isNewStart()
    } catch {
      throw ClientError(.failure, system.explain("whether Windows has started is not to be known", error))
    }
  }

  // MARK: Verbs that change something

  private func update(_ client: inout Client, _ isUnattended: Bool) throws(ClientError) -> ExitStatus {
    let isNewStart = try isNewStart()
    try client.forgetWhatHasNotTakenOver()
    if client.record.progress != .idle || client.record.stoppedInOrder {
      // Tunnels are not begun anew for nothing.
      if client.awaitsMachineStart && !isNewStart { return sayWatched(client) }
      let begun = client.record.progress.serial
      try client.run(.started(withMachine: isNewStart), repository: nil)
      if let outcome = client.outcome(of: begun) { throw outcome }
      if client.record.progress != .idle { return sayWatched(client) }
    }
    try client.refresh(from: nil)
    let decision = try client.decision()
    let serial: UInt64
    switch decision {
    case .install(let number), .rollBack(let number): serial = number
    default: return show(decision)
    }
    if isUnattended && client.host.policy.updateMode != .auto { return show(decision) }
    try client.run(.decided(serial), repository: nil)
    if case .probation = client.record.progress { return sayWatched(client) }
    guard client.record.committed == serial, client.record.progress == .idle else {
      throw client.outcome(of: serial) ?? client.lastError ?? ClientError(.stageFailed, "not installed")
    }
    return sayCommitted(client)
  }

  /// The program was to end, or only a start of Windows helps.
  private func sayWatched(_ client: Client) -> ExitStatus {
    let serial = client.record.progress.serial ?? 0
    if client.awaitsMachineStart {
      system.say("\(serial) works, and is kept when it has come up with Windows once: restart the computer")
      return .restartRequired
    }
    system.say("\(serial) is still watched: `needletail channel update` goes on")
    return .success
  }

  private func rollBack(_ client: inout Client) throws(ClientError) -> ExitStatus {
    let previous = client.record.previous
    let isCommitted = client.record.progress == .idle
    if isCommitted {
      guard let target = previous else {
        throw ClientError(.failure, "there is no release to go back to")
      }
      let floor = client.trusted.releases?.document.floor(Self.component) ?? 0
      guard target >= floor else {
        throw ClientError(
          .rollbackAttack, "\(target) is below the security floor \(floor): it may not be installed any more")
      }
      _ = try isNewStart()
    }
    try client.run(.rollBackRequested, repository: nil)
    if case .probation = client.record.progress { return sayWatched(client) }
    guard client.record.progress == .idle else {
      throw ClientError(.rollbackFailed, client.lastError?.description ?? "going back is not over")
    }
    if isCommitted, client.record.committed != previous {
      throw client.outcome(of: previous) ?? client.lastError
        ?? ClientError(.quarantined, "\(previous ?? 0) has failed here; see needletail channel status")
    }
    return sayCommitted(client)
  }

  private func commit(_ client: inout Client) throws(ClientError) -> ExitStatus {
    guard case .probation = client.record.progress else {
      throw ClientError(.failure, "no release is being watched; see needletail channel status")
    }
    try client.run(.commitRequested, repository: nil)
    return sayCommitted(client)
  }

  private func clear(_ client: inout Client, _ serial: UInt64) throws(ClientError) -> ExitStatus {
    guard client.record.refused.contains(serial) else {
      throw ClientError(.quarantined, "\(serial) is not in quarantine; see needletail channel status")
    }
    try client.run(.quarantineCleared(serial), repository: nil)
    try client.folder.log(
      "quarantineCleared", "\(Self.component.words) \(serial)", "", at: client.now, boot: client.host.clocks.boot)
    system.say("\(serial) may be tried again")
    return .success
  }

  // MARK: Verbs that tell

  private func showStatus(_ client: Client) -> ExitStatus {
    let record = client.record
    system.say("component    \(record.component.words)")
    system.say("committed    " + (record.committed.map { "\($0) (\(record.note.words))" } ?? "nothing"))
    system.say("previous     " + (record.previous.map { "\($0)" } ?? "nothing"))
    system.say("state        \(record.progress.words)" + (record.progress.serial.map { " \($0)" } ?? ""))
    if let first = record.refused.first {
      system.say("quarantined  " + record.refused.dropFirst().reduce("\(first)") { "\($0) \($1)" })
    }
    if let last = record.lastRollback { system.say("went back    from \(last.serial): \(last.reason.words)") }
    let floor = client.trusted.releases?.document.floor(record.component) ?? 0
    if record.isBelowFloorAfterRollback(floor: floor) {
      system.say("RED          below the security floor \(floor); the next release is taken at once")
    }
    if let bundle = client.decidingBundle {
      system.say("offline      freshness unknown since \(bundle.created.words)")
      return .success
    }
    guard let frozen = client.trusted.frozenSince(systemClock: client.now) else { return .success }
    system.say("frozen       nothing new since \(frozen.words); what is installed goes on running")
    return .stale
  }

  private func showHistory(_ folder: MachineFolder<WindowsFiles<System>>) throws(ClientError) -> ExitStatus {
    for entry in try folder.verifiedLog() {
      let rest = [entry.event, entry.subject, entry.detail].map { String(decoding: $0, as: UTF8.self) }
      system.say(rest.reduce(entry.at.words) { $0 + "  " + $1 })
    }
    return .success
  }

  private func explain(_ client: Client) throws(ClientError) -> ExitStatus {
    let explanation = try client.situation().explanation
    system.say(explanation.result.words)
    for line in explanation.lines {
      let rule = String(decoding: line.rule.octets, as: UTF8.self)
      system.say("  \(line.serial) \(rule): " + (line.obstacle?.words ?? "nothing against it"))
    }
    return .success
  }

  private func showBuckets(_ client: Client) throws(ClientError) -> ExitStatus {
    let id = try client.folder.installID()
    let policy = client.host.policy
    for offer in client.trusted.rollout?.document.offers(policy.channel, Self.component) ?? [] {
      guard let release = client.release(offer.serial) else { continue }
      let bucket = Cohort.bucket(
        salt: offer.salt.array, component: Self.component.name.octets, release: release.version, installID: id)
      system.say("\(offer.serial): number \(bucket) of a million")
    }
    return .success
  }
}
