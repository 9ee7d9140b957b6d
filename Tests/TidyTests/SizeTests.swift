import Testing

/// Files stay short enough to be read in one go.
struct SizeTests {
  static let limit = 400
  /// Source files that are data, and may be any length.
  static let data: Set<String> = []

  @Test func `no source file is longer than it reads`() {
    #expect(Tree.files.flatMap(tooLong) == [])
  }

  @Test func `every file excused as data exists`() {
    #expect(Self.data.filter { !Tree.exists($0) } == [])
  }

  @Test func `a long file is caught`() {
    let text = String(repeating: "let x = 1\n", count: Self.limit)
    #expect(tooLong(TreeFile(path: "Sources/A/A.swift", text: text)) == [])
    #expect(tooLong(TreeFile(path: "Sources/A/A.swift", text: text + "let y = 2\n")).count == 1)
    #expect(tooLong(TreeFile(path: "Sources/A/a.c", text: text + "int y;\n")).count == 1)
  }

  private func tooLong(_ file: TreeFile) -> [Finding] {
    guard [".swift", ".c", ".h", ".py"].contains(where: file.path.hasSuffix) else { return [] }
    let count = file.lines.last == "" ? file.lines.count - 1 : file.lines.count
    guard count > Self.limit && !Self.data.contains(file.path) else { return [] }
    return [Finding(file, at: count - 1, "\(count) lines: is there a second story to be told apart?")]
  }
}
