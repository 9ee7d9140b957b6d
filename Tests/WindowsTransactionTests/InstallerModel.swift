import Transaction

@testable import WindowsInstaller
@testable import WindowsTransaction

/// A Windows Installer in memory: it runs the very sequence of a package's tables, counts who has a component, and takes
/// everything back in reverse order when something fails, as Windows Installer is documented to. What custom actions do is
/// done by what ships, on the model of Windows beside it.
struct InstallerModel {
  /// A package that the model can install.
  struct Package {
    let build: Build
    let database: Database
    /// The driver that its INF is of.
    let driver: DriverPackage

    var code: String { property("ProductCode") }
    func property(_ name: String) -> String { database["Property"].cell(.text(name), "Value")?.text ?? "" }
  }

  /// What people see of the machine, without the driver store.
  struct Machine: Equatable {
    /// Files, and values of the registry, each with the version of the package that wrote it.
    var content: [String: String] = [:]
    /// Who has a component, by its code.
    var clients: [String: Set<String>] = [:]
    /// Installed products and their versions.
    var products: [String: String] = [:]
  }

  /// Why an installation ends early.
  struct Failure: Error {}

  var machine = Machine()
  var system = ModelSystem()
  /// Packages by their products' codes: Windows Installer keeps a copy of each that is installed.
  var packages: [String: Package] = [:]
  /// The change that fails, counted from 1; each file, value, registration and action is one.
  var failing = Int.max
  /// A fault of the system in whichever action comes to it.
  var fault = ModelSystem.Fault.none
  private(set) var changes = 0
  /// What custom actions were called, in their order.
  private(set) var called: [String] = []
  /// Whether somebody has disabled the way back: neither what rolls back nor what commits is called then.
  var isRollbackDisabled = false
  /// Services that ran the program while it was replaced.
  private(set) var inTheWay: [String] = []

  private enum Undo {
    case machine(Machine)
    case service(String, ServiceState?, String?)
    case call(String)
  }
  private var undos: [Undo] = []
  private var commits: [String] = []

  /// Seconds since 1970.
  static let now: UInt64 = 1_800_000_000
  static let folder = "C:\\Program Files\\Needletail\\"
  static let channel = "C:\\Windows\\Needletail.channel"
  static let inf = "C:\\Program Files\\Needletail\\Driver\\needletail.inf"

  /// Installs a package, or removes its product; everything is taken back when that fails.
  mutating func run(_ package: Package, removing: Bool = false) -> Bool {
    (undos, commits, changes, called, inTheWay) = ([], [], 0, [], [])
    packages[package.code] = package
    do {
      try perform(package, removing: removing, isUpgrading: false)
      for call in commits where !isRollbackDisabled { try act(call, "") }
      return true
    } catch {
      fault = .none
      failing = .max
      for undo in undos.reversed() where !isRollbackDisabled {
        switch undo {
        case .machine(let before): machine = before
        case .service(let name, let state, let command):
          system.state.services[name] = state
          system.state.commands[name] = command
        case .call(let name): try? act(name, "")
        }
      }
      return false
    }
  }

  private mutating func perform(_ package: Package, removing: Bool, isUpgrading: Bool) throws {
    let sequence = package.database["InstallExecuteSequence"]
    let steps = sequence.rows.sorted { ($0[2].number ?? 0) < ($1[2].number ?? 0) }
    var properties: [String: String] = [:]
    let version = package.property("ProductVersion")
    let newer = machine.products.filter { Self.isNewer($0.value, than: version) }.keys
    if machine.products[package.code] != nil { properties["Installed"] = "1" }
    // Windows looks for others for the first installation only.
    if !newer.isEmpty && properties["Installed"] == nil {
      properties["NEWERVERSION"] = newer.sorted().joined(separator: ";")
    }
    for step in steps where holds(step[1].text, properties, removing: removing, isUpgrading: isUpgrading) {
      let name = step[0].text ?? ""
      if let action = package.database["CustomAction"].rows.first(where: { $0[0] == step[0] }) {
        try schedule(action, package, &properties)
      } else {
        try standard(name, package, properties, removing: removing)
      }
    }
  }

