internal import Foundation
internal import Octets
public import Rollout
internal import RolloutMetadata
internal import Transaction
internal import TransactionFiles

extension Client {
  private var probationSeconds: UInt64 { policyFile.probationSeconds.map { UInt64($0) } ?? Probation.seconds }
  private var slots: Slots { Slots(root: folder.path) }
  private var link: String { folder.file("current") }
  private var transaction: Transaction<FileHost> {
    Transaction(host: FileHost(journalPath: folder.file("switch.journal")))
  }

  /// Goes on from `event` until nothing is to be done, or until `stop` says so of the next action. Stores each record
  /// before it acts on it.
  public mutating func run(
    _ event: ClientEvent, repository: String?, stopBefore stop: (ClientAction) -> Bool = { _ in false }
  ) throws(ClientError) {
    try recover()
    var machine = ClientMachine(record, probationSeconds: probationSeconds)
    var next: ClientEvent? = event
    while let event = next {
      let action = machine.handle(event)
      if machine.record != record {
        try folder.write(machine.record)
        try log(from: record, to: machine.record)
        let failed = machine.record.quarantined.filter { !record.quarantined.contains($0) }
        record = machine.record
        for serial in failed { try draft(serial) }
      }
      if stop(action) { return }
      next = try perform(action, repository: repository)
      if next == nil, case .probation(let serial, _) = record.progress {
        Thread.sleep(forTimeInterval: min(10, Double(probationSeconds) / 20))
        next = ask(serial)
      }
    }
  }

  /// Ends what a crash has left of a switch of files.
  private func recover() throws(ClientError) {
    var transaction = transaction
    if case .stuck(let failure)? = transaction.recover() {
      throw ClientError(.rollbackFailed, "\(folder.file("switch.journal")): \(failure.reason)")
    }
  }

  private func log(from before: ClientRecord, to after: ClientRecord) throws(ClientError) {
    guard "\(before.progress)" != "\(after.progress)" else { return }
    if case .probation = before.progress, case .probation = after.progress { return }
    let reading = Clocks.reading
    try folder.log(
      Self.name(after.progress), "\(component.name) \(Self.serial(after.progress) ?? after.committed ?? 0)",
      lastError?.description ?? "", at: Clocks.now, boot: reading.boot)
  }

  /// Drafts a report of a serial that is not tried again.
  private func draft(_ serial: UInt64) throws(ClientError) {
    let reason = record.lastRollback.map { "\($0.reason.name)" } ?? "unknown"
    let probes = failedProbes.map { "\($0.name)" }.joined(separator: " ")
    let draft = ReportDraft(
      component: component, serial: serial, event: "went back to \(record.committed.map { "\($0)" } ?? "nothing")",
      details: [("reason", reason), ("probes", probes), ("error", lastError?.description ?? "")].filter {
        !$0.1.isEmpty
      })
    tell("a report to the publisher is drafted in \(try folder.file(draft, at: Clocks.now))")
  }

  /// What a state is called.
  public static func name(_ progress: ClientRecord.Progress) -> String {
    switch progress {
    case .idle: "idle"
    case .fetching: "fetching"
    case .staging: "staging"
    case .arming: "arming"
    case .switching: "switching"
    case .probation: "probation"
    case .committing: "committing"
    case .goingBack(_, let reason): "goingBack:\(reason.name)"
    }
  }

  /// The serial that a state is about.
  public static func serial(_ progress: ClientRecord.Progress) -> UInt64? {
    switch progress {
    case .idle: nil
    case .fetching(let serial), .staging(let serial), .arming(let serial): serial
    case .switching(let serial, _), .probation(let serial, _), .committing(let serial, _), .goingBack(let serial, _):
      serial
    }
  }

  private mutating func perform(_ action: ClientAction, repository: String?) throws(ClientError) -> ClientEvent? {
    if case .none = action { return nil }
    if case .probe(let serial) = action { return ask(serial) }
    tell("\(action)")
    do throws(ClientError) {
      try carryOut(action, repository: repository)
      return .done
    } catch {
      tell("\(action) failed: \(error.description)")
      lastError = error
      return .failed
    }
  }

  private func carryOut(_ action: ClientAction, repository: String?) throws(ClientError) {
    switch action {
    case .none, .probe: break
    case .fetch(let serial): try fetch(serial, try source(repository))
    case .stage(let serial): try slots.unpack(serial, try artifact(serial))
    case .arm(let serial):
      try checkHooks()
      try checkPath(serial)
      if let seen = lookedAtTunnels() { try folder.write(seen, before: serial) }
    case .start(let serial), .resume(let serial):
      // As often as it is used: what was unpacked may have been changed since.
      try slots.verify(serial, try artifact(serial))
      try switchFiles(to: serial, purpose: "update to \(serial)")
    case .clean(let serial, let other): try slots.clean(keeping: serial, and: other)
    case .restore(let serial, let failed): try restore(serial, failed)
    }
  }

