extension Build {
  /// The tables of the package.
  public func database() -> Database {
    var database = Database(summary: summary)
    addProperties(to: &database)
    addFolders(to: &database)
    addFiles(to: &database)
    addRegistry(to: &database)
    addShortcuts(to: &database)
    addServices(to: &database)
    addConditions(to: &database)
    addActions(to: &database)
    return database
  }

  private var summary: Database.Summary {
    let title = "\(product.name) \(productVersion)"
    return Database.Summary(
      title: "Installation Database", subject: isUnsigned ? title + " (unsigned)" : title,
      author: product.manufacturer, template: "\(architecture.template);1033",
      revision: Identifier.guid(
        "package/\(architecture.rawValue)/\(version)/\(isUnsigned)/" + Identifier.digest(of: contents + [actions])),
      time: time,
      // The first one that knows ARM64; Windows 10 has it.
      installerVersion: 500, wordCount: 2)
  }

  private func addProperties(to database: inout Database) {
    var properties = [
      ("ProductName", product.name), ("ProductVersion", productVersion), ("Manufacturer", product.manufacturer),
      ("ProductLanguage", "1033"), ("ProductCode", Identifier.productCode(architecture, version: productVersion)),
      ("UpgradeCode", Identifier.upgradeCode(architecture)),
      // For the machine: drivers are.
      ("ALLUSERS", "1"),
      // There is nothing to choose from.
      ("ARPNOMODIFY", "1"),
      // Who holds files is stopped by the package's own actions, not by the Restart Manager.
      ("MSIDISABLERMRESTART", "1"),
      ("SecureCustomProperties", "OLDERVERSION;NEWERVERSION;LEFTVERSION"),
    ]
    if isUnsigned { properties.append(("ARPCOMMENTS", "This package is not signed.")) }
    for (name, value) in properties { database["Property"].add(["Property": .text(name), "Value": .text(value)]) }
  }

  private func addFolders(to database: inout Database) {
    func add(_ key: String, _ parent: Cell, _ name: String) {
      database["Directory"].add(["Directory": .text(key), "Directory_Parent": parent, "DefaultDir": .text(name)])
    }
    add("TARGETDIR", nil, "SourceDir")
    add("ProgramFiles64Folder", "TARGETDIR", ".")
    // No capitals alone: a folder that the command line can move could be one that anybody writes to.
    add(Names.folder, "ProgramFiles64Folder", Names.short(product.name, path: product.name))
    var known: Set<String> = [Names.folder]
    for file in product.files {
      let parts = file.path.split(separator: "/").dropLast()
      for depth in 0..<parts.count {
        let path = parts.prefix(depth + 1).joined(separator: "/")
        let key = Names.folder(of: path + "/x")
        guard known.insert(key).inserted else { continue }
        add(key, .text(Names.folder(of: path)), Names.short(String(parts[depth]), path: path))
      }
    }
    guard !product.shortcuts.isEmpty else { return }
    add("ProgramMenuFolder", "TARGETDIR", ".")
    add(Names.menu, "ProgramMenuFolder", Names.short(product.name, path: product.name))
  }

  private func addFiles(to database: inout Database) {
    database["Feature"].add([
      "Feature": .text(Names.feature), "Title": .text(product.name), "Display": 0, "Level": 1,
      // The only one: it is installed, and on this machine.
      "Directory_": .text(Names.folder), "Attributes": 24,
    ])
    for (place, file) in product.files.enumerated() {
      let key = Names.identifier(file.path)
      let name = String(file.path.split(separator: "/").last!)
      addComponent(key, place: file.path, folder: Names.folder(of: file.path), keyPath: key, to: &database)
      database["File"].add([
        "File": .text(key), "Component_": .text(key), "FileName": .text(Names.short(name, path: file.path)),
        "FileSize": .number(contents[place].count), "Version": file.isVersioned ? .text(version) : nil,
        "Language": file.isVersioned ? "1033" : nil,
        // Vital.
        "Attributes": 512, "Sequence": .number(place + 1),
      ])
      // Without a version, what a file holds says whether it is another one.
      guard !file.isVersioned else { continue }
      let hash = MD5.hash(contents[place]).map { Cell.number(Int(Int32(bitPattern: $0))) }
      database["MsiFileHash"].add([
        "File_": .text(key), "Options": 0, "HashPart1": hash[0], "HashPart2": hash[1], "HashPart3": hash[2],
        "HashPart4": hash[3],
      ])
    }
    database["Media"].add([
      "DiskId": 1, "LastSequence": .number(product.files.count), "Cabinet": .text("#" + Names.cabinet),
    ])
  }

  /// A component of 64 bits with one thing in it, which is its key path as well.
  func addComponent(
    _ key: String, place: String, folder: String, isRegistry: Bool = false, keyPath: String, to database: inout Database
  ) {
    database["Component"].add([
      "Component": .text(key), "ComponentId": .text(Identifier.component(architecture, place: place)),
      "Directory_": .text(folder), "Attributes": .number(256 + (isRegistry ? 4 : 0)), "KeyPath": .text(keyPath),
    ])
    database["FeatureComponents"].add(["Feature_": .text(Names.feature), "Component_": .text(key)])
  }

  private func addRegistry(to database: inout Database) {
    let own = Names.key(product)
    add(own, "InstallFolder", "[\(Names.folder)]", to: &database)
    add(own, "Version", "[ProductVersion]", to: &database)
    for source in product.eventSources {
      let key = "SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\\(source.name)"
      add(key, "EventMessageFile", "#%[#\(Names.identifier(source.file))]", to: &database)
      add(key, "TypesSupported", "#7", to: &database)
    }
    for value in product.registry {
      let text = value.number.map { "#\($0)" } ?? value.text.map { $0.hasPrefix("#") ? "#" + $0 : $0 } ?? ""
      add(value.key, value.name, text, to: &database)
    }
  }

