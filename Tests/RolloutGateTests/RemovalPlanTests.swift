import RolloutGate
import Testing

struct RemovalPlanTests {
  /// A tree with two paths; `shared` is a file of both.
  private func tree(shared: String = shared, paths: String = "old Old.swift Old/\nnew New.swift\n") -> SourceTree {
    SourceTree(texts: [
      "Paths": paths, "Old.swift": "struct OldWay {\n  func goOld() {}\n}\n",
      "Old/More.swift": "enum OldMore { case a }\n",
      "New.swift": "struct NewWay { func go() {} }\n", "Shared.swift": shared, "README": "Nothing to see.\n",
    ])
  }

  private static let shared = """
    func run(_ usesOld: Bool) {
      // path old
      if usesOld { return OldWay().goOld() }
      // end old
      NewWay().go()
    }

    """

  private func plan(_ tree: SourceTree, knobs: [String] = ["UseOld"]) throws -> RemovalPlan {
    try RemovalPlan(removing: "old", knobs: knobs, from: tree, commit: "abc")
  }

  private func fault(_ body: () throws -> Void) -> RemovalFault? {
    do {
      try body()
      return nil
    } catch {
      return error as? RemovalFault
    }
  }

  @Test func `files, branches, symbols and lines are counted, and all of them go`() throws {
    let plan = try plan(tree())
    #expect(plan.files.map(\.path) == ["Old.swift", "Old/More.swift"] && plan.files.map(\.lines) == [3, 1])
    #expect(plan.branches.map(\.path) == ["Shared.swift"])
    #expect(plan.branches.map(\.first) == [2] && plan.branches.map(\.lines) == [3])
    #expect(plan.symbols == ["OldMore", "OldWay", "goOld"] && plan.knobs == ["UseOld"])
    #expect(plan.lines == 7 && plan.restoredBy == "abc")
    let (result, left) = try plan.carriedOut(on: tree())
    #expect(left.isEmpty)
    #expect(Set(result.texts.keys) == ["Paths", "New.swift", "Shared.swift", "README"])
    #expect(result.texts["Shared.swift"] == "func run(_ usesOld: Bool) {\n  NewWay().go()\n}\n")
    #expect(result.texts["Paths"] == "new New.swift\n" && result.texts["New.swift"] == tree().texts["New.swift"])
  }

  @Test func `what would be left of the path is named with its place`() throws {
    let text = Self.shared + "let other = OldWay()\nlet knob = \"UseOld\"\nlet notOldWay2 = OldWayward\n"
    let left = try plan(tree(shared: text)).carriedOut(on: tree(shared: text)).left
    #expect(left == ["Shared.swift:4: OldWay", "Shared.swift:5: UseOld"])
  }

  @Test func `a name that another file declares too is no symbol of the path`() throws {
    let text = Self.shared + "func goOld() {}\n"
    #expect(try plan(tree(shared: text)).symbols == ["OldMore", "OldWay"])
  }

  @Test func `a plan is for its tree`() throws {
    let plan = try plan(tree())
    let changes: [(SourceTree, String)] = [
      (tree(shared: "\n" + Self.shared), "its branches in other files are others"),
      (tree(paths: "old Old.swift\nnew New.swift\n"), "its files are others"),
      (tree(shared: Self.shared + "func goOld() {}\n"), "its symbols are others"),
    ]
    for (other, what) in changes {
      #expect(fault { _ = try plan.carriedOut(on: other) } == .changed(what))
    }
  }

  @Test func `what the tree says wrongly of itself is named`() {
    let faults: [(SourceTree, RemovalFault)] = [
      (tree(paths: "new New.swift\n"), .unknown(path: "old")),
      (tree(paths: "old Gone.swift\n"), .missing(file: "Gone.swift")),
      (tree(paths: "old Gone/\n"), .missing(file: "Gone/")),
      (tree(shared: "// path old\n"), .unbalanced(file: "Shared.swift", line: 1)),
      (tree(shared: "\n// end old\n"), .unbalanced(file: "Shared.swift", line: 2)),
      (tree(shared: "// path old\n// path old\n// end old\n"), .unbalanced(file: "Shared.swift", line: 2)),
    ]
    for (tree, expected) in faults { #expect(fault { _ = try plan(tree) } == expected) }
    // Branches of other paths are not this one's.
    #expect(fault { _ = try plan(tree(shared: "// path other\n" + Self.shared)) } == nil)
  }
}
