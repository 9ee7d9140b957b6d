internal import ArgumentParser
internal import Foundation
internal import RolloutGate
internal import RolloutMetadata

/// What goes when one of two paths does.
struct RemovalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "removal", abstract: "Plan what is deleted when a second path goes, check the plan, and carry it out.",
    discussion: """
      The tree is a git checkout. Its file Paths names what is of a path alone: a line with the path's name, and files, or \
      folders with a / at their end. In other files, branches of it stand between lines // path NAME and // end NAME.
      """,
    subcommands: [Plan.self, Check.self, Execute.self])

  struct Plan: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write the plan: files, branches, symbols, knobs, lines, and the commit that has them still.")
    @Argument(help: "The path that goes, as the tree's file Paths calls it.") var path: String
    @Option(help: "The checkout, without changes that are not committed.") var tree = "."
    @Option(help: "A knob that chooses between the paths; once for each.") var knob: [String] = []

    func run() throws {
      let checkout = try Checkout(tree)
      try RemovalCommand.told {
        let plan = try RemovalPlan(removing: path, knobs: knob, from: checkout.sources, commit: checkout.commit)
        print(try Input.json(plan))
      }
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Hold a plan to a checkout, and say what would be left of the path; changes nothing.")
    @Argument(help: "The plan.") var plan: String
    @Option(help: "The checkout, without changes that are not committed.") var tree = "."
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      let plan = try RemovalCommand.read(plan)
      _ = try RemovalCommand.result(of: plan, in: try Checkout(tree))
      print(json ? try RemovalCommand.object(of: plan, isRemoved: false) : RemovalCommand.text(of: plan))
    }
  }

  struct Execute: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Delete what the plan says, unless something of the path would be left; nothing is committed.")
    @Argument(help: "The plan.") var plan: String
    @Option(help: "The checkout, without changes that are not committed.") var tree = "."
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      let plan = try RemovalCommand.read(plan)
      let checkout = try Checkout(tree)
      let result = try RemovalCommand.result(of: plan, in: checkout)
      try checkout.become(result)
      if json { return print(try RemovalCommand.object(of: plan, isRemoved: true)) }
      print(RemovalCommand.text(of: plan))
      print("git checkout \(plan.restoredBy) -- . brings it back")
    }
  }

  private static func read(_ path: String) throws -> RemovalPlan {
    try Input.decode(RemovalPlan.self, from: path)
  }

  private static func text(of plan: RemovalPlan) -> String {
    "\(plan.path): \(plan.files.count) files, \(plan.branches.count) branches, \(plan.symbols.count) symbols, "
      + "\(plan.knobs.count) knobs, \(plan.lines) lines; nothing left"
  }

  /// What a plan comes to, for programs.
  private struct Told: Encodable {
    let path: String
    let files, branches, symbols, knobs, lines: Int
    let restoredBy: String
    let isRemoved: Bool
  }

  private static func object(of plan: RemovalPlan, isRemoved: Bool) throws -> String {
    try Input.json(
      Told(
        path: plan.path, files: plan.files.count, branches: plan.branches.count, symbols: plan.symbols.count,
        knobs: plan.knobs.count, lines: plan.lines, restoredBy: plan.restoredBy, isRemoved: isRemoved))
  }

  /// The tree without the path, when nothing is left of it.
  private static func result(of plan: RemovalPlan, in checkout: Checkout) throws -> SourceTree {
    try told {
      let (tree, left) = try plan.carriedOut(on: checkout.sources)
      guard left.isEmpty else {
        throw Failure(
          .failure,
          "\(left.count) places would still have something of \(plan.path); put them between // path \(plan.path) and "
            + "// end \(plan.path), or mend them:\n" + left.joined(separator: "\n"))
      }
      return tree
    }
  }

  private static func told<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let fault as RemovalFault {
      switch fault {
      case .unknown(let path):
        throw Failure(.failure, "the tree's file \(RemovalPlan.description) has no line for \(path)")
      case .missing(let file): throw Failure(.failure, "\(RemovalPlan.description): \(file) is not in the tree")
      case .unbalanced(let file, let line):
        throw Failure(.failure, "\(file):\(line): a branch without beginning or end")
      case .changed(let how): throw Failure(.failure, "the plan is of another tree: \(how); make it anew")
      }
    }
  }
}

/// A git checkout, and the text files in it that git knows.
private struct Checkout {
  let folder: String
  let commit: String
  let sources: SourceTree

  init(_ folder: String) throws {
    self.folder = folder
    guard try Self.git(["status", "--porcelain", "--untracked-files=no"], folder).isEmpty else {
      throw Failure(.failure, "\(folder): there are changes that are not committed; commit them or put them away")
    }
    commit = try Self.git(["rev-parse", "HEAD"], folder).trimmingCharacters(in: .newlines)
    var texts: [String: String] = [:]
    for name in try Self.git(["ls-files", "-z"], folder).split(separator: "\0").map(String.init) {
      // What is no text has no lines.
      texts[name] = try? String(contentsOfFile: folder + "/" + name, encoding: .utf8)
    }
    sources = SourceTree(texts: texts)
  }

  /// Writes what is different, and removes what is gone.
  func become(_ tree: SourceTree) throws {
    for (name, text) in sources.texts where tree.texts[name] != text {
      let place = URL(fileURLWithPath: folder + "/" + name)
      if let changed = tree.texts[name] {
        // In place: the file keeps its mode.
        let file = try FileHandle(forWritingTo: place)
        try file.truncate(atOffset: 0)
        try file.write(contentsOf: Data(changed.utf8))
        try file.close()
      } else {
        try FileManager.default.removeItem(at: place)
      }
    }
  }

  private static func git(_ arguments: [String], _ folder: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git", "-C", folder] + arguments
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(.failure, "git \(arguments[0]) in \(folder) ended with \(process.terminationStatus)")
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
