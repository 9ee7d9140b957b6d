import Foundation
import Testing

/// The removal of a path from a scratch checkout whose program has two.
struct RemovalTests {
  private static let sources = [
    "Paths": "relay Relay.swift\n",
    "Relay.swift": "struct Relay {\n  func send(_ text: String) -> String { \"relayed \" + text }\n}\n",
    "Direct.swift": "struct Direct {\n  func send(_ text: String) -> String { \"sent \" + text }\n}\n",
    "main.swift": """
    let words = CommandLine.arguments.dropFirst()
    // path relay
    if words.first == "UseRelay" {
      print(Relay().send("a word"))
    } else {
      // end relay
      print(Direct().send("a word"))
      // path relay
    }
    // end relay

    """,
  ]

  /// A folder with a git repository of the sources, all committed.
  private func with(_ body: (String) throws -> Void) throws {
    let place = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: place) }
    for (name, text) in Self.sources { try Data(text.utf8).write(to: URL(fileURLWithPath: place + "/" + name)) }
    try run(["git", "init", "-q"], place)
    try commit(place)
    try body(place)
  }

  private func commit(_ place: String) throws {
    try run(["git", "add", "-A"], place)
    try run(["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", "a state"], place)
  }

  @discardableResult
  private func run(_ command: [String], _ folder: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(command): \(text)")
    return text
  }

  private func built(_ place: String) throws -> [String] {
    let files = try run(["git", "ls-files", "*.swift"], place).split(separator: "\n").map(String.init)
      .filter { FileManager.default.fileExists(atPath: place + "/" + $0) }
    try run(["swiftc", "-o", "program"] + files, place)
    defer { try? FileManager.default.removeItem(atPath: place + "/program") }
    return try [["./program"], ["./program", "UseRelay"]].map { try run($0, place) }
  }

  private func removal(_ arguments: [String], _ place: String) throws -> (status: Int32, output: String, errors: String)
  {
    try CommandTests.run(["release", "removal"] + arguments + ["--tree", place])
  }

  @Test func `a path is planned, removed without a rest, and brought back by the plan's commit`() throws {
    try with { place in
      #expect(try built(place) == ["sent a word\n", "relayed a word\n"])
      let planned = try removal(["plan", "relay", "--knob", "UseRelay"], place)
      #expect(planned.status == 0, "\(planned.errors)")
      try CommandTests.withFile(planned.output) { plan in
        let checked = try removal(["check", plan], place)
        #expect(
          checked.output == "relay: 1 files, 2 branches, 1 symbols, 1 knobs, 11 lines; nothing left\n", "\(checked)")
        #expect(try run(["git", "status", "--porcelain"], place).isEmpty)
        let object = try removal(["check", plan, "--json"], place).output
        let told = try #require(try JSONSerialization.jsonObject(with: Data(object.utf8)) as? [String: Any])
        #expect(told["path"] as? String == "relay" && told["isRemoved"] as? Bool == false)
        let executed = try removal(["execute", plan], place)
        #expect(executed.status == 0, "\(executed.errors)")
        #expect(try built(place) == ["sent a word\n", "sent a word\n"])
        // The measure that git has of it is the plan's, with the path's line in Paths.
        #expect(try run(["git", "diff", "--shortstat"], place).contains("12 deletions"))
        #expect(try removal(["execute", plan], place).errors.contains("not committed"))
        try commit(place)
        #expect(try removal(["execute", plan], place).status == 1)
        let back = try #require(executed.output.split(separator: "\n").last?.split(separator: " ").dropFirst().first)
        #expect(back == "checkout")
        let commit = String(executed.output.split(separator: "\n")[1].split(separator: " ")[2])
        try run(["git", "checkout", "-q", commit, "--", "."], place)
        #expect(try built(place) == ["sent a word\n", "relayed a word\n"])
      }
    }
  }

  @Test func `what would leave something behind changes nothing`() throws {
    try with { place in
      try Data("let forgotten = Relay()\n".utf8).write(to: URL(fileURLWithPath: place + "/Other.swift"))
      try commit(place)
      try CommandTests.withFile(try removal(["plan", "relay"], place).output) { plan in
        for verb in ["check", "execute"] {
          let result = try removal([verb, plan], place)
          #expect(result.status == 1 && result.errors.contains("Other.swift:1: Relay"), "\(result)")
        }
        #expect(try run(["git", "status", "--porcelain"], place).isEmpty)
      }
      #expect(try removal(["plan", "nothing"], place).errors.contains("no line for nothing"))
    }
  }
}
