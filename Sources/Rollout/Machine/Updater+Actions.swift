internal import Octets
internal import RolloutMetadata

extension ClientRecord {
  fileprivate var isGoingBack: Bool {
    if case .goingBack = progress { true } else { false }
  }
}

extension Updater {
  private var slots: Slots<Host.Files> { Slots(root: host.home, files: folder.files) }

  /// Goes on from `event` until nothing is to be done, or until `stop` says so of the next action, or the program is to
  /// end, or only a start of the machine helps. Stores each record before it acts on it.
  public mutating func run(
    _ event: ClientEvent, repository: String?, stopBefore stop: (ClientAction) -> Bool = { _ in false }
  ) throws(ClientError) {
    try host.recover()
    var machine = ClientMachine(record, probationSeconds: host.probationSeconds)
    var next: ClientEvent? = event
    var isEnding = false
    while let event = next {
      let action = machine.handle(event)
      if machine.record != record {
        try folder.write(machine.record)
        let before = record
        record = machine.record
        do throws(ClientError) {
          try log(from: before, to: record)
          for serial in record.quarantined where !before.quarantined.contains(serial) { try draft(serial) }
        } catch {
          // What is owed to the tunnels does not wait for room to write of it.
          guard record.isGoingBack || before.isGoingBack else { throw error }
          host.tell("warning: \(error.description)")
        }
      }
      if isEnding || stop(action) { return }
      next = try perform(action, repository: repository)
      if next == nil, case .probation(let serial, _) = record.progress {
        isEnding = awaitsMachineStart || host.wait(milliseconds: min(10_000, host.probationSeconds * 50))
        next = isEnding ? .stopping : ask(serial)
      }
    }
  }

  /// Drops an update that was interrupted before it took over: a brake, a floor or the administrator may be against it by
  /// now. What was fetched of it stays for the next decision.
  public mutating func forgetWhatHasNotTakenOver() throws(ClientError) {
    switch record.progress {
    case .fetching, .staging, .arming: try run(.failed, repository: nil)
    default: break
    }
  }

  /// Whether a serial has been watched for long enough, and only has to come up with the machine once.
  public var awaitsMachineStart: Bool {
    guard case .probation(_, let probation) = record.progress else { return false }
    return probation.awaitsMachineStart(component: component, seconds: host.probationSeconds)
  }

  private func log(from before: ClientRecord, to after: ClientRecord) throws(ClientError) {
    guard before.progress != after.progress else { return }
    if case .probation = before.progress, case .probation = after.progress { return }
    try folder.log(
      after.progress.words, "\(component.words) \(after.progress.serial ?? after.committed ?? 0)",
      lastError?.description ?? "", at: now, boot: host.clocks.boot)
  }

  /// Drafts a report of a serial that is not tried again.
  private func draft(_ serial: UInt64) throws(ClientError) {
    var details = [(name: "reason", text: record.lastRollback?.reason.words ?? "unknown")]
    if let first = failedProbes.first {
      details.append(("probes", failedProbes.dropFirst().reduce(first.words) { "\($0) \($1.words)" }))
    }
    if let lastError { details.append(("error", lastError.description)) }
    let back = record.committed.map { "\($0)" } ?? "nothing"
    let draft = ReportDraft(component: component, serial: serial, event: "went back to \(back)", details: details)
    let place = try folder.file(
      draft, at: now, architecture: String(decoding: host.architecture.octets, as: UTF8.self),
      kernel: host.systemVersion)
    host.tell("a report to the publisher is drafted in \(place)")
  }

  private mutating func perform(_ action: ClientAction, repository: String?) throws(ClientError) -> ClientEvent? {
    if case .none = action { return nil }
    if case .probe(let serial) = action { return ask(serial) }
    host.tell(action.words)
    do throws(ClientError) {
      try carryOut(action, repository: repository)
      return .done
    } catch {
      host.tell("\(action.words) failed: \(error.description)")
      lastError = error
      return .failed
    }
  }

