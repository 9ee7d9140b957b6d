import Foundation
import SystemPrograms
import Testing

@Suite(.timeLimit(.minutes(3))) struct SystemProgramTests {
  private static func shell(_ script: String, patience: Double? = nil) throws -> SystemProgram.Outcome {
    try SystemProgram.run(["sh", "-c", script], output: .caught, patience: patience)
  }

  @Test func `what a program writes and how it ends is told`() throws {
    let outcome = try Self.shell("printf 'a\\nb'; echo complaint >&2; exit 7")
    #expect(outcome.output == "a\nb" && outcome.status == 7)
    #expect(try Self.shell("kill -TERM $$").status == 128 + 15)
    #expect(try SystemProgram.run(["/bin/true"], output: .passedOn).status == 0)
    #expect(try SystemProgram.run(["/bin/false"], output: .passedOn, patience: 60).status == 1)
  }

  @Test func `it reads nothing, and gets its words as they are`() throws {
    #expect(try SystemProgram.run(["cat"], output: .caught).output == "")
    let words = ["a b", "", "$HOME", "ü\n'\""]
    let outcome = try SystemProgram.run(["printf", "[%s]"] + words, output: .caught)
    #expect(outcome.output == words.map { "[\($0)]" }.joined())
  }

  @Test func `one that is not there is a fault with the system's number`() {
    for words in [["/nowhere/at/all"], ["needletail-no-such-program"], []] {
      #expect(throws: SystemProgram.Fault.notStarted(2)) { try SystemProgram.run(words, output: .caught) }
    }
    #expect(throws: SystemProgram.Fault.notStarted(13)) { try SystemProgram.run(["/etc/passwd"], output: .passedOn) }
    #expect(SystemProgram.Fault.notStarted(2).words == "No such file or directory")
  }

  @Test func `one that does not end is killed in its time`() {
    for output in [SystemProgram.Output.caught, .passedOn] {
      let begin = ContinuousClock.now
      #expect(throws: SystemProgram.Fault.outOfTime) {
        try SystemProgram.run(["sleep", "100"], output: output, patience: 0.3)
      }
      #expect(ContinuousClock.now - begin < .seconds(60))
    }
  }

  @Test func `what it has started and left running holds nobody up`() throws {
    let begin = ContinuousClock.now
    let outcome = try Self.shell("echo here; sleep 100 & echo $!")
    #expect(ContinuousClock.now - begin < .seconds(60))
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.first == "here")
    if let child = lines.last.flatMap({ pid_t($0) }) { kill(child, SIGKILL) }
  }

  @Test func `output without end is read, and kept up to its limit`() throws {
    let outcome = try Self.shell("head -c 3000000 /dev/zero | tr '\\0' x; echo end")
    #expect(outcome.output.utf8.count == SystemProgram.outputLimit && outcome.status == 0)
  }

  @Test func `many at once, one after the other, all come back, and no descriptor stays open`() async throws {
    func descriptors() throws -> Int { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
    _ = try Self.shell("true")
    let before = try descriptors()
    try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 0..<8 {
        group.addTask {
          try (0..<40).count { try Self.shell("echo \(number) \($0)").output == "\(number) \($0)\n" }
        }
      }
      for try await count in group { #expect(count == 40) }
    }
    #expect(try descriptors() < before + 40, "of 320")
  }
}
