import Testing

@testable import WindowsInstaller

/// Each rule catches a package that breaks it.
struct RulesTests {
  /// A way to break a package, and the rule that has to say so.
  struct Break: CustomTestStringConvertible, Sendable {
    let rule: String
    let what: String
    let change: @Sendable (inout Database) -> Void
    var testDescription: String { "\(rule): \(what)" }

    init(_ rule: String, _ what: String, _ change: @escaping @Sendable (inout Database) -> Void) {
      self.rule = rule
      self.what = what
      self.change = change
    }

    /// A cell of a row becomes another one.
    init(_ rule: String, _ table: String, _ key: Cell, _ column: String, _ cell: Cell) {
      self.init(rule, "\(table) \(key) \(column) = \(cell)") { $0[table].set(key, column, cell) }
    }

    /// A row is gone.
    init(_ rule: String, without key: Cell, in table: String) {
      self.init(rule, "\(table) without \(key)") { $0[table].rows.removeAll { $0[0] == key } }
    }
  }

  @Test(arguments: [false, true])
  func `packages of ours break no rule`(isUnsigned: Bool) throws {
    for product in [try Goldens.product(), try Goldens.everything()] {
      let build = try Goldens.build(product, isUnsigned: isUnsigned)
      #expect(Rules.findings(in: build.database(), of: build).map(\.description) == [])
    }
  }

  @Test(arguments: shape + components + sequences + products)
  func `a package that breaks a rule is caught by it`(broken: Break) throws {
    let build = try Goldens.build(Goldens.everything())
    var database = build.database()
    broken.change(&database)
    #expect(database != build.database())
    let rules = Rules.findings(in: database, of: build).map(\.rule)
    #expect(rules.contains(broken.rule), "\(rules)")
  }

  @Test func `no rule is without a package that breaks it`() {
    let broken = Set((Self.shape + Self.components + Self.sequences + Self.products).map(\.rule))
    #expect(Set(Rules.rules.map(\.0) + ["ICE03", "ICE06"]).subtracting(broken) == [])
  }

  static let dll: Cell = "needletail.dll"
  static let execute = "InstallExecuteSequence"

  static let shape: [Break] = [
    Break("ICE03", "Property", "ProductName", "Value", nil),
    Break("ICE03", "Property", "ProductName", "Value", ""),
    Break("ICE03", "Property", "ProductName", "Value", 3),
    Break("ICE03", "File", dll, "Sequence", 32768),
    Break("ICE03", "File", dll, "File", "a file"),
    Break("ICE03", "Feature", "Product", "Feature", .text(String(repeating: "a", count: 39))),
    Break("ICE03", "Binary", "CustomActions", "Data", .file("")),
    Break("ICE03", "a key twice") { $0["Property"].rows.append($0["Property"].rows[0]) },
    Break("ICE06", "a cell too many") { $0["Property"].rows[0].append(nil) },
    Break("ICE06", "another column") { database in
      let schema = Schema("Media", [("DiskId*", "i2"), ("Cabinet", "S255")])
      database["Media"] = Table(schema: schema, rows: [])
    },
  ]