  /// The conditions that our packages have, and no others.
  private func holds(
    _ condition: String?, _ properties: [String: String], removing: Bool, isUpgrading: Bool
  ) -> Bool {
    switch condition {
    case nil, "VersionNT": true
    case Conditions.installs: !removing
    case Conditions.removes: removing && !isUpgrading
    case Conditions.either: !removing || !isUpgrading
    case "NOT Installed": properties["Installed"] == nil
    case "NEWERVERSION AND NOT Installed": properties["NEWERVERSION"] != nil && properties["Installed"] == nil
    case Names.goesBack: properties[Names.goesBack] != nil
    case Conditions.withoutRollback: isRollbackDisabled && (!removing || !isUpgrading)
    default: preconditionFailure("the model does not know the condition \(condition ?? "")")
    }
  }

  private mutating func count() throws {
    changes += 1
    if changes == failing { throw Failure() }
  }

  private mutating func change(_ body: (inout Machine) -> Void) throws {
    try count()
    undos.append(.machine(machine))
    body(&machine)
  }

  /// Whether a version comes after another one.
  static func isNewer(_ version: String, than other: String) -> Bool {
    func numbers(_ text: String) -> [Int] { text.split(separator: ".").map { Int($0) ?? 0 } }
    return numbers(other).lexicographicallyPrecedes(numbers(version))
  }

  private mutating func schedule(
    _ action: [Cell], _ package: Package, _ properties: inout [String: String]
  ) throws {
    let name = action[0].text ?? ""
    let target = action[3].text ?? ""
    switch action[1].number {
    case 51:
      properties[action[2].text ?? ""] = target.replacing("[RollbackDisabled]", with: isRollbackDisabled ? "1" : "")
        .replacing("[\(Names.goesBack)]", with: properties[Names.goesBack] ?? "")
        .replacing("[InstallFolder.Driver]", with: Self.folder + "Driver\\")
        .replacing("[InstallFolder]", with: Self.folder)
    case 1:
      let found = try WindowsHost(system: system).rollback(
        to: package.property("ProductVersion"), instead: properties["NEWERVERSION"] ?? "", now: Self.now)
      if found != nil { properties[Names.goesBack] = "b" }
    case 3329: undos.append(.call(target))
    case 3585: commits.append(target)
    case 3073:
      try count()
      try act(target, properties[name] ?? "")
      // An action that has succeeded may still be followed by one that fails.
      try count()
    default: preconditionFailure("the model does not know the type of \(name)")
    }
  }

  private mutating func standard(
    _ name: String, _ package: Package, _ properties: [String: String], removing: Bool
  ) throws {
    let version = package.property("ProductVersion")
    switch name {
    case "LaunchConditions":
      let refuses = properties["NEWERVERSION"] != nil && properties["Installed"] == nil
      if refuses && properties[Names.goesBack] == nil { throw Failure() }
    case "InstallFiles" where !removing, "WriteRegistryValues" where !removing:
      for (place, component) in contents(of: name, package) {
        look(at: place)
        // Source: "File Versioning Rules". A newer file stays, unless the mode says that any other is replaced.
        let isKept =
          properties["REINSTALLMODE"] == nil && isVersioned(place, package)
          && Self.isNewer(machine.content[place] ?? "", than: version)
        try change { machine in
          if !isKept { machine.content[place] = version }
          machine.clients[component, default: []].insert(package.code)
        }
      }
    case "RemoveFiles" where removing, "RemoveRegistryValues" where removing:
      for (place, component) in contents(of: name, package) {
        if isLast(package, of: component) { look(at: place) }
        try change { machine in
          machine.clients[component]?.remove(package.code)
          // Somebody else has it as well.
          guard machine.clients[component]?.isEmpty != false else { return }
          machine.clients[component] = nil
          machine.content[place] = nil
        }
      }
    case "StopServices", "DeleteServices", "StartServices", "InstallServices":
      try services(name, package, removing: removing)
    case "RegisterProduct": try change { $0.products[package.code] = removing ? nil : version }
    case "RemoveExistingProducts" where !removing:
      for code in machine.products.keys.sorted() where code != package.code {
        guard let old = packages[code] else { continue }
        try perform(old, removing: true, isUpgrading: true)
      }
    default: break
    }
  }

