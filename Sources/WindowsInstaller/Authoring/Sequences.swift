/// A step of an installation and where it stands.
struct Step {
  let action: String
  let condition: Cell
  let number: Int

  init(_ action: String, _ number: Int, _ condition: Cell = nil) {
    self.action = action
    self.condition = condition
    self.number = number
  }
}

/// The standard steps and their numbers. Source: "Suggested InstallExecuteSequence" and the pages of the other four.
enum StandardSequence {
  static let installExecute = [
    Step("FindRelatedProducts", 25), Step("AppSearch", 50), Step("LaunchConditions", 100),
    Step("ValidateProductID", 700), Step("CostInitialize", 800), Step("FileCost", 900), Step("CostFinalize", 1000),
    Step("MigrateFeatureStates", 1200), Step("InstallValidate", 1400), Step("InstallInitialize", 1500),
    Step("ProcessComponents", 1600), Step("UnpublishFeatures", 1800), Step("StopServices", 1900, "VersionNT"),
    Step("DeleteServices", 2000, "VersionNT"), Step("RemoveRegistryValues", 2600), Step("RemoveShortcuts", 3200),
    Step("RemoveFiles", 3500), Step("RemoveFolders", 3600), Step("CreateFolders", 3700), Step("InstallFiles", 4000),
    Step("CreateShortcuts", 4500), Step("WriteRegistryValues", 5000), Step("InstallServices", 5800, "VersionNT"),
    Step("StartServices", 5900, "VersionNT"), Step("RegisterUser", 6000), Step("RegisterProduct", 6100),
    Step("PublishFeatures", 6300), Step("PublishProduct", 6400), Step("InstallExecute", 6500),
    // The old product goes when the new one works: an upgrade that fails before has not touched what it registered. Windows
    // removes others for the first installation only, whatever the condition says.
    Step("RemoveExistingProducts", 6550, "NOT Installed"), Step("InstallFinalize", 6600),
  ]
  static let installUI = [
    Step("FindRelatedProducts", 25), Step("AppSearch", 50), Step("LaunchConditions", 100),
    Step("ValidateProductID", 700), Step("CostInitialize", 800), Step("FileCost", 900), Step("CostFinalize", 1000),
    Step("MigrateFeatureStates", 1200), Step("ExecuteAction", 1300),
  ]
  static let adminExecute = [
    Step("CostInitialize", 800), Step("FileCost", 900), Step("CostFinalize", 1000), Step("InstallValidate", 1400),
    Step("InstallInitialize", 1500), Step("InstallAdminPackage", 3900), Step("InstallFiles", 4000),
    Step("InstallFinalize", 6600),
  ]
  static let adminUI = [
    Step("CostInitialize", 800), Step("FileCost", 900), Step("CostFinalize", 1000), Step("ExecuteAction", 1300),
  ]
  static let advertise = [
    Step("CostInitialize", 800), Step("CostFinalize", 1000), Step("InstallValidate", 1400),
    Step("InstallInitialize", 1500), Step("CreateShortcuts", 4500), Step("PublishFeatures", 6300),
    Step("PublishProduct", 6400), Step("InstallFinalize", 6600),
  ]

  static let all = [
    "InstallExecuteSequence": installExecute, "InstallUISequence": installUI, "AdminExecuteSequence": adminExecute,
    "AdminUISequence": adminUI, "AdvtExecuteSequence": advertise,
  ]
}

/// An action of ours. Its type says where it runs; source: "Custom Action Type Summary" and the three pages of options.
struct CustomStep {
  /// Types that packages of ours have.
  enum Kind: Int {
    /// In our library, as whoever installs, while the script is made.
    case immediate = 1
    /// Sets a property, in the script's making.
    case property = 51
    /// In our library, as the system, when the script runs.
    case deferred = 3073
    /// The same, when what stands before it in the script is taken back.
    case rollback = 3329
    /// The same, when all of it is done.
    case commit = 3585
  }

  let name: String
  let kind: Kind
  let source: String
  let target: String
  let step: Step
  let text: String

  init(
    _ name: String, _ kind: Kind, _ source: String, _ target: String, _ number: Int, _ condition: Cell, _ text: String
  ) {
    self.name = name
    self.kind = kind
    self.source = source
    self.target = target
    step = Step(name, number, condition)
    self.text = text
  }

