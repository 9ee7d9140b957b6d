import Testing

@testable import Transaction

/// What a journal says, whole, torn and damaged.
struct JournalTests {
  let actions: [Action] = [
    .copy(source: "a b", target: "c%d"), .remove(""), .redirect(link: "x\ny", destination: "zé"),
    .setting(key: "k", name: "n", data: nil), .setting(key: "k", name: "", data: ""),
    .service(name: "s", state: .running), .pause(service: "s"), .stageDriver(inf: "i"),
    .returnToDriver(inf: "i"), .withdrawDriver,
    .run(command: ["p", "1"], inverse: []),
    .run(command: ["p"], inverse: ["q", "%"]),
    .special(kind: "k", words: []), .special(kind: "k", words: ["", "a b"]),
  ]

  func whole() -> [UInt8] {
    var bytes = JournalRecord.begin("why").line
    for (step, action) in actions.enumerated() {
      bytes += JournalRecord.step(step, action, Memento(step % 2 == 0 ? [] : ["old \(step)", ""])).line
    }
    return bytes
  }

  @Test func `every action comes back as it was`() throws {
    let journal = try #require(try Journal.read(whole() + JournalRecord.commit.line))
    #expect(journal.purpose == "why" && journal.isCommitted)
    #expect(journal.steps.map(\.action) == actions)
    #expect(journal.steps[1].memento == Memento(["old 1", ""]))
  }

  @Test func `cut anywhere, what stands before the cut counts`() throws {
    let bytes = whole()
    var counts: Set<Int> = []
    for end in 0...bytes.count {
      let journal = try Journal.read(Array(bytes[..<end]))
      let lines = bytes[..<end].count { $0 == JournalText.newline }
      #expect(journal?.steps.count == (lines == 0 ? nil : lines - 1))
      counts.insert(lines)
    }
    #expect(counts.count == actions.count + 2)
  }

  @Test func `a remark behind a torn line is no damage`() throws {
    let bytes = Array(whole().dropLast(5)) + JournalRecord.back("a full disk").line + JournalRecord.back("again").line
    #expect(try Journal.read(bytes)?.steps.count == actions.count - 1)
  }

  @Test func `a byte that is not as it was written is never taken for a step`() throws {
    let bytes = whole()
    for place in bytes.indices {
      var changed = bytes
      changed[place] ^= 1
      // Damage in the middle is said; in the last line, or in the end of the one before, it looks torn.
      guard let journal = try? Journal.read(changed) else { continue }
      #expect(journal.steps.map(\.action) == Array(actions.prefix(journal.steps.count)), "\(place)")
      #expect(journal.steps.count >= actions.count - 2 && journal.steps.count < actions.count, "\(place)")
    }
  }

  @Test func `a step that is out of its turn is damage`() {
    let begin = JournalRecord.begin("why").line
    let step = JournalRecord.step(1, .remove("x"), Memento()).line
    #expect(throws: ActionFailure.self) { try Journal.read(begin + step) }
    #expect(throws: ActionFailure.self) { try Journal.read(step + begin) }
    #expect(throws: ActionFailure.self) { try Journal.read(begin + begin) }
    #expect(throws: ActionFailure.self) { try Journal.read(begin + JournalRecord.commit.line + step) }
  }
}
