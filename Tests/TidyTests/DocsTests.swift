import Foundation
import Testing

/// Documents point at things that exist, and decision records are numbered.
struct DocsTests {
  @Test func `every link of a document resolves`() {
    let documents = Tree.files.filter { $0.path.hasSuffix(".md") }
    #expect(!documents.isEmpty)
    #expect(documents.flatMap { deadLinks($0) } == [])
  }

  @Test(arguments: ["[a](Nowhere.md)", "[a](../README.md) [b](None.md#x)", "![picture](none.png)"])
  func `a dead link is caught`(line: String) {
    #expect(deadLinks(TreeFile(path: "Docs/A.md", text: "# A\n" + line)).map(\.line) == [2])
  }

  @Test func `a dead anchor is caught`() {
    let text = "# The one thing\n[good](#the-one-thing)\n[bad](#the-other-thing)\n"
    #expect(deadLinks(TreeFile(path: "Docs/A.md", text: text)).map(\.line) == [3])
  }

  @Test func `every test that a document names exists`() {
    let documents = Tree.files.filter { $0.path == "Docs/FieldReports.md" }
    #expect(documents.count == 1)
    #expect(documents.flatMap(missingTests) == [])
  }

  @Test(arguments: ["| 1 | \"no such test at all\" |", "Guarded.test_no_such_thing", "NoSuchCase.test_up_killed"])
  func `a test that is not there is caught`(line: String) {
    #expect(missingTests(TreeFile(path: "Docs/A.md", text: line)).count == 1)
  }

  /// The threats to update channels: each row has tests that begin with its number and a defence that is taken away, or the
  /// threat model says which of the two it has not.
  @Test func `every threat to update channels is tested, or named as not`() throws {
    let model = try #require(Tree.files.first { $0.path == "Docs/ThreatModel.md" })
    let said = Dictionary(
      model.lines.compactMap { line -> (Substring, String)? in
        guard let match = line.firstMatch(of: /^\| (T\d\d) \| [^|]+ \| (not taken away|left out): [^|]+ \|$/) else {
          return nil
        }
        return (match.output.1, String(match.output.2))
      }, uniquingKeysWith: { first, _ in first })
    let tests = Tree.files.filter { $0.path.hasPrefix("Tests/") && $0.path.hasSuffix(".swift") }
    let tested = Set(
      tests.flatMap { $0.lines }.compactMap { $0.firstMatch(of: /func `((?:T\d\d )+)/)?.output.1 }.flatMap {
        $0.split(separator: " ")
      })
    let patches = Tree.files.filter { $0.path.hasPrefix("Tests/Threats/") && $0.path.hasSuffix(".patches") }
    let takenAway = Set(
      patches.flatMap { $0.lines }.filter { $0.hasPrefix("T") && $0.hasSuffix(".swift") }.flatMap {
        $0.split(separator: " ").dropLast()
      })
    for number in 1...44 {
      let row = Substring(number < 10 ? "T0\(number)" : "T\(number)")
      #expect(tested.contains(row) == (said[row] != "left out"), "\(row) has tests, or is left out")
      #expect(takenAway.contains(row) == (said[row] == nil), "\(row) is taken away, or that it is not is said")
    }
  }

  /// What `Tests/Threats` takes away stands where it looks for it, once.
  @Test func `each defence that is taken away is there`() throws {
    let patches = Tree.files.filter { $0.path.hasPrefix("Tests/Threats/") && $0.path.hasSuffix(".patches") }
    #expect(patches.count >= 3)
    for file in patches {
      let module = try #require(file.path.split(separator: "/").last?.dropLast(".patches".count))
      var place: TreeFile?
      for line in file.lines {
        if line.hasPrefix("T"), let name = line.split(separator: " ").last {
          place = Tree.files.first { $0.path == "Sources/\(module)/\(name)" }
          #expect(place != nil, "\(file.path): there is no \(name)")
        } else if line.hasPrefix("- ") {
          let text = place?.lines.joined(separator: "\n") ?? ""
          #expect(text.components(separatedBy: line.dropFirst(2)).count == 2, "\(file.path): \(line)")
        }
      }
    }
  }

  @Test func `decision records are numbered without gaps`() {
    let folder = Tree.root + "/Docs/Decisions"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    #expect(misnumbered(names) == [])
  }

  @Test(arguments: [
    ["0001-a.md", "0003-b.md"], ["0001-a.md", "0001-b.md"], ["1-a.md"], ["0001-a.md", "notes.txt"],
    ["0001-With Capitals.md"],
  ])
  func `misnumbered decision records are caught`(names: [String]) {
    #expect(misnumbered(names) != [])
  }

  private func deadLinks(_ file: TreeFile) -> [Finding] {
    var fenced = false
    return file.lines.enumerated().flatMap { index, line -> [Finding] in
      if line.hasPrefix("```") { fenced.toggle() }
      if fenced { return [] }
      return line.matches(of: /\]\(([^)\s]+)\)/).compactMap { match in
        let link = String(match.output.1)
        return resolves(link, from: file) ? nil : Finding(file, at: index, "\(link) leads nowhere")
      }
    }
  }

