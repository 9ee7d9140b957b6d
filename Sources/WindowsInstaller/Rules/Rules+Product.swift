extension Rules {
  /// Rows of the table of upgrades are ranges, and their properties reach the part that installs.
  static func upgradeTable(_ context: Context) -> [String] {
    let table = context["Upgrade"]
    let secure = Set((context.property("SecureCustomProperties") ?? "").split(separator: ";").map(String.init))
    return table.rows.flatMap { row -> [String] in
      let property = row[table.place(of: "ActionProperty")].text ?? ""
      let least = row[table.place(of: "VersionMin")].text
      let most = row[table.place(of: "VersionMax")].text
      return (least == nil && most == nil ? ["a row has neither a first nor a last version"] : [])
        + (secure.contains(property) ? [] : ["\(property) is not among SecureCustomProperties"])
        + (property == property.uppercased() ? [] : ["\(property) is no public property"])
        + (context.property(property) == nil ? [] : ["\(property) has a value already"])
        + [least, most].compactMap { $0 }.filter { versionFault($0) != nil }.map { "\($0) is no version" }
    }
  }

  /// Every version of the product for one processor has the same upgrade code, made of the processor's name.
  static func upgradeCode(_ context: Context) -> [String] {
    let wanted = Identifier.upgradeCode(context.build.architecture)
    let codes = Set([context.property("UpgradeCode") ?? ""] + context["Upgrade"].texts("UpgradeCode"))
    return codes.subtracting([wanted]).sorted().map { "“\($0)” is not the upgrade code \(wanted)" }
  }

  /// The product's code is the version's and another one than the upgrade code; the version is one.
  static func product(_ context: Context) -> [String] {
    let version = context.property("ProductVersion") ?? ""
    let code = context.property("ProductCode") ?? ""
    let wanted = Identifier.productCode(context.build.architecture, version: version)
    return (versionFault(version).map { ["\(version) \($0)"] } ?? [])
      + (version == context.build.productVersion ? [] : ["the version is not \(context.build.productVersion)"])
      + (code == wanted ? [] : ["the product's code is not that of \(version)"])
      + (isGUID(context.database.summary.revision) ? [] : ["the package has no code"])
  }

  private static func versionFault(_ text: String) -> String? {
    let numbers = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
    let isVersion = numbers.count == 3 && zip(numbers, [255, 255, 65535]).allSatisfy { (0...$1).contains($0) }
    return isVersion ? nil : "is not three numbers of at most 255.255.65535"
  }

  /// For the machine, with a way back, and without the Restart Manager.
  static func properties(_ context: Context) -> [String] {
    var findings: [String] = []
    for (name, value) in [("ALLUSERS", "1"), ("ARPNOMODIFY", "1"), ("MSIDISABLERMRESTART", "1")]
    where context.property(name) != value {
      findings.append("\(name) is not \(value)")
    }
    for name in ["DISABLEROLLBACK", "REBOOT", "MSIINSTALLPERUSER"] where context.property(name) != nil {
      findings.append("\(name) is set")
    }
    return findings + (context.database.summary.wordCount == 2 ? [] : ["the package is not compressed and elevated"])
  }

  /// A newer version is found, by a row that removes nothing, and a condition refuses in words, unless a rollback was
  /// found, which no command line can say.
  static func downgrade(_ context: Context) -> [String] {
    let table = context["Upgrade"]
    let found = table.rows.first { row in
      let attributes = row[table.place(of: "Attributes")].number ?? 0
      return attributes & 2 != 0 && row[table.place(of: "VersionMin")].text == context.property("ProductVersion")
        && row[table.place(of: "VersionMax")] == .null
    }
    guard let property = found?[table.place(of: "ActionProperty")].text else {
      return ["nothing finds a newer version"]
    }
    let conditions = context["LaunchCondition"].texts("Condition")
    let refuses = conditions.contains("Installed OR NOT \(property) OR \(Names.goesBack)")
    let isOurs = Names.goesBack != Names.goesBack.uppercased() && context.property(Names.goesBack) == nil
    let places = ["InstallExecuteSequence", "InstallUISequence"].map { name in
      context[name].cell("FindRollback", "Sequence")?.number
    }
    return (refuses ? [] : ["no condition refuses a newer version"])
      + (isOurs && places.allSatisfy { $0.map { (51..<100).contains($0) } ?? false }
        ? [] : ["nothing looks for a rollback before the condition, or it can be said by others"])
  }

  /// The files are those of the definition, in the order of the cabinet, with their sizes.
  static func fileList(_ context: Context) -> [String] {
    let table = context["File"]
    let wanted = context.build.product.files
    var findings: [String] = []
    let found = Set(table.firstTexts)
    let names = wanted.map { Names.identifier($0.path) }
    findings += found.subtracting(names).sorted().map { "\($0) is not in the list" }
    findings += Set(names).subtracting(found).sorted().map { "\($0) is missing" }
    for (place, file) in wanted.enumerated() {
      let key = Cell.text(names[place])
      guard let size = table.cell(key, "FileSize")?.number else { continue }
      if size != context.build.contents[place].count { findings.append("\(file.path) has another size") }
      if table.cell(key, "Sequence") != .number(place + 1) {
        findings.append("\(file.path) is not number \(place + 1)")
      }
      let version = table.cell(key, "Version")
      if version != (file.isVersioned ? .text(context.build.version) : .null) {
        findings.append("\(file.path) has another version")
      }
      // A file with neither version nor hash is replaced or kept by its date.
      if context["MsiFileHash"].firstTexts.contains(names[place]) == file.isVersioned {
        findings.append("\(file.path) has to have either a version or a hash")
      }
    }
    let last = context["Media"].column("LastSequence").compactMap(\.number)
    return findings + (last == [wanted.count] ? [] : ["the cabinet does not end with the last file"])
  }

  /// A component's code follows from its place, so that it is the same in all versions: what two versions have in common
  /// is counted, and stays when the older one goes.
  static func stableComponents(_ context: Context) -> [String] {
    let table = context["Component"]
    let build = context.build
    var places: [String: String] = ["Shortcuts": "menu/\(build.product.name)"]
    for file in build.product.files { places[Names.identifier(file.path)] = file.path }
    let registry = context["Registry"]
    for row in registry.rows {
      guard let component = row[registry.place(of: "Component_")].text, places[component] == nil else { continue }
      let key = row[registry.place(of: "Key")].text ?? ""
      places[component] = "registry/\(key)\\\(row[registry.place(of: "Name")].text ?? "")"
    }
    return table.rows.compactMap { row in
      guard let name = row[0].text, let place = places[name] else { return "\(row[0].text ?? "") has no place" }
      let wanted = Identifier.component(build.architecture, place: place)
      return row[1].text == wanted ? nil : "\(name) does not have the code of its place"
    }
  }

  /// A service that is installed is stopped before its files change and deleted when it goes; it is a program's.
  static func services(_ context: Context) -> [String] {
    let table = context["ServiceInstall"]
    let control = context["ServiceControl"]
    return table.rows.flatMap { row -> [String] in
      let name = row[table.place(of: "Name")].text ?? ""
      let events = control.rows(where: "Name", is: .text(name)).map { $0[control.place(of: "Event")].number ?? 0 }
      let event = events.reduce(0, |)
      let component = row[table.place(of: "Component_")]
      let isKeyPath = context["Component"].cell(component, "KeyPath")?.text.map { key in
        context["File"].cell(.text(key), "Component_") == component
      }
      return (event & 0x22 == 0x22 ? [] : ["\(name) is not stopped on both ways"])
        + (event & 0x80 == 0x80 ? [] : ["\(name) is not deleted"])
        // Windows Installer cannot install drivers.
        + ([16, 272].contains(row[table.place(of: "ServiceType")].number) ? [] : ["\(name) is no program's service"])
        + (isKeyPath == true ? [] : ["\(name): its program is not its component's key path"])
        + (row[table.place(of: "Password")] == .null ? [] : ["\(name) has a password"])
    }
  }

  /// Driver Install Frameworks are gone from Windows.
  static func driverFrameworks(_ context: Context) -> [String] {
    (context["CustomAction"].firstTexts + context["Binary"].firstTexts)
      .filter { $0.lowercased().contains("difx") || $0.lowercased().hasPrefix("msiprocessdrivers") }
      .map { "\($0) needs Driver Install Frameworks" }
  }
}