  /// The library of our actions in the table Binary.
  static let library = "CustomActions"
}

extension Build {
  /// Our actions. What installs and removes the driver, and what stops and removes tunnels, is one transaction each, which
  /// its rollback action ends backwards and the commit action forwards.
  var customSteps: [CustomStep] {
    let installs = Cell.text(Conditions.installs)
    let removes = Cell.text(Conditions.removes)
    let library = CustomStep.library
    let folder = Names.folder(of: product.driver)
    let inf = product.driver.split(separator: "/").last!
    let program = "[\(Names.folder(of: product.program))]\(product.program.split(separator: "/").last!)"
    return [
      // A newer product is replaced only where a channel's rollback was accepted; then files are, whichever is newer.
      findRollback,
      CustomStep("GoBackMode", .property, "REINSTALLMODE", "dmus", 110, Cell.text(Names.goesBack), ""),
      // Before services of the package stop and files change; what rolls it back runs when all is as it was again.
      CustomStep("PauseTunnelsData", .property, "PauseTunnels", ";\(program)", 1850, installs, ""),
      CustomStep(
        "PauseTunnelsRollback", .rollback, library, "RollBackPauseTunnels", 1851, installs, "Starting tunnels again"),
      CustomStep("PauseTunnels", .deferred, library, "PauseTunnels", 1852, installs, "Stopping tunnels"),
      CustomStep("RemoveTunnelsData", .property, "RemoveTunnels", ";\(program)", 1860, removes, ""),
      CustomStep(
        "RemoveTunnelsRollback", .rollback, library, "RollBackRemoveTunnels", 1861, removes, "Starting tunnels again"),
      CustomStep("RemoveTunnels", .deferred, library, "RemoveTunnels", 1862, removes, "Stopping tunnels"),
      // Where somebody has disabled the way back, nothing will end the transactions: they end themselves.
      CustomStep("RemoveDriverData", .property, "RemoveDriver", "[RollbackDisabled];", 2200, removes, ""),
      CustomStep(
        "RemoveDriverRollback", .rollback, library, "RollBackRemoveDriver", 2201, removes, "Putting the driver back"),
      CustomStep("RemoveDriver", .deferred, library, "RemoveDriver", 2202, removes, "Removing the driver"),
      CustomStep(
        "InstallDriverData", .property, "InstallDriver", "[RollbackDisabled][\(Names.goesBack)];[\(folder)]\(inf)",
        5850, installs, ""),
      CustomStep(
        "InstallDriverRollback", .rollback, library, "RollBackInstallDriver", 5851, installs,
        "Going back to the driver before"),
      CustomStep("InstallDriver", .deferred, library, "InstallDriver", 5852, installs, "Installing the driver"),
      // Nothing that commits is called then.
      CustomStep(
        "CommitAtOnce", .deferred, library, "Commit", 6405, .text(Conditions.withoutRollback),
        "Removing what is no longer needed"),
      CustomStep(
        "CommitDriver", .commit, library, "Commit", 6410, .text(Conditions.either),
        "Removing what is no longer needed"),
    ]
  }

  /// Before the condition that refuses newer products, in both sequences that have it.
  private var findRollback: CustomStep {
    CustomStep(
      "FindRollback", .immediate, CustomStep.library, "FindRollback", 60, "NEWERVERSION AND NOT Installed",
      "Looking for a rollback")
  }

  func addActions(to database: inout Database) {
    database["Binary"].add(["Name": .text(CustomStep.library), "Data": .file("\(CustomStep.library).dll")])
    for action in customSteps {
      database["CustomAction"].add([
        "Action": .text(action.name), "Type": .number(action.kind.rawValue), "Source": .text(action.source),
        "Target": .text(action.target),
      ])
      guard !action.text.isEmpty else { continue }
      database["ActionText"].add(["Action": .text(action.name), "Description": .text(action.text)])
    }
    for name in Schema.sequences {
      let own: [Step] =
        switch name {
        case "InstallExecuteSequence": customSteps.map(\.step)
        case "InstallUISequence": [findRollback.step]
        default: []
        }
      for step in (StandardSequence.all[name]! + own).sorted(by: { $0.number < $1.number }) {
        database[name].add([
          "Action": .text(step.action), "Condition": step.condition, "Sequence": .number(step.number),
        ])
      }
    }
  }
}
