import Testing

@testable import RolloutGate

struct GateReportTests {
  private func verdict(_ reports: [BugReport], _ change: (inout GateLedger) -> Void = { _ in }) -> GateVerdict {
    var ledger = GateTests.ledger()
    ledger.reports = reports
    change(&ledger)
    return Gate(ledger).verdict
  }

  @Test(arguments: [BugReport.State.open, .triaged])
  func `an open blocking report pauses, a lesser one does not`(state: BugReport.State) {
    var report = GateTests.report("NT-1", state)
    #expect(verdict([report]).decision == .pause)
    report.severity = .major
    #expect(verdict([report]).decision == .advance)
  }

  @Test func `a report that was reproduced, or triaged and told by two people, halts`() {
    var report = GateTests.report("NT-1", .triaged)
    report.reporters = ["ann", "ann"]
    #expect(verdict([report]).decision == .pause)
    report.reporters = ["ann", "bob"]
    #expect(verdict([report]).decision == .halt)
    report = GateTests.report("NT-1")
    report.isReproduced = true
    #expect(verdict([report]).decision == .halt)
  }

  @Test func `T31 a thousand unconfirmed reports pause and do not halt, and two keys may overrule them`() {
    let spam = (0..<1000).map { number in
      var report = GateTests.report("NT-\(number)")
      report.reporters = ["somebody \(number)"]
      return report
    }
    #expect(verdict(spam).decision == .pause)
    // Nor do they when all of them stand in one report that nobody has looked at.
    var crowd = GateTests.report("NT-0")
    crowd.reporters = (0..<1000).map { "somebody \($0)" }
    #expect(verdict([crowd]).decision == .pause)
    let overruled = verdict(spam) {
      $0.overrule = .init(reports: spam.map(\.id), reason: "one machine wrote all of them", signers: ["a", "b"])
    }
    #expect(overruled.decision == .advance)
    #expect(
      overruled.text.contains("! open        0 blocking; 1000 overruled by 2 keys: one machine wrote all of them"))
    #expect(
      verdict(spam) { $0.overrule = .init(reports: spam.map(\.id), reason: "", signers: ["a", "b"]) }.decision == .pause
    )
    #expect(
      verdict(spam) { $0.overrule = .init(reports: spam.map(\.id), reason: "x", signers: ["a", "a"]) }.decision
        == .pause)
  }

  @Test func `what is confirmed cannot be overruled`() {
    var report = GateTests.report("NT-1")
    report.isReproduced = true
    let overrule = GateLedger.Overrule(reports: ["NT-1"], reason: "x", signers: ["a", "b", "c"])
    #expect(verdict([report]) { $0.overrule = overrule }.decision == .halt)
  }

  @Test func `a duplicate follows its parent, and adds those who told it`() {
    var parent = GateTests.report("NT-1", .triaged)
    parent.reporters = ["ann"]
    var copy = GateTests.report("NT-2", .duplicate)
    copy.parent = "NT-1"
    copy.reporters = ["ann"]
    #expect(verdict([copy, parent]).decision == .pause)
    copy.reporters = ["bob"]
    #expect(verdict([copy, parent]).decision == .halt)
    parent.state = .fixed
    parent.fixedIn = 57
    #expect(verdict([copy, parent]).decision == .advance)
    // Duplicates of each other, of nothing, or of something harmless hold as they stand.
    copy.parent = "NT-2"
    #expect(verdict([copy]).decision == .pause)
    copy.parent = "NT-9"
    #expect(verdict([copy]).decision == .pause)
    parent.severity = .minor
    parent.state = .open
    copy.parent = "NT-1"
    #expect(verdict([copy, parent]).reasons == [.open])
  }

  @Test func `a fix frees the release that brings it and later ones`() {
    var report = GateTests.report("NT-1", .fixed)
    report.fixedIn = 58
    #expect(verdict([report]).decision == .pause)
    report.fixedIn = 57
    #expect(verdict([report]).decision == .advance)
    report.fixedIn = nil
    #expect(verdict([report]).decision == .pause)
  }

  @Test(arguments: [BugReport.State.invalid, .wontfix])
  func `two people close a report that nobody fixes`(state: BugReport.State) {
    var report = GateTests.report("NT-1", state)
    report.closedBy = ["a", "a"]
    #expect(verdict([report]).decision == .pause)
    report.closedBy = ["a", "b"]
    #expect(verdict([report]).decision == .advance)
  }
}
