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

  private enum Undo {
    case machine(Machine)
    case call(String)
  }
  private var undos: [Undo] = []
  private var commits: [String] = []

  static let inf = "C:\\Program Files\\Needletail\\Driver\\needletail.inf"

  /// Installs a package, or removes its product; everything is taken back when that fails.
  mutating func run(_ package: Package, removing: Bool = false) -> Bool {
    (undos, commits, changes, called) = ([], [], 0, [])
    packages[package.code] = package
    do {
      try perform(package, removing: removing, isUpgrading: false)
      for call in commits { try act(call, "") }
      return true
    } catch {
      fault = .none
      failing = .max
      for undo in undos.reversed() {
        switch undo {
        case .machine(let before): machine = before
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
    for step in steps where holds(step[1].text, removing: removing, isUpgrading: isUpgrading) {
      let name = step[0].text ?? ""
      if let action = package.database["CustomAction"].rows.first(where: { $0[0] == step[0] }) {
        try schedule(action, &properties)
      } else {
        try standard(name, package, removing: removing)
      }
    }
  }

  /// The conditions that our packages have, and no others.
  private func holds(_ condition: String?, removing: Bool, isUpgrading: Bool) -> Bool {
    switch condition {
    case nil, "VersionNT": true
    case "REMOVE<>\"ALL\"": !removing
    case "REMOVE=\"ALL\" AND NOT UPGRADINGPRODUCTCODE": removing && !isUpgrading
    case "NOT UPGRADINGPRODUCTCODE": !isUpgrading
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

  private mutating func schedule(_ action: [Cell], _ properties: inout [String: String]) throws {
    let name = action[0].text ?? ""
    let target = action[3].text ?? ""
    switch action[1].number {
    case 51:
      let folder = Self.inf.replacing("needletail.inf", with: "")
      properties[action[2].text ?? ""] = target.replacing("[RollbackDisabled]", with: "")
        .replacing("[InstallFolder.Driver]", with: folder)
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

  private mutating func standard(_ name: String, _ package: Package, removing: Bool) throws {
    let version = package.property("ProductVersion")
    switch name {
    case "InstallFiles" where !removing, "WriteRegistryValues" where !removing:
      for (place, component) in contents(of: name, package) {
        try change { machine in
          machine.content[place] = version
          machine.clients[component, default: []].insert(package.code)
        }
      }
    case "RemoveFiles" where removing, "RemoveRegistryValues" where removing:
      for (place, component) in contents(of: name, package) {
        try change { machine in
          machine.clients[component]?.remove(package.code)
          // Somebody else has it as well.
          guard machine.clients[component]?.isEmpty != false else { return }
          machine.clients[component] = nil
          machine.content[place] = nil
        }
      }
    case "RegisterProduct": try change { $0.products[package.code] = removing ? nil : version }
    case "RemoveExistingProducts" where !removing:
      for code in machine.products.keys.sorted() where code != package.code {
        guard let old = packages[code] else { continue }
        try perform(old, removing: true, isUpgrading: true)
      }
    default: break
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
    let actions: [InstallerAction] =
      function.hasSuffix("InstallDriver")
      ? [.installDriver] : function.hasSuffix("RemoveDriver") ? [.removeDriver] : InstallerAction.allCases
    for action in actions {
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
