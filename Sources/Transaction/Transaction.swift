/// Performs the steps of an installation so that afterwards, whatever happens meanwhile, all of them are done or none.
///
/// Before a step is performed, the journal says what it will do and what it found. When a step fails, all before it are
/// undone in reverse order; after a crash `recover` does the same from the journal. Once the journal says that all are
/// done there is no way back, and what was kept for one is thrown away.
public struct Transaction<Host: TransactionHost> {
  /// The system that is changed.
  public var host: Host

  /// A transaction on `host`, to run one or to recover.
  public init(host: Host) { self.host = host }

  /// Performs `steps` for `purpose`, which is told to whoever finds the journal.
  ///
  /// - Returns: what became of it; after anything but `.undecided` and `.stuck` no journal is left.
  public mutating func run(_ steps: [Action], purpose: String) -> Outcome {
    let outcome = perform(steps, purpose: purpose)
    return outcome == .ready ? commit() ?? .ready : outcome
  }

  /// Performs `steps` and leaves open which way they end: for a step of somebody else's installation, which goes on and
  /// may fail later. `commit` ends them forwards, `recover` backwards, in this process or in another one.
  ///
  /// - Returns: `.ready` when all steps are done. After anything but that and `.stuck` no journal is left.
  public mutating func perform(_ steps: [Action], purpose: String) -> Outcome {
    var done: [Journal.Step] = []
    do throws(ActionFailure) {
      guard try host.journal().isEmpty else { throw ActionFailure("another transaction has not ended: recover first") }
    } catch {
      return .refused(error)
    }
    do throws(ActionFailure) {
      try host.append(JournalRecord.begin(purpose).line)
    } catch {
      return giveUp(error)
    }
    var byteCount = 0
    do throws(ActionFailure) {
      for (number, action) in steps.enumerated() {
        let memento = try host.prepare(action, step: number)
        let line = JournalRecord.step(number, action, memento).line
        byteCount += line.count
        guard byteCount < Journal.byteLimit - 4096 else { throw ActionFailure("too many steps for one journal") }
        try host.append(line)
        done.append(Journal.Step(action: action, memento: memento))
        try host.perform(action, memento)
      }
    } catch {
      return goBack(done, because: error)
    }
    return .ready
  }

  /// The steps of a transaction that has not ended, as the journal tells of them; none without one.
  public func steps() throws(ActionFailure) -> [Action] {
    try Journal.read(try host.journal())?.steps.map { $0.action } ?? []
  }

  /// Ends a transaction whose steps are all done forwards: there is no way back afterwards.
  ///
  /// Whoever calls it knows that `perform` has returned `.ready`; the journal of one that was interrupted looks the same.
  ///
  /// - Returns: nil when there is none.
  public mutating func commit() -> Outcome? {
    let journal: Journal
    do throws(ActionFailure) {
      guard let found = try Journal.read(try host.journal()) else { return nil }
      journal = found
    } catch {
      return .stuck(error)
    }
    if journal.isCommitted { return finish(journal.steps) }
    do throws(ActionFailure) {
      try host.append(JournalRecord.commit.line)
    } catch {
      // Whether the line outlasts a crash is not known: only the journal, read again, can tell which way to go.
      return .undecided(error)
    }
    return finish(journal.steps)
  }

  /// Ends what a crash, or an outcome of `.undecided` or `.stuck`, has left: forward when the journal says that all was
  /// done, else back. Does nothing when there is nothing to end.
  ///
  /// - Returns: nil when there was nothing.
  public mutating func recover() -> Outcome? {
    do throws(ActionFailure) {
      let bytes = try host.journal()
      guard let journal = try Journal.read(bytes) else {
        if !bytes.isEmpty { try host.discardJournal() }
        return nil
      }
      if journal.isCommitted { return finish(journal.steps) }
      return goBack(journal.steps, because: ActionFailure("interrupted: \(journal.purpose)"))
    } catch {
      return .stuck(error)
    }
  }

  private mutating func giveUp(_ failure: ActionFailure) -> Outcome {
    do throws(ActionFailure) { try host.discardJournal() } catch { return .stuck(error) }
    return .refused(failure)
  }

  /// Undoes in reverse order. The first step that resists ends it: those before it may be what it stands on.
  private mutating func goBack(_ steps: [Journal.Step], because failure: ActionFailure) -> Outcome {
    // For people only; the way back is the way back without it.
    do throws(ActionFailure) { try host.append(JournalRecord.back(failure.reason).line) } catch {}
    do throws(ActionFailure) {
      for step in steps.reversed() { try host.undo(step.action, step.memento) }
      try host.discardJournal()
    } catch {
      return .stuck(error)
    }
    return .undone(failure)
  }

  private mutating func finish(_ steps: [Journal.Step]) -> Outcome {
    do throws(ActionFailure) {
      for step in steps { try host.settle(step.action, step.memento) }
      try host.discardJournal()
    } catch {
      return .stuck(error)
    }
    return .done
  }
}

/// How a transaction ended.
public enum Outcome: Equatable, Sendable {
  /// All steps are done.
  case done
  /// A step failed, or was interrupted; nothing of any is left.
  case undone(ActionFailure)
  /// All steps are done, and `commit` or `recover` has to end them.
  case ready
  /// Nothing was begun.
  case refused(ActionFailure)
  /// All steps are done, but whether the journal says so is not known: `recover` will tell.
  case undecided(ActionFailure)
  /// Neither end was reached; the journal is left, and `recover` tries again.
  case stuck(ActionFailure)
}