  private func artifact(_ serial: UInt64) throws(ClientError) -> Artifact {
    let release = trusted.releases?.document.release(component, serial)
    for artifact in release?.artifacts ?? []
    where artifact.system == Array("linux".utf8) && artifact.architecture == Array(Self.architecture.utf8) {
      return artifact
    }
    throw ClientError(.wrongTarget, "\(component.name) \(serial) has no package for linux \(Self.architecture)")
  }

  private func fetch(_ serial: UInt64, _ source: any RepositorySource) throws(ClientError) {
    let artifact = try artifact(serial)
    let path = String(decoding: artifact.path, as: UTF8.self)
    let part = try slots.part(serial, artifact)
    let isResumed = try source.artifact(path, size: artifact.size, to: part)
    do throws(ClientError) {
      try slots.keep(serial, artifact)
    } catch {
      // Put together from two tries, it may be of two files; once more as a whole, and then it is what it is.
      guard isResumed, error.status == .badSignature else { throw error }
      _ = try source.artifact(path, size: artifact.size, to: part)
      try slots.keep(serial, artifact)
    }
  }

  private func checkHooks() throws(ClientError) {
    guard let program = policyFile.restart?.first else {
      throw ClientError(
        .policy, "\(folder.file("policy.json")): restart: say which program makes the new files run, and its arguments")
    }
    guard FileManager.default.isExecutableFile(atPath: program) else {
      throw ClientError(.policy, "\(folder.file("policy.json")): restart: \(program) is no program")
    }
  }

  /// Points `current` at a slot and has the service started anew, or neither.
  func switchFiles(to serial: UInt64, purpose: String) throws(ClientError) {
    try tellImplementation(serial)
    let restart = policyFile.restart ?? []
    var transaction = transaction
    let outcome = transaction.run(
      [.redirect(link: link, destination: "slots/\(serial)"), .run(command: restart, inverse: [])], purpose: purpose)
    switch outcome {
    case .done: return
    case .ready: throw ClientError(.internalError, "the switch to \(serial) was left open")
    case .undone(let failure), .refused(let failure), .undecided(let failure), .stuck(let failure):
      throw ClientError(.installFailed, failure.reason)
    }
  }

  private func restore(_ serial: UInt64?, _ failed: UInt64) throws(ClientError) {
    if let serial {
      try slots.verify(serial, try artifact(serial))
      try switchFiles(to: serial, purpose: "back to \(serial)")
    } else {
      try? FileManager.default.removeItem(atPath: link)
    }
    try slots.discard(failed)
  }

  /// Asks the probes; the first is whether the service was switched at all.
  private mutating func ask(_ serial: UInt64) -> ClientEvent {
    let isCurrent = (try? FileManager.default.destinationOfSymbolicLink(atPath: link)) == "slots/\(serial)"
    var results = [ProbeResult(.device, isCurrent ? .pass : .fail)]
    results += askTunnels(serial)
    if let probe = policyFile.probe { results += ProbeProgram.ask(probe, slot: slots.path(serial)) }
    failedProbes = results.filter { $0.outcome == .fail }.map(\.probe)
    for probe in failedProbes { tell("the probe \(probe.name) fails") }
    return .probed(results, Clocks.reading)
  }

  /// The machine's tunnels, where somebody looks at them, and the policy does not forbid it.
  private func lookedAtTunnels() -> TunnelsSeen? {
    component == .portable && policyFile.watchTunnels ?? true ? lookAtTunnels?() : nil
  }

  /// What the machine's tunnels say; nothing where nobody looks at them.
  private mutating func askTunnels(_ serial: UInt64) -> [ProbeResult] {
    guard let seen = lookedAtTunnels() else { return [] }
    let now = Clocks.reading.boot
    var watch = self.watch
    if watch?.serial != serial {
      let before = (try? folder.tunnels(before: serial)) ?? TunnelsSeen()
      let place = URL(fileURLWithPath: folder.file("slots")).resolvingSymlinksInPath().path
      let tunnels = TunnelWatch(before: before, slots: Array(place.utf8), serial: serial, seconds: probationSeconds)
      watch = Watch(serial: serial, since: now, tunnels: tunnels)
    }
    defer { self.watch = watch }
    let elapsed = now - (watch?.since ?? now)
    return watch?.tunnels.ask(seen, elapsed: elapsed) ?? []
  }
}