  static let components: [Break] = [
    Break("ICE03 references", "Component", dll, "Directory_", "Nowhere"),
    Break("ICE03 references", "Directory", "InstallFolder", "Directory_Parent", "Nowhere"),
    Break("ICE03 references", without: "Search.WINDOWSMAJOR", in: "RegLocator"),
    Break("ICE03 references", "an action that is not there") {
      $0[execute].add(["Action": "Nothing", "Condition": "1", "Sequence": 1601])
    },
    Break("ICE03 references", without: "CommitDriver", in: execute),
    Break("ICE03 references", "a component in no feature") { $0["FeatureComponents"].rows.removeFirst() },
    Break("ICE08", "a code twice") { database in
      database["Component"].rows[1][1] = database["Component"].rows[0][1]
    },
    Break("ICE08", "Component", dll, "ComponentId", nil),
    Break("ICE08", "Component", dll, "ComponentId", "{0}"),
    Break("ICE09", "a file in System32") { database in
      database["Directory"].add(["Directory": "System64Folder", "Directory_Parent": "TARGETDIR", "DefaultDir": "."])
      database["Component"].set(dll, "Directory_", "System64Folder")
    },
    Break("ICE18", "Component", dll, "KeyPath", nil),
    Break("ICE18", "Component", dll, "KeyPath", "Licence.txt"),
    Break("ICE20", "a dialog") { $0["InstallUISequence"].add(["Action": "WelcomeDlg", "Sequence": 1250]) },
    Break("ICE30", "File", "Licence.txt", "FileName", .text(Names.short("needletail.dll", path: "needletail.dll"))),
    Break("ICE30", "File", "Licence.txt", "FileName", "other.txt|needletail.dll"),
    Break("ICE33", "a class") { $0["Registry"].rows[0][2] = "SOFTWARE\\Classes\\CLSID\\{0}" },
    Break("ICE38", "a folder of a user's") {
      $0["Directory"].add(["Directory": "AppDataFolder", "Directory_Parent": "TARGETDIR", "DefaultDir": "."])
    },
    Break("ICE43", "a shortcut beside a file") { $0["Shortcut"].rows[0][3] = dll },
    Break("ICE57", "a user's value") { $0["Registry"].rows[0][1] = 1 },
    Break("ICE64", without: "RemoveMenu", in: "RemoveFile"),
    Break("ICE80", "Component", dll, "Attributes", 0),
    Break("ICE80", "another processor") { $0.summary.template = "Intel;1033" },
    Break("ICE80", "an older installer") { $0.summary.installerVersion = 200 },
    Break("ICE80", "a folder for 32 bits") {
      $0["Directory"].add(["Directory": "ProgramFilesFolder", "Directory_Parent": "TARGETDIR", "DefaultDir": "."])
    },
    Break("ICE91", "Directory", "InstallFolder", "Directory_Parent", "TARGETDIR"),
    Break("ICE99", "Directory", "MenuFolder", "Directory", "REMOVE"),
    Break("ICE99", "a folder that can be moved") {
      $0["Directory"].add(["Directory": "ELSEWHERE", "Directory_Parent": "TARGETDIR", "DefaultDir": "x"])
    },
    Break("stable components", "Component", dll, "ComponentId", .text(Identifier.guid("another"))),
    Break("stable components", "a component of nothing") {
      $0["Component"].add([
        "Component": "More", "ComponentId": .text(Identifier.guid("more")), "Directory_": "InstallFolder",
        "Attributes": 256, "KeyPath": "needletail.dll",
      ])
    },
    Break("file list", "a file that is not in the list") {
      $0["File"].add([
        "File": "more", "Component_": dll, "FileName": "more", "FileSize": 1, "Attributes": 512, "Sequence": 90,
      ])
    },
    Break("file list", without: dll, in: "File"),
    Break("file list", "File", dll, "FileSize", 1),
    Break("file list", without: "Licence.txt", in: "MsiFileHash"),
    Break("file list", "MsiFileHash", "Licence.txt", "File_", dll),
    Break("file list", "File", dll, "Version", nil),
    Break("file list", "File", "Licence.txt", "Version", "0.1.0.0"),
    Break("file list", "File", dll, "Sequence", 77),
    Break("file list", "Media", 1, "LastSequence", 1),
  ]

