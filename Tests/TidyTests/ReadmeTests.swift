import Foundation
import Testing

/// Every command of the README is run by a test: pasted as it stands, or by a part of the suite that is named here.
struct ReadmeTests {
  /// The parts of `Tests/run` that run commands which are not pasted; none for those that are the tests themselves.
  static let parts: [String: String?] = [
    "make": nil,
    "make demo": "demo",
    "wg show": "demo",
    // The same script and the same tests, without the packages that it installs.
    "make demo-driver": "driver_interop",
    "make test": nil,
    "make test-long": nil,
    // Its tools, each on a small job; the measurement itself takes an hour.
    "make bench": "bench_tools",
    "make docs": "docs",
    "make deb": "deb",
    // Below.
    "make help": nil,
  ]

  @Test func `every command of the README is pasted, or a part of the suite runs it`() throws {
    let readme = try #require(Tree.files.first { $0.path == "README.md" })
    let suite = try #require(Tree.files.first { $0.path == "Tests/run" })
    #expect(uncovered(readme, suite) == [])
    #expect(pastedLines(readme).count > 10)
    let paster = try #require(Tree.files.first { $0.path == "Tests/Tutorial/check.py" })
    #expect(paster.lines.contains { $0.contains("\"README.md\"") }, "what stands in blocks of sh is pasted there")
  }

  @Test func `make help tells of what the README makes`() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["make", "-C", Tree.root, "--no-print-directory", "help"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    for command in Self.parts.keys where command.hasPrefix("make ") && command != "make help" {
      #expect(text.contains(command + " "), "\(command)")
    }
  }

  @Test(arguments: [
    ("`make nothing`", 1), ("```\nmake nothing   # for nothing\n```", 1), ("`needletail up wg0`", 1),
    ("`wg showconf`", 1),
    ("```sh\nneedletail up wg0\n```", 0), ("`make demo` and `make test`", 0), ("`needletaild`, `wg`, `wg-quick`", 0),
    ("```\n  a picture of needletaild in make-up\n```", 0), ("`ip link set wg0 up`", 1),
  ])
  func `a command that nobody runs is caught`(text: String, count: Int) {
    let suite = TreeFile(path: "Tests/run", text: "part_demo() { true; }")
    #expect(uncovered(TreeFile(path: "README.md", text: text), suite).count == count, "\(text)")
  }

  @Test func `a part that has gone is caught`() {
    let suite = TreeFile(path: "Tests/run", text: "part_demos() { true; }")
    #expect(uncovered(TreeFile(path: "README.md", text: "`make demo`"), suite).count == 1)
  }

  /// What a line is that is a command: the first word of it.
  private static let programs: Set<String> = ["make", "needletail", "needletaild", "wg", "wg-quick", "ip", "apt-get"]

  /// A finding for each command that is neither pasted nor run by a part that is there.
  private func uncovered(_ readme: TreeFile, _ suite: TreeFile) -> [Finding] {
    var fence: Substring?
    return readme.lines.enumerated().flatMap { index, line -> [Finding] in
      if line.hasPrefix("```") {
        fence = fence == nil ? line.dropFirst(3) : nil
        return []
      }
      if fence == "sh" { return [] }
      let spans = fence == nil ? line.matches(of: /`([^`]+)`/).map { String($0.output.1) } : [line]
      return spans.compactMap { span in
        let command = span.prefix { $0 != "#" }.split(separator: " ").joined(separator: " ")
        let words = command.split(separator: " ")
        guard let program = words.first.map(String.init), Self.programs.contains(program), !span.hasPrefix(" ") else {
          return nil
        }
        // The name of a program by itself is no command.
        guard words.count > 1 || program == "make" else { return nil }
        guard let part = Self.parts[command] else { return Finding(readme, at: index, "nobody runs \(command)") }
        guard let part else { return nil }
        let isThere = suite.lines.contains { $0.hasPrefix("part_\(part)() {") }
        return isThere ? nil : Finding(readme, at: index, "\(command): the suite has no part \(part)")
      }
    }
  }

  private func pastedLines(_ readme: TreeFile) -> [String] {
    var isPasted = false
    return readme.lines.filter { line in
      if line.hasPrefix("```") { isPasted = line == "```sh" }
      return isPasted && !line.hasPrefix("```")
    }
  }
}