  /// A finding for each sentence in quotes and each `Case.test_name` in a table's last column that no test is called.
  private func missingTests(_ file: TreeFile) -> [Finding] {
    let tests = Tree.files.filter { $0.path.hasPrefix("Tests/") }
    func isThere(_ suffix: String, _ texts: [String]) -> Bool {
      tests.contains { file in
        file.path.hasSuffix(suffix) && texts.allSatisfy { text in file.lines.contains { $0.contains(text) } }
      }
    }
    return file.lines.enumerated().flatMap { index, line -> [Finding] in
      let column = line.split(separator: "|").last.map(String.init) ?? ""
      let sentences = column.matches(of: /"([^"]+)"/).map { String($0.output.1) }
        .filter { !isThere(".swift", ["func `\($0)`("]) }
      let methods = column.matches(of: /([A-Za-z]+)\.(test_[a-z_]+)/)
        .filter { !isThere(".py", ["class \($0.output.1)(", "def \($0.output.2)("]) }
        .map { String($0.output.0) }
      return (sentences + methods).map { Finding(file, at: index, "no test is called \($0)") }
    }
  }

  private func resolves(_ link: String, from file: TreeFile) -> Bool {
    if link.hasPrefix("https://") || link.hasPrefix("http://") { return true }
    let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    var steps = parts[0].isEmpty ? [] : file.path.split(separator: "/").dropLast().map(String.init)
    for step in (parts[0].isEmpty ? file.path : parts[0]).split(separator: "/").map(String.init) {
      if step == ".." { _ = steps.popLast() } else if step != "." { steps.append(step) }
    }
    let path = steps.joined(separator: "/")
    guard parts[0].isEmpty || Tree.exists(path) else { return false }
    guard parts.count == 2 else { return true }
    let target = parts[0].isEmpty ? file : Tree.files.first { $0.path == path }
    return target?.lines.contains { $0.hasPrefix("#") && anchor($0) == parts[1] } ?? false
  }

  /// The anchor of a heading: lower case, punctuation dropped, spaces as hyphens.
  private func anchor(_ heading: String) -> String {
    let title = heading.drop { $0 == "#" || $0 == " " }.lowercased()
    return String(title.compactMap { $0 == " " ? "-" : $0.isLetter || $0.isNumber || "-_".contains($0) ? $0 : nil })
  }

  private func misnumbered(_ names: [String]) -> [String] {
    names.sorted().enumerated().compactMap { index, name in
      let number = String(repeating: "0", count: max(0, 4 - String(index + 1).count)) + String(index + 1)
      let isRecord = name.wholeMatch(of: /\d{4}-[a-z0-9-]+\.md/) != nil
      return isRecord && name.hasPrefix(number + "-") ? nil : name
    }
  }
}