  static let sequences: [Break] = [
    Break("ICE27", execute, "InstallInitialize", "Sequence", 1399),
    Break("ICE27", execute, "LaunchConditions", "Sequence", 20),
    Break("ICE27", execute, "StartServices", "Sequence", 5800),
    Break("ICE63", execute, "RemoveExistingProducts", "Sequence", 1401),
    Break("ICE63", execute, "RemoveExistingProducts", "Sequence", 6601),
    Break("ICE63", without: "RemoveExistingProducts", in: execute),
    Break("ICE63", execute, "CommitDriver", "Sequence", 6510),
    Break("standard numbers", execute, "InstallFiles", "Sequence", 4001),
    Break("standard numbers", without: "InstallFiles", in: execute),
    // What a builder of packages has made of a rollback action that it does not know.
    Break("action types", "CustomAction", "InstallDriverRollback", "Type", 2130),
    Break("rollback actions", "CustomAction", "InstallDriverRollback", "Type", 2130),
    Break("rollback actions", "CustomAction", "InstallDriverRollback", "Type", 3585),
    Break("rollback actions", without: "InstallDriverRollback", in: "CustomAction"),
    Break("rollback actions", execute, "InstallDriverRollback", "Sequence", 5853),
    Break("rollback actions", execute, "InstallDriverRollback", "Condition", "1"),
    // Where there is a way back, what does it there needs one.
    Break("rollback actions", execute, "CommitAtOnce", "Condition", "NOT UPGRADINGPRODUCTCODE"),
    Break("action places", execute, "CommitDriver", "Sequence", 6601),
    Break("action places", execute, "InstallDriverRollback", "Sequence", 1499),
    Break("action places", "a deferred action elsewhere") {
      $0["AdminExecuteSequence"].add(["Action": "InstallDriver", "Condition": "1", "Sequence": 4001])
    },
    Break("action conditions", execute, "CommitDriver", "Condition", nil),
  ]

  static let products: [Break] = [
    Break("ICE61", "Property", "SecureCustomProperties", "Value", "OLDERVERSION"),
    Break("ICE61", "a range without an end") { $0["Upgrade"].rows[0][1...2] = [nil, nil] },
    Break("ICE61", "no version") { $0["Upgrade"].rows[0][2] = "1.x" },
    Break("upgrade code", "Property", "UpgradeCode", "Value", .text(Identifier.guid("another"))),
    Break("upgrade code", "a row for another product") { $0["Upgrade"].rows[0][0] = .text(Identifier.guid("another")) },
    Break("product", "Property", "ProductCode", "Value", .text(Identifier.guid("another"))),
    Break("product", "Property", "ProductVersion", "Value", "0.1.65536"),
    Break("product", "Property", "ProductVersion", "Value", "0.1.1"),
    Break("product", "no code of the package") { $0.summary.revision = "1" },
    Break("properties", without: "ALLUSERS", in: "Property"),
    Break("properties", "no way back") { $0["Property"].add(["Property": "DISABLEROLLBACK", "Value": "1"]) },
    Break("properties", "not elevated") { $0.summary.wordCount = 10 },
    Break("downgrade", "a newer version is not found") { $0["Upgrade"].rows.remove(at: 1) },
    Break("downgrade", "anybody says that there is a rollback") {
      $0["Property"].add(["Property": "GoesBack", "Value": "b"])
    },
    Break("downgrade", without: "FindRollback", in: "InstallUISequence"),
    Break("downgrade", execute, "FindRollback", "Sequence", 101),
    Break("downgrade", "LaunchCondition", "Installed OR NOT NEWERVERSION OR GoesBack", "Condition", "Installed OR 1"),
    Break("downgrade", "a newer version is removed") { $0["Upgrade"].rows[1][4] = 4 },
    Break("downgrade", without: "Installed OR NOT NEWERVERSION OR GoesBack", in: "LaunchCondition"),
    Break("services", "ServiceControl", "NeedletailManager", "Event", 0xa0),
    Break("services", "ServiceControl", "NeedletailManager", "Event", 0x22),
    Break("services", without: "NeedletailManager", in: "ServiceControl"),
    Break("services", "ServiceInstall", "NeedletailManager", "ServiceType", 1),
    Break("services", "ServiceInstall", "NeedletailManager", "Component_", "Shortcuts"),
    Break("services", "ServiceInstall", "NeedletailManager", "Password", "secret"),
    Break("old driver frameworks", "an action of theirs") {
      $0["Binary"].add(["Name": "DIFxApp", "Data": .file("DIFxApp.dll")])
    },
  ]
}

extension Table {
  /// Puts a cell into the row with this key.
  mutating func set(_ key: Cell, _ column: String, _ cell: Cell) {
    guard let row = rows.firstIndex(where: { $0[0] == key }) else { return }
    rows[row][place(of: column)] = cell
  }
}
