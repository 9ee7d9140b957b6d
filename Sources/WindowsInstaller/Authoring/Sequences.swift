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
    // The old product goes when the new one works: an upgrade that fails before has not touched what it registered.
    Step("RemoveExistingProducts", 6550), Step("InstallFinalize", 6600),
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
  /// Our actions. What installs and removes the driver is one transaction each, which its rollback action ends backwards
  /// and the commit action forwards.
  var customSteps: [CustomStep] {
    let installs: Cell = "REMOVE<>\"ALL\""
    // An old product that a new one removes leaves the driver: it is the new one's.
    let removes: Cell = "REMOVE=\"ALL\" AND NOT UPGRADINGPRODUCTCODE"
    let always: Cell = "NOT UPGRADINGPRODUCTCODE"
    let library = CustomStep.library
    let folder = Names.folder(of: product.driver)
    let inf = product.driver.split(separator: "/").last!
    return [
      // Where somebody has disabled the way back, nothing will end the transactions: they end themselves.
      CustomStep("RemoveDriverData", .property, "RemoveDriver", "[RollbackDisabled];", 2200, removes, ""),
      CustomStep(
        "RemoveDriverRollback", .rollback, library, "RollBackRemoveDriver", 2201, removes, "Putting the driver back"),
      CustomStep("RemoveDriver", .deferred, library, "RemoveDriver", 2202, removes, "Removing the driver"),
      CustomStep(
        "InstallDriverData", .property, "InstallDriver", "[RollbackDisabled];[\(folder)]\(inf)", 5850, installs, ""),
      CustomStep(
        "InstallDriverRollback", .rollback, library, "RollBackInstallDriver", 5851, installs,
        "Going back to the driver before"),
      CustomStep("InstallDriver", .deferred, library, "InstallDriver", 5852, installs, "Installing the driver"),
      CustomStep("CommitDriver", .commit, library, "Commit", 6410, always, "Removing what is no longer needed"),
    ]
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
      let own = name == "InstallExecuteSequence" ? customSteps.map(\.step) : []
      for step in (StandardSequence.all[name]! + own).sorted(by: { $0.number < $1.number }) {
        database[name].add([
          "Action": .text(step.action), "Condition": step.condition, "Sequence": .number(step.number),
        ])
      }
    }
  }
}
