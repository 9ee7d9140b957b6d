/// What is wrong with the tables of a package, as far as tables tell: Windows Installer's consistency checks that concern
/// packages like ours (their numbers, ICE03 and so on, are Microsoft's), and the rules of this project.
///
/// It sees tables only. Whether files are what they are called, whether actions do what they say, and how Windows runs
/// a sequence, is for the tests that install.
public enum Rules {
  /// One thing that is wrong.
  public struct Finding: Equatable, Sendable, CustomStringConvertible {
    /// The rule's name.
    public let rule: String
    /// The table, the row and what is wrong.
    public let text: String

    /// For people: rule, then text.
    public var description: String { "\(rule): \(text)" }
  }

  /// Everything that is wrong with `database`, whose files have to be those of `build`.
  public static func findings(in database: Database, of build: Build) -> [Finding] {
    let shape = shapeFindings(database)
    // What follows reads cells by their meaning: there is no use in it while they have none.
    guard shape.isEmpty else { return shape }
    let context = Context(database: database, build: build)
    return rules.flatMap { name, rule in rule(context).map { Finding(rule: name, text: $0) } }
  }

  /// What rules look at.
  struct Context {
    let database: Database
    let build: Build
    subscript(_ table: String) -> Table { database[table] }
    func property(_ name: String) -> String? { self["Property"].cell(.text(name), "Value")?.text }
  }

  /// The rules by name, in their order.
  static var rules: [(String, (Context) -> [String])] {
    [
      ("ICE03 references", references), ("ICE08", componentCodes), ("ICE09", systemFolders), ("ICE18", keyPaths),
      ("ICE20", dialogs), ("ICE27", order), ("ICE30", sameTargets), ("ICE33", classes), ("ICE38", profileFolders),
      ("ICE43", shortcutComponents), ("ICE57", mixedScopes), ("ICE61", upgradeTable), ("ICE63", removalOfOld),
      ("ICE64", leftFolders), ("ICE80", bits), ("ICE91", userFiles), ("ICE99", folderNames),
    ] + [
      ("action types", actionTypes), ("rollback actions", rollbackActions), ("action places", actionPlaces),
      ("action conditions", actionConditions), ("standard numbers", standardNumbers), ("upgrade code", upgradeCode),
      ("product", product), ("properties", properties), ("downgrade", downgrade), ("file list", fileList),
      ("stable components", stableComponents), ("services", services), ("old driver frameworks", driverFrameworks),
    ]
  }
}
