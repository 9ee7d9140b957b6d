extension Rules {
  /// A column called "X_" names a row of table X; an action of a sequence is ours or Windows Installer's.
  static func references(_ context: Context) -> [String] {
    var findings: [String] = []
    for table in context.database.tables {
      for column in table.schema.columns where column.name.hasSuffix("_") {
        let target = String(column.name.dropLast())
        guard Schema.named(target) != nil || target == "Signature" else { continue }
        let keys = Set(target == "Signature" ? context["RegLocator"].texts("Signature_") : context[target].firstTexts)
        for name in table.texts(column.name) where !keys.contains(name) {
          findings.append("\(table.schema.name): \(column.name) names \(name), which \(target) has not")
        }
      }
    }
    let folders = Set(context["Directory"].firstTexts)
    for name in context["Directory"].texts("Directory_Parent") + context["RemoveFile"].texts("DirProperty")
    where !folders.contains(name) {
      findings.append("Directory: there is no \(name)")
    }
    let standard = Set(StandardSequence.all.values.joined().map(\.action))
    let own = Set(context["CustomAction"].firstTexts)
    for name in Schema.sequences {
      findings += context[name].firstTexts.filter { !standard.contains($0) && !own.contains($0) }
        .map { "\(name): there is no action \($0)" }
    }
    let scheduled = Set(Schema.sequences.flatMap { context[$0].firstTexts })
    findings += own.filter { !scheduled.contains($0) }.sorted().map { "CustomAction: \($0) is in no sequence" }
    let inFeature = Set(context["FeatureComponents"].texts("Component_"))
    findings += context["Component"].firstTexts.filter { !inFeature.contains($0) }
      .map { "Component: \($0) is in no feature" }
    return findings
  }

  /// Each component has a code of its own.
  static func componentCodes(_ context: Context) -> [String] {
    let codes = context["Component"].texts("ComponentId")
    let bad = codes.filter { !isGUID($0) }.map { "\($0) is no GUID" }
    let missing =
      codes.count == context["Component"].rows.count ? [] : ["a component has no code: it would stay for ever"]
    return bad + missing + repeated(codes).map { "two components have the code \($0)" }
  }

  /// Nothing of ours lies in the system's folders: drivers come there through the driver store.
  static func systemFolders(_ context: Context) -> [String] {
    let folders = ["SystemFolder", "System64Folder", "System16Folder", "WindowsFolder"]
    return context["Component"].rows.filter { row in
      path(to: row[context["Component"].place(of: "Directory_")], context).contains(where: folders.contains)
    }.map { "\($0[0].text ?? "") lies in a folder of the system" }
  }

  /// The key path of a component is a file or a value of its own.
  static func keyPaths(_ context: Context) -> [String] {
    let table = context["Component"]
    return table.rows.compactMap { row in
      guard let name = row[0].text, let key = row[table.place(of: "KeyPath")].text else {
        return "\(row[0].text ?? "") has no key path: it would be its folder"
      }
      let isRegistry = (row[table.place(of: "Attributes")].number ?? 0) & 4 != 0
      let owner = context[isRegistry ? "Registry" : "File"].cell(.text(key), "Component_")?.text
      return owner == name ? nil : "\(name): its key path \(key) is not its own"
    }
  }

  /// Packages of ours have no dialogs, so what dialogs need cannot be missing.
  static func dialogs(_ context: Context) -> [String] {
    Schema.sequences.flatMap { context[$0].firstTexts }.filter { $0.hasSuffix("Dlg") || $0.hasSuffix("Dialog") }
      .map { "\($0) would be a dialog, and there is no table of dialogs" }
  }

  /// No two components put a file to the same place, by either of its names.
  static func sameTargets(_ context: Context) -> [String] {
    let files = context["File"]
    var targets: [String] = []
    for row in files.rows {
      let folder = context["Component"].cell(row[files.place(of: "Component_")], "Directory_")?.text ?? ""
      let names = (row[files.place(of: "FileName")].text ?? "").lowercased().split(separator: "|")
      targets += Set(names).map { "\(folder)/\($0)" }
    }
    return repeated(targets).map { "two files go to \($0)" }
  }

  /// Classes and interfaces have tables of their own.
  static func classes(_ context: Context) -> [String] {
    context["Registry"].texts("Key").filter { $0.lowercased().contains("software\\classes\\") }
      .map { "\($0) belongs into the tables of classes" }
  }

  /// Nothing lies in a user's profile: the package is for the machine.
  static func profileFolders(_ context: Context) -> [String] {
    let folders = ["AppDataFolder", "LocalAppDataFolder", "PersonalFolder", "DesktopFolder", "FavoritesFolder"]
    return context["Directory"].firstTexts.filter(folders.contains).map { "\($0) is a user's" }
  }

  /// A component with shortcuts has a value of the registry as its key path, and nothing else in it.
  static func shortcutComponents(_ context: Context) -> [String] {
    Set(context["Shortcut"].texts("Component_")).sorted().flatMap { name -> [String] in
      let attributes = context["Component"].cell(.text(name), "Attributes")?.number ?? 0
      let files = context["File"].rows(where: "Component_", is: .text(name))
      return (attributes & 4 == 0 ? ["\(name) has shortcuts and a key path that is a file"] : [])
        + (files.isEmpty ? [] : ["\(name) has shortcuts and files"])
    }
  }

  /// Values are the machine's (2), never a user's (1) or whoever's (-1).
  static func mixedScopes(_ context: Context) -> [String] {
    context["Registry"].rows.filter { $0[1] != 2 }.map { "\($0[0].text ?? "") is not below HKEY_LOCAL_MACHINE" }
  }

  /// A folder of the start menu is removed with what is in it.
  static func leftFolders(_ context: Context) -> [String] {
    let removed = context["RemoveFile"].texts("DirProperty")
    return Set(context["Shortcut"].texts("Directory_")).subtracting(removed).sorted()
      .map { "\($0) is not removed" }
  }

  /// Packages for 64 bits have components for 64 bits and say so of themselves.
  static func bits(_ context: Context) -> [String] {
    let table = context["Component"]
    let narrow = table.rows.filter { ($0[table.place(of: "Attributes")].number ?? 0) & 256 == 0 }
      .map { "\($0[0].text ?? "") is for 32 bits" }
    let folders = context["Directory"].firstTexts.filter { ["ProgramFilesFolder", "SystemFolder"].contains($0) }
      .map { "\($0) is for 32 bits" }
    let summary = context.database.summary
    let isSaid = summary.template == "\(context.build.architecture.template);1033" && summary.installerVersion == 500
    return narrow + folders + (isSaid ? [] : ["the summary is not for \(context.build.architecture.rawValue)"])
  }

  /// What is installed for the machine lies where every user may read it.
  static func userFiles(_ context: Context) -> [String] {
    context["Component"].texts("Directory_").filter { folder in
      let path = path(to: .text(folder), context)
      return !path.contains("ProgramFiles64Folder") && !path.contains("ProgramMenuFolder")
    }.map { "\($0) lies neither in Program Files nor in the start menu" }
  }

  /// Folders have no names that mean something to Windows Installer.
  static func folderNames(_ context: Context) -> [String] {
    let own = context["Directory"].firstTexts.filter { !["TARGETDIR"].contains($0) && !$0.hasSuffix("Folder") }
    let reserved = Set(["ALLUSERS", "REMOVE", "ADDLOCAL", "REINSTALL", "Installed", "Privileged", "Date", "Time"])
    return own.filter { reserved.contains($0) || context.property($0) != nil }.map { "\($0) is a property's name" }
      // A folder that the command line can move could be one that anybody writes to.
      + context["Directory"].firstTexts.filter { $0 != "TARGETDIR" && $0 == $0.uppercased() }
      .map { "\($0) can be moved by the command line" }
  }

  /// The folders from one to the root, by their keys.
  private static func path(to folder: Cell, _ context: Context) -> [String] {
    var path: [String] = []
    var next = folder.text
    while let name = next, !path.contains(name) {
      path.append(name)
      next = context["Directory"].cell(.text(name), "Directory_Parent")?.text
    }
    return path
  }

  static func repeated(_ names: [String]) -> [String] {
    Dictionary(grouping: names) { $0 }.filter { $0.value.count > 1 }.keys.sorted()
  }
}

extension Table {
  /// The texts of the first column.
  var firstTexts: [String] { rows.compactMap { $0.first?.text } }
}