  private func isVersioned(_ place: String, _ package: Package) -> Bool {
    let key = Cell.text(String(place.dropFirst("file ".count)))
    return package.database["File"].cell(key, "Version") ?? .null != .null
  }

  /// Whoever runs a file that is about to change is in the way.
  private mutating func look(at place: String) {
    guard place == "file needletail.exe" else { return }
    let program = Self.folder + "needletail.exe"
    inTheWay += system.state.services.filter { name, state in
      state == .running && InstalledService(name: name, command: system.state.commands[name] ?? "").runs(program)
    }.map(\.key)
  }

  /// Whether nobody else has a component.
  private func isLast(_ package: Package, of component: String) -> Bool {
    machine.clients[component]?.subtracting([package.code]).isEmpty != false
  }

  /// What a step does to the package's services. Source: the page of the table ServiceControl.
  private mutating func services(_ step: String, _ package: Package, removing: Bool) throws {
    let install = package.database["ServiceInstall"]
    let control = package.database["ServiceControl"]
    for row in install.rows {
      let name = row[install.place(of: "Name")].text ?? ""
      let component = package.database["Component"].cell(row[install.place(of: "Component_")], "ComponentId")
      // Services of a component that stays, stay.
      if removing && !isLast(package, of: component?.text ?? "") { continue }
      let event = control.cell(.text(name), "Event")?.number ?? 0
      let found = system.state.services[name]
      let next: ServiceState?
      switch step {
      case "InstallServices" where !removing: next = found ?? .stopped
      case "StartServices" where !removing && event & 1 != 0: next = .running
      case "StopServices" where found != nil && event & (removing ? 0x20 : 2) != 0: next = .stopped
      case "DeleteServices" where removing && event & 0x80 != 0: next = nil
      default: continue
      }
      try count()
      undos.append(.service(name, found, system.state.commands[name]))
      system.state.services[name] = next
      // It makes the folder of updates when it starts.
      if next == .running && name == "NeedletailUpdates" && system.state.folders.insert(Self.channel).inserted {
        system.state.emptyFolders.insert(Self.channel)
      }
      let arguments = row[install.place(of: "Arguments")].text ?? ""
      system.state.commands[name] = next.map { _ in "\"\(Self.folder)needletail.exe\" \(arguments)" }
    }
  }

  /// What a step writes or removes: places, and the codes of their components.
  private func contents(of step: String, _ package: Package) -> [(String, String)] {
    let table = package.database[step.contains("Files") ? "File" : "Registry"]
    let component = table.place(of: "Component_")
    return table.rows.map { row in
      let place =
        step.contains("Files")
        ? "file \(row[0].text ?? "")" : "value \(row[2].text ?? "") \(row[3].text ?? "")"
      return (place, package.database["Component"].cell(row[component], "ComponentId")?.text ?? "")
    }
  }

  /// Calls a function of the library of custom actions, as its entry points do.
  private mutating func act(_ function: String, _ data: String) throws {
    called.append(function)
    // The INF on the disk is of whoever wrote it last.
    let writer = machine.content["file Driver.needletail.inf"]
    let package = packages.values.first { $0.property("ProductVersion") == writer }
    system.state.files = package.map { [Self.inf: $0.driver] } ?? [:]
    let named = InstallerAction.allCases.filter { function.hasSuffix($0.name.description) }
    for action in named.isEmpty ? InstallerAction.allCases : named {
      var transaction = Transaction(host: WindowsHost(system: system.restarted(action.name.description, fault: fault)))
      defer { system = transaction.host.system.restarted("") }
      if function.hasPrefix("RollBack") {
        try transaction.rollBack()
      } else if function == "Commit" {
        try transaction.end()
      } else {
        try transaction.install(action, data: ActionData(Array(data.utf8)))
      }
    }
  }
}