  private func add(_ key: String, _ name: String, _ value: String, to database: inout Database) {
    let row = Names.identifier("Value.\(key)\\\(name)")
    let short = row.count <= 72 ? row : "Value." + Identifier.guid(row).dropFirst().prefix(8) + "." + row.suffix(50)
    addComponent(
      short, place: "registry/\(key)\\\(name)", folder: Names.folder, isRegistry: true, keyPath: short, to: &database)
    database["Registry"].add([
      "Registry": .text(short), "Root": 2, "Key": .text(key), "Name": Cell(name), "Value": .text(value),
      "Component_": .text(short),
    ])
  }

  private func addShortcuts(to database: inout Database) {
    guard !product.shortcuts.isEmpty else { return }
    let key = "Shortcuts"
    let row = "Value.Shortcuts"
    addComponent(
      key, place: "menu/\(product.name)", folder: Names.menu, isRegistry: true, keyPath: row, to: &database)
    database["Registry"].add([
      "Registry": .text(row), "Root": 2, "Key": .text(Names.key(product)), "Name": "Shortcuts", "Value": "#1",
      "Component_": .text(key),
    ])
    for shortcut in product.shortcuts {
      let file = "[#\(Names.identifier(shortcut.file))]"
      // The prompt takes the marks at both ends away, and the program's stay.
      let arguments = shortcut.isPrompt ? "/k \"\"\(file)\" \(shortcut.arguments)\"" : shortcut.arguments
      database["Shortcut"].add([
        "Shortcut": .text(Names.identifier("Shortcut." + shortcut.name)), "Directory_": .text(Names.menu),
        "Name": .text(Names.short(shortcut.name, path: "menu/" + shortcut.name)), "Component_": .text(key),
        "Target": .text(shortcut.isPrompt ? "[System64Folder]cmd.exe" : file), "Arguments": Cell(arguments),
        "Description": Cell(shortcut.description), "WkDir": .text(Names.folder),
      ])
    }
    database["RemoveFile"].add([
      "FileKey": "RemoveMenu", "Component_": .text(key), "DirProperty": .text(Names.menu),
      // When the component is removed.
      "InstallMode": 2,
    ])
  }

  private func addServices(to database: inout Database) {
    for service in product.services {
      let component = Cell.text(Names.identifier(service.file))
      let dependencies = service.dependencies.map { $0 + "[~]" }.joined()
      database["ServiceInstall"].add([
        "ServiceInstall": .text(Names.identifier(service.name)), "Name": .text(service.name),
        "DisplayName": .text(service.displayName),
        // A process of its own.
        "ServiceType": 16, "StartType": service.isAutomatic ? 2 : 3,
        // A service that cannot be installed fails the installation.
        "ErrorControl": 0x8001, "Dependencies": dependencies.isEmpty ? nil : .text(dependencies + "[~]"),
        "Arguments": Cell(service.arguments), "Component_": component, "Description": Cell(service.description),
      ])
      database["ServiceControl"].add([
        "ServiceControl": .text(Names.identifier(service.name)), "Name": .text(service.name),
        // Stopped before files change, stopped and deleted before they go; started if the system does.
        "Event": .number(0x02 | 0x20 | 0x80 | (service.isAutomatic ? 0x01 : 0)), "Wait": 1, "Component_": component,
      ])
    }
  }

  private func addConditions(to database: inout Database) {
    let code = Cell.text(Identifier.upgradeCode(architecture))
    // Before this version: removed, with its choice of features kept. After it: only seen.
    database["Upgrade"].add([
      "UpgradeCode": code, "VersionMin": "0.0.0", "VersionMax": .text(productVersion), "Attributes": .number(0x100 | 1),
      "ActionProperty": "OLDERVERSION",
    ])
    database["Upgrade"].add([
      "UpgradeCode": code, "VersionMin": .text(productVersion), "Attributes": 2, "ActionProperty": "NEWERVERSION",
    ])
    // The same once more, to be removed: the condition below comes before that.
    database["Upgrade"].add([
      "UpgradeCode": code, "VersionMin": .text(productVersion), "Attributes": 0, "ActionProperty": "LEFTVERSION",
    ])
    let system = "SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment"
    let windows = "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"
    for (property, key, name) in [
      ("MACHINEPROCESSOR", system, "PROCESSOR_ARCHITECTURE"), ("WINDOWSMAJOR", windows, "CurrentMajorVersionNumber"),
      ("INSTALLEDVERSION", Names.key(product), "Version"),
    ] {
      database["AppSearch"].add(["Property": .text(property), "Signature_": .text("Search.\(property)")])
      database["RegLocator"].add([
        "Signature_": .text("Search.\(property)"), "Root": 2, "Key": .text(key), "Name": .text(name),
        // A value, in the registry of 64 bits.
        "Type": .number(2 | 16),
      ])
    }
    for (condition, text) in [
      (
        "Installed OR NOT NEWERVERSION OR \(Names.goesBack)",
        "A newer version of [ProductName] is installed. To go back to [ProductVersion], remove it first. "
          + "Only a rollback of its channel that this machine has accepted replaces it."
      ),
      ("Installed OR WINDOWSMAJOR", "[ProductName] needs Windows 10, Windows Server 2016 or a later one."),
      (
        "Installed OR MACHINEPROCESSOR = \"\(architecture.machine)\"",
        "This package is for \(architecture.machine) processors. Take the one for [MACHINEPROCESSOR]."
      ),
      ("Installed OR Privileged", "[ProductName] is installed by administrators only: it has a driver."),
    ] {
      database["LaunchCondition"].add(["Condition": .text(condition), "Description": .text(text)])
    }
  }
}
