import Testing

/// Files stay short enough to be read in one go.
struct SizeTests {
  static let limit = 400
  /// Columns of a line; swift-format holds Swift to the same.
  static let width = 120
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

  @Test func `no line of C is longer than a line of Swift`() {
    #expect(Tree.files.flatMap(tooWide) == [])
  }

  @Test func `a wide line is caught`() {
    let line = String(repeating: "é", count: Self.width)
    #expect(tooWide(TreeFile(path: "Driver/a.h", text: line)) == [])
    #expect(tooWide(TreeFile(path: "Driver/a.h", text: "x\n" + line + ";")).map(\.line) == [2])
  }

  private func tooWide(_ file: TreeFile) -> [Finding] {
    guard [".c", ".h"].contains(where: file.path.hasSuffix) else { return [] }
    return file.lines.indices.filter { file.lines[$0].count > Self.width }
      .map { Finding(file, at: $0, "\(file.lines[$0].count) columns") }
  }

  private func tooLong(_ file: TreeFile) -> [Finding] {
    guard [".swift", ".c", ".h", ".py"].contains(where: file.path.hasSuffix) else { return [] }
    let count = file.lines.last == "" ? file.lines.count - 1 : file.lines.count
    guard count > Self.limit && !Self.data.contains(file.path) else { return [] }
    return [Finding(file, at: count - 1, "\(count) lines: is there a second story to be told apart?")]
  }
}
