import Foundation

/// `mutants [NAME...] [--some N]`: breaks the core in one place after another, and has the simulation find it.
///
/// Every mutant must be found within the seeds of one run of the simulation; ends with a table of how many it took. The
/// first seed is NEEDLETAIL_SEED, or 1. With `--some N`, only N mutants are tried, others with each seed. Exits with 1
/// when a mutant was not found, and with 2 when one could not be made.
@main
enum Main {
  /// The seeds of one run.
  static let seeds = 3000
  /// The longest that one mutant may be searched for, in seconds.
  static let patience = 240.0

  static func main() async throws {
    let environment = ProcessInfo.processInfo.environment
    let firstSeed = environment["NEEDLETAIL_SEED"].flatMap { UInt64($0) } ?? 1
    var arguments = Array(CommandLine.arguments.dropFirst())
    var count = Mutant.all.count
    if let place = arguments.firstIndex(of: "--some") {
      guard place + 1 < arguments.count, let number = Int(arguments[place + 1]) else { return usage() }
      count = min(count, number)
      arguments.removeSubrange(place...place + 1)
    }
    guard arguments.allSatisfy({ name in Mutant.all.contains { $0.name == name } }) else { return usage() }
    let start = Int(firstSeed % UInt64(Mutant.all.count))
    let rotated = Mutant.all[start...] + Mutant.all[..<start]
    let chosen = arguments.isEmpty ? Array(rotated.prefix(count)) : Mutant.all.filter { arguments.contains($0.name) }

    do {
      let root = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
      let workshop = try Workshop(root: root)
      try check(workshop)
      let found = try await search(chosen, firstSeed, workshop)
      exit(found ? 0 : 1)
    } catch {
      print("mutants: \(error)")
      exit(2)
    }
  }

  private static func usage() {
    print("usage: mutants [NAME...] [--some N]; names: \(Mutant.all.map(\.name).joined(separator: " "))")
    exit(2)
  }

  /// All mutants must apply, also those that are not tried; and without a mistake nothing must be found.
  private static func check(_ workshop: Workshop) throws {
    let folder = workshop.scratch.appending(path: "patched")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for mutant in Mutant.all { _ = try workshop.patch(mutant, into: folder) }
    let program = try workshop.makeBase()
    let (status, output) = try Command.run(program.path, ["--seed", "1", "--count", "20"], limit: patience)
    guard status == 0 else { throw Workshop.Fault(description: "without a mistake it fails:\n\(output)") }
  }

  private static func search(_ mutants: [Mutant], _ firstSeed: UInt64, _ workshop: Workshop) async throws -> Bool {
    print(row("mutant", "seeds", "how it was found"))
    print(row(String(repeating: "-", count: 24), "------", String(repeating: "-", count: 60)))
    let findings = try await withThrowingTaskGroup(of: Finding.self) { group in
      var waiting = mutants.makeIterator()
      for _ in 0..<2 {
        if let mutant = waiting.next() { group.addTask { try Finding(mutant, firstSeed, workshop) } }
      }
      var findings: [Finding] = []
      while let finding = try await group.next() {
        findings.append(finding)
        print(row(finding.mutant.name, finding.count.map { "\($0)" } ?? "never", finding.text))
        if let mutant = waiting.next() { group.addTask { try Finding(mutant, firstSeed, workshop) } }
      }
      return findings
    }
    let missed = findings.filter { $0.count == nil }
    for finding in missed { print("not found: \(finding.mutant.name): \(finding.mutant.fault)") }
    print("\(findings.count - missed.count) of \(findings.count) mutants found, from seed \(firstSeed)")
    return missed.isEmpty
  }

  private static func row(_ name: String, _ seeds: String, _ text: String) -> String {
    let padded = name.padding(toLength: 24, withPad: " ", startingAt: 0)
    return "\(padded) | \(String(repeating: " ", count: max(0, 6 - seeds.count)))\(seeds) | \(text)"
  }
}

/// What came of one mutant.
struct Finding: Sendable {
  let mutant: Mutant
  /// How many seeds it took; nil when it was not found.
  var count: Int?
  var text = ""

  init(_ mutant: Mutant, _ firstSeed: UInt64, _ workshop: Workshop) throws {
    self.mutant = mutant
    let program = try workshop.make(mutant)
    let arguments = ["--seed", "\(firstSeed)", "--count", "\(Main.seeds)", "--workers", "1"]
    let (status, output) = try Command.run(program.path, arguments, limit: Main.patience)
    guard status != 0 else { return }
    for line in output.split(separator: "\n") {
      let words = line.split(separator: " ")
      if line.hasPrefix("seed "), words.count > 2, let seed = UInt64(words[1].dropLast()) {
        count = Int(seed &- firstSeed) + 1
        text = words.dropFirst(2).joined(separator: " ")
      } else if line.hasPrefix("killed while playing seed "), let seed = UInt64(words[4]) {
        // A trap is a finding, and so is a world that never ends; running out of patience between seeds is not.
        count = Int(seed &- firstSeed) + 1
        text = status == -1 ? "does not come to an end" : "trap, signal \(status)"
      }
    }
  }
}