  private func carryOut(_ action: ClientAction, repository: String?) throws(ClientError) {
    switch action {
    case .none, .probe: break
    case .fetch(let serial): try fetch(serial, repository)
    case .stage(let serial):
      do throws(ClientError) {
        try slots.unpack(serial, try artifact(serial))
      } catch {
        // Half of it would have the room that the next try needs.
        try? slots.discard(serial)
        throw error
      }
    case .arm(let serial):
      try host.check(serial, release(serial))
      if let seen = host.lookAtTunnels() { try folder.write(seen, before: serial) }
    case .start(let serial), .resume(let serial):
      try start(serial, previous: record.committed, before: tunnels(before: serial))
    case .clean(let serial, let other): try slots.clean(keeping: serial, and: other)
    case .restore(let serial, let failed):
      if let serial {
        try start(serial, previous: record.previous, before: tunnels(before: failed))
      } else {
        try host.withdraw(failed)
      }
      // Its tunnels are back; a file of it that somebody holds open is thrown away with the next release.
      do throws(ClientError) {
        try slots.discard(failed)
      } catch {
        host.tell("warning: \(error.description)")
      }
    }
  }

  /// What the tunnels were like; what cannot be read is no reason to leave them as they are.
  private func tunnels(before serial: UInt64) -> TunnelsSeen { (try? folder.tunnels(before: serial)) ?? TunnelsSeen() }

  /// Lets the committed serial serve as its phase and the knobs say now.
  public func apply() throws(ClientError) {
    guard record.progress == .idle, let committed = record.committed else {
      throw ClientError(.failure, "an update is under way, or nothing is installed; see needletail channel status")
    }
    try start(committed, previous: record.previous, before: TunnelsSeen())
  }

  /// Lets a serial take over. Its files are verified as often as they are used: they may have been changed since.
  private func start(_ serial: UInt64, previous: UInt64?, before: TunnelsSeen) throws(ClientError) {
    let slot = host.slot(of: serial, release(serial), previous: previous)
    try slots.verify(serial, try artifact(serial))
    if slot != serial { try slots.verify(slot, try artifact(slot)) }
    try host.start(serial, release(serial), slot: slot, before: before)
  }

  private func artifact(_ serial: UInt64) throws(ClientError) -> Artifact {
    let package = release(serial)?.package(system: host.platform.octets, architecture: host.architecture.octets)
    if let package { return package }
    let target = String(decoding: host.platform.octets + [32] + host.architecture.octets, as: UTF8.self)
    throw ClientError(.wrongTarget, "\(component.words) \(serial) has no package for \(target)")
  }

  private func fetch(_ serial: UInt64, _ repository: String?) throws(ClientError) {
    let artifact = try artifact(serial)
    // What is here needs nobody.
    if slots.hasPackage(serial, artifact) { return }
    let source = try source(repository)
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

  /// Asks the probes; the first is whether the service was switched at all.
  private mutating func ask(_ serial: UInt64) -> ClientEvent {
    let slot = host.slot(of: serial, release(serial), previous: record.committed)
    var results = [ProbeResult(.device, host.isCurrent(slot) ? .pass : .fail)]
    results += askTunnels(serial, slot)
    results += host.askProbes(slot: slots.path(slot))
    failedProbes = results.filter { $0.outcome == .fail }.map { $0.probe }
    for probe in failedProbes { host.tell("the probe \(probe.words) fails") }
    return .probed(results, host.clocks)
  }

  /// What the machine's tunnels say; nothing where nobody looks at them.
  private mutating func askTunnels(_ serial: UInt64, _ slot: UInt64) -> [ProbeResult] {
    guard let seen = host.lookAtTunnels() else { return [] }
    let now = host.clocks.boot
    var watch = self.watch
    if watch?.serial != serial {
      let watched = TunnelWatch(
        before: tunnels(before: serial), slots: host.slots, serial: slot, seconds: host.probationSeconds,
        program: host.tunnelProgram, separator: folder.files.separator.utf8.first ?? 0)
      watch = Watch(serial: serial, since: now, tunnels: watched)
    }
    defer { self.watch = watch }
    let elapsed = now - (watch?.since ?? now)
    return watch?.tunnels.ask(seen, elapsed: elapsed) ?? []
  }
}
