import Foundation
import Testing

/// The one table of commands, which pages, completions and help come from as well.
struct CommandTableTests {
  /// Verbs without `--json`, and why.
  static let exceptions = [
    "show": "wg's own grammar, which has --json as a word of its own",
    "showconf": "prints a file, as wg does to the byte",
    "set": "wg's own: prints nothing",
    "setconf": "wg's own: prints nothing",
    "addconf": "wg's own: prints nothing",
    "syncconf": "wg's own: prints nothing",
    "genkey": "prints a key, as wg does to the byte",
    "genpsk": "prints a key, as wg does to the byte",
    "pubkey": "prints a key, as wg does to the byte",
    "release removal plan": "prints a plan, which is JSON",
  ]

  /// A command of the table, as the parser tells of it.
  struct Command: Decodable {
    struct Argument: Decodable {
      struct Name: Decodable { let name: String }
      let names: [Name]?
    }
    let commandName: String
    let subcommands: [Command]?
    let arguments: [Argument]?

    /// The verbs: commands without commands below them, each with its path and whether it has `--json`.
    func verbs(_ path: [String] = []) -> [(path: String, hasJSON: Bool)] {
      let below = (subcommands ?? []).filter { $0.commandName != "help" }
      if !below.isEmpty { return below.flatMap { $0.verbs(path + [$0.commandName]) } }
      let hasJSON = (arguments ?? []).contains { ($0.names ?? []).contains { $0.name == "json" } }
      return [(path.joined(separator: " "), hasJSON)]
    }
  }

  private struct Table: Decodable { let command: Command }

  /// What the table has against the list of exceptions: verbs that lack `--json`, and exceptions that are none.
  static func faults(_ command: Command, _ exceptions: Set<String>) -> [String] {
    let without = Set(command.verbs().filter { !$0.hasJSON }.map(\.path))
    return without.subtracting(exceptions).map { "\($0) has no --json" }.sorted()
      + exceptions.subtracting(without).map { "\($0) is an exception, and is no verb without --json" }.sorted()
  }

  @Test func `every verb says what it says as JSON, too, or is an exception by name`() throws {
    let dump = try CommandTests.run("--experimental-dump-help")
    let table = try JSONDecoder().decode(Table.self, from: Data(dump.output.utf8))
    #expect(table.command.verbs().count > 80, "the whole table was looked at")
    #expect(Self.faults(table.command, Set(Self.exceptions.keys)) == [])
  }

  @Test func `a verb that lacks it is noticed, and an exception that has gone`() throws {
    let text = """
      {"commandName": "x", "subcommands": [
        {"commandName": "a", "arguments": [{"names": [{"name": "json"}]}]},
        {"commandName": "b", "subcommands": [{"commandName": "c", "arguments": [{"names": [{"name": "jso"}]}, {}]}]},
        {"commandName": "help"}]}
      """
    let command = try JSONDecoder().decode(Command.self, from: Data(text.utf8))
    #expect(Self.faults(command, []) == ["b c has no --json"])
    #expect(Self.faults(command, ["b c"]) == [])
    #expect(Self.faults(command, ["b c", "a"]) == ["a is an exception, and is no verb without --json"])
  }

  @Test func `metrics are told as JSON, and not over HTTP`() throws {
    let answer = try CommandTests.run("metrics", "--json", "--channel", "/nonexistent")
    let families = try #require(
      try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [[String: Any]])
    #expect(answer.status == 0 && families.first?["name"] as? String == "needletail_info")
    #expect(try CommandTests.run("metrics", "--json", "--listen", "127.0.0.1:0").status == 2)
  }
}
