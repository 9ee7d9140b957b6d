/// What goes when one of two paths is deleted: computed from a tree of sources, checked against it, and carried out on it.
///
/// A tree says what a path is made of. The file `Paths` at its top has a line for each path: its name, and the files that are
/// of it alone; a name that ends in `/` is a folder. In files of both, a branch of the path stands between a line
/// `// path NAME` and a line `// end NAME`. Whether what is left compiles and does its work is not looked at here.
public struct RemovalPlan: Equatable, Sendable, Codable {
  /// A file that goes as a whole.
  public struct File: Equatable, Sendable, Codable {
    /// Its path in the tree.
    public let path: String
    /// Its lines.
    public let lines: Int
  }

  /// Lines that go from a file that stays.
  public struct Branch: Equatable, Sendable, Codable {
    /// The file's path in the tree.
    public let path: String
    /// The number of its first line, which names the path; from 1.
    public let first: Int
    /// How many there are, those that name the path included.
    public let lines: Int
  }

  /// The path that goes.
  public let path: String
  /// The commit that has all of it still: what brings it back.
  public let restoredBy: String
  /// Whole files, by their names.
  public let files: [File]
  /// Branches in files of both paths, in the order of their files.
  public let branches: [Branch]
  /// Types and functions that only the whole files declare, sorted.
  public let symbols: [String]
  /// Knobs that choose between the paths, sorted.
  public let knobs: [String]
  /// Lines that go, in all.
  public let lines: Int

  /// The name of the file that says what paths are made of.
  public static let description = "Paths"

  /// The plan for a path of a tree.
  ///
  /// - Throws: what is wrong with the tree's own words about the path.
  public init(removing path: String, knobs: [String], from tree: SourceTree, commit: String) throws(RemovalFault) {
    let names = try tree.files(of: path)
    let branches = try tree.branches(of: path).filter { !names.contains($0.path) }
    let kept = tree.texts.filter { !names.contains($0.key) }
    let symbols = names.reduce(into: Set<String>()) { $0.formUnion(SourceTree.declarations(in: tree.texts[$1] ?? "")) }
    let others = kept.values.reduce(into: Set<String>()) { $0.formUnion(SourceTree.declarations(in: $1)) }
    files = names.map { File(path: $0, lines: SourceTree.lines(of: tree.texts[$0] ?? "").count) }
    self.path = path
    self.branches = branches
    self.symbols = symbols.subtracting(others).sorted()
    self.knobs = Set(knobs).sorted()
    restoredBy = commit
    lines = files.reduce(0) { $0 + $1.lines } + branches.reduce(0) { $0 + $1.lines }
  }

  /// The tree without the path, and what of the path is in it still: names of symbols and knobs, with their places. A
  /// removal is done when that is nothing.
  ///
  /// - Throws: `changed` when the tree is not the one that the plan was made for.
  public func carriedOut(on tree: SourceTree) throws(RemovalFault) -> (tree: SourceTree, left: [String]) {
    let now = try RemovalPlan(removing: path, knobs: knobs, from: tree, commit: restoredBy)
    guard now == self else { throw .changed(differences(to: now)) }
    var texts = tree.texts
    for file in files { texts[file.path] = nil }
    for (name, branches) in Dictionary(grouping: branches, by: \.path) {
      var lines = SourceTree.lines(of: texts[name] ?? "")
      for branch in branches.sorted(by: { $0.first > $1.first }) {
        lines.removeSubrange(branch.first - 1..<branch.first - 1 + branch.lines)
      }
      texts[name] = lines.map { $0 + "\n" }.joined()
    }
    let rest = SourceTree.lines(of: texts[Self.description] ?? "").filter {
      SourceTree.words(of: $0).first != path[...]
    }
    texts[Self.description] = rest.isEmpty ? nil : rest.map { $0 + "\n" }.joined()
    let result = SourceTree(texts: texts)
    return (result, result.places(of: Set(symbols + knobs)))
  }

  private func differences(to now: RemovalPlan) -> String {
    if now.files != files { return "its files are others" }
    if now.branches != branches { return "its branches in other files are others" }
    return "its symbols are others"
  }
}

/// Why there is no plan, or why one cannot be carried out.
public enum RemovalFault: Error, Equatable, Sendable {
  /// The tree says nothing of this path.
  case unknown(path: String)
  /// The tree names a file that is not there.
  case missing(file: String)
  /// A branch that begins here does not end, or one that ends here did not begin.
  case unbalanced(file: String, line: Int)
  /// The tree is not the one of the plan: in this.
  case changed(String)
}
