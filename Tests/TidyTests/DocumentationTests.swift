import Testing

/// Declarations other modules see are documented.
struct DocumentationTests {
  @Test func `every public and package declaration has a doc comment`() {
    let findings = Tree.shipping.flatMap(undocumented)
    #expect(findings == [])
  }

  @Test(arguments: [
    "public struct Bare {}",
    "  package mutating func bare() {}",
    "@inlinable\npublic var bare: Int { 1 }",
    "// Not a doc comment.\n@frozen @safe\npublic enum Bare {}",
    "  public private(set) var bare = 1",
    "  @inlinable public static func + (left: A, right: A) -> A { left }",
  ])
  func `a bare declaration is caught`(text: String) {
    let file = TreeFile(path: "Sources/Octets/Bare.swift", text: text)
    #expect(undocumented(file).count == 1)
  }

  @Test(arguments: [
    "/// Documented.\npublic struct Fine {}",
    "/// Documented.\n@frozen\n@safe\npublic struct Fine {}",
    "public import Octets",
    "struct Hidden {}",
    "// The word public in a comment.\nlet text = \"public struct\"",
  ])
  func `a documented or hidden declaration is fine`(text: String) {
    #expect(undocumented(TreeFile(path: "Sources/Octets/Fine.swift", text: text)) == [])
  }

  private func undocumented(_ file: TreeFile) -> [Finding] {
    let code = file.code
    return code.indices.compactMap { index in
      guard declaresForOthers(code[index]) else { return nil }
      var above = index - 1
      while above >= 0 && isAttribute(code[above]) { above -= 1 }
      let comment = above >= 0 ? file.lines[above].drop(while: { $0 == " " }) : ""
      return comment.hasPrefix("///") ? nil : Finding(file, at: index, "no doc comment")
    }
  }

  /// Whether a line of code begins a public or package declaration that wants a comment.
  private func declaresForOthers(_ line: String) -> Bool {
    let words = line.split(separator: " ").drop { $0.hasPrefix("@") }
    guard let access = words.first, ["public", "package", "open"].contains(access) else { return false }
    return !words.contains("import") && !words.contains("extension")
  }

  /// Whether a line holds nothing but attributes.
  private func isAttribute(_ line: String) -> Bool {
    let words = line.split(separator: " ")
    return words.first?.hasPrefix("@") == true && !words.contains { ["public", "package", "func", "var"].contains($0) }
  }
}
