import Testing

@testable import Transaction

/// Old or new, never neither, whatever fails wherever.
struct TransactionTests {
  let old = ["driver": "N-1", "version": "1"]
  let new = ["driver": "copy of N", "library": "copy of L", "version": "3", "phase": "two"]
  let steps: [Action] = [
    .copy(source: "N", target: "driver"),
    .copy(source: "L", target: "library"),
    .setting(key: "K", name: "version", data: "2"),
    .setting(key: "K", name: "phase", data: "two"),
    // Only undone in reverse order does this one leave what was there before the two.
    .setting(key: "K", name: "version", data: "3"),
  ]

  func installed() -> RehearsalHost {
    var host = RehearsalHost()
    host.values = old
    return host
  }

  /// How many calls a run without a fault makes.
  func callCount() -> Int {
    var transaction = Transaction(host: installed())
    #expect(transaction.run(steps, purpose: "an upgrade") == .done)
    #expect(transaction.host.values == new)
    #expect(transaction.host.lines.isEmpty && transaction.host.kept.isEmpty)
    return transaction.host.calls
  }

  /// Restarts and recovers until nothing is left to do; each restart may crash once more.
  func settle(_ host: RehearsalHost, crashingAt calls: Int) -> RehearsalHost {
    var first = Transaction(host: host.restarted(.crash(calls)))
    _ = first.recover()
    var second = Transaction(host: first.host.restarted())
    let outcome = second.recover()
    #expect([nil, .done].contains(outcome) || isUndone(outcome), "\(String(describing: outcome))")
    return second.host
  }

  func isUndone(_ outcome: Outcome?) -> Bool {
    if case .undone = outcome { true } else { false }
  }

  @Test func `a crash at any call leaves the old or the new`() {
    let count = callCount()
    #expect(count > 12)
    var ends: Set<[String: String]> = []
    for call in 1...count {
      for fault in [RehearsalHost.Fault.crash(call), .tear(call)] {
        for again in 1...count {
          var host = installed()
          host.fault = fault
          var transaction = Transaction(host: host)
          _ = transaction.run(steps, purpose: "an upgrade")
          let end = settle(transaction.host, crashingAt: again)
          #expect(end.values == old || end.values == new, "\(fault), again at \(again)")
          #expect(end.lines.isEmpty && end.kept.isEmpty, "\(fault), again at \(again)")
          ends.insert(end.values)
        }
      }
    }
    #expect(ends == [old, new])
  }

  @Test func `whatever an append did, what the journal says is done`() {
    let count = callCount()
    for call in 1...count {
      for crash in call + 1...count + 8 {
        var host = installed()
        host.fault = .lie(call, crash: crash)
        var transaction = Transaction(host: host)
        let outcome = transaction.run(steps, purpose: "an upgrade")
        let end = settle(transaction.host, crashingAt: .max)
        #expect(end.values == old || end.values == new, "\(call), crash at \(crash): \(outcome)")
        #expect(end.lines.isEmpty && end.kept.isEmpty, "\(call), crash at \(crash): \(outcome)")
      }
    }
  }

  @Test func `a failure at any call is taken back, or can be`() {
    for call in 1...callCount() {
      var host = installed()
      host.fault = .failure(call)
      var transaction = Transaction(host: host)
      let outcome = transaction.run(steps, purpose: "an upgrade")
      #expect(outcome != .done, "call \(call)")
      if !isUndone(outcome) { _ = transaction.recover() }
      #expect(transaction.host.values == old || transaction.host.values == new, "call \(call)")
      #expect(transaction.host.lines.isEmpty && transaction.host.kept.isEmpty, "call \(call)")
    }
  }

  @Test func `what cannot be prepared undoes what was done`() {
    var transaction = Transaction(host: installed())
    let outcome = transaction.run(steps + [.remove("what this host does not know")], purpose: "an upgrade")
    #expect(outcome == .undone(ActionFailure("not in this rehearsal")))
    #expect(transaction.host.values == old)
  }

  @Test func `one that has not ended keeps another from beginning`() {
    var host = installed()
    host.fault = .crash(4)
    var transaction = Transaction(host: host)
    _ = transaction.run(steps, purpose: "an upgrade")
    var next = Transaction(host: transaction.host.restarted())
    let before = next.host.lines
    #expect(
      next.run(steps, purpose: "another") == .refused(ActionFailure("another transaction has not ended: recover first"))
    )
    #expect(next.host.lines == before && !before.isEmpty)
  }

  @Test func `an undo that fails keeps the journal, and is tried again`() {
    var host = installed()
    // The begin, two lines and two steps; the third line fails, a remark is written, and then the first undo fails.
    host.fault = .crash(8)
    var transaction = Transaction(host: host)
    _ = transaction.run(steps, purpose: "an upgrade")
    var next = Transaction(host: transaction.host.restarted(.failure(2)))
    guard case .stuck = next.recover() else {
      Issue.record("an undo that failed went unnoticed")
      return
    }
    #expect(!next.host.lines.isEmpty)
    #expect(isUndone(next.recover()))
    #expect(next.host.values == old)
  }

  @Test func `nothing to recover or to commit is nothing`() {
    var transaction = Transaction(host: installed())
    #expect(transaction.recover() == nil)
    #expect(transaction.commit() == nil)
  }

  @Test func `steps that are done wait for either end, in another process`() {
    var first = Transaction(host: installed())
    #expect(first.perform(steps, purpose: "an upgrade") == .ready)
    #expect(first.host.values == new)
    var forwards = Transaction(host: first.host.restarted())
    #expect(forwards.commit() == .done)
    #expect(forwards.host.values == new && forwards.host.lines.isEmpty && forwards.host.kept.isEmpty)
    #expect(forwards.recover() == nil && forwards.host.values == new)
    var backwards = Transaction(host: first.host.restarted())
    #expect(isUndone(backwards.recover()))
    #expect(backwards.host.values == old && backwards.host.lines.isEmpty && backwards.host.kept.isEmpty)
    #expect(backwards.commit() == nil && backwards.host.values == old)
  }

  @Test func `a crash at any call of a commit leaves the old or the new`() {
    var first = Transaction(host: installed())
    #expect(first.perform(steps, purpose: "an upgrade") == .ready)
    var ends: Set<[String: String]> = []
    for call in 1...12 {
      for fault in [RehearsalHost.Fault.crash(call), .tear(call), .lie(call, crash: call + 1)] {
        var next = Transaction(host: first.host.restarted(fault))
        let outcome = next.commit()
        // Whoever is told that it is done finds it done.
        let end = settle(next.host, crashingAt: .max)
        if outcome == .done { #expect(end.values == new, "\(fault)") }
        #expect(end.values == old || end.values == new, "\(fault)")
        #expect(end.lines.isEmpty && end.kept.isEmpty, "\(fault)")
        ends.insert(end.values)
      }
    }
    #expect(ends == [old, new])
  }
}
