extension Rules {
  private static func number(_ action: String, _ context: Context, in sequence: String = "InstallExecuteSequence")
    -> Int?
  {
    context[sequence].cell(.text(action), "Sequence")?.number
  }

  /// Standard actions come in the order that Windows Installer needs, no two at once.
  static func order(_ context: Context) -> [String] {
    Schema.sequences.flatMap { name -> [String] in
      let numbers = context[name].column("Sequence").compactMap(\.number)
      var findings = repeated(numbers.map(String.init)).map { "\(name): two actions have the number \($0)" }
      for (earlier, later) in [
        ("CostInitialize", "FileCost"), ("FileCost", "CostFinalize"), ("CostInitialize", "CostFinalize"),
        ("CostFinalize", "InstallValidate"), ("InstallValidate", "InstallInitialize"),
        ("InstallInitialize", "ProcessComponents"), ("ProcessComponents", "UnpublishFeatures"),
        ("StopServices", "DeleteServices"), ("DeleteServices", "RemoveFiles"), ("RemoveFiles", "InstallFiles"),
        ("InstallFiles", "InstallServices"), ("InstallServices", "StartServices"),
        ("InstallInitialize", "InstallFinalize"), ("InstallFiles", "InstallFinalize"),
        ("AppSearch", "LaunchConditions"), ("FindRelatedProducts", "LaunchConditions"),
      ] {
        guard let first = number(earlier, context, in: name), let second = number(later, context, in: name),
          first >= second
        else { continue }
        findings.append("\(name): \(earlier) comes after \(later)")
      }
      return findings
    }
  }

  /// Only types that are known to do here what they say. Builders of packages are known to write others by mistake.
  static func actionTypes(_ context: Context) -> [String] {
    let allowed: Set = [1, 19, 35, 51, 65, 3073, 3329, 3393, 3585]
    return context["CustomAction"].rows.filter { !allowed.contains($0[1].number ?? 0) }
      .map { "\($0[0].text ?? "") has the type \($0[1].number ?? 0)" }
  }

  private static let deferred = 3073
  private static let rollbacks = [3329, 3393]
  private static let commit = 3585

  /// Before each deferred action stands one of the same name that takes it back under the same condition; but for one that
  /// runs only where nothing is taken back.
  static func rollbackActions(_ context: Context) -> [String] {
    let sequence = context["InstallExecuteSequence"]
    return context["CustomAction"].rows.compactMap { row in
      guard row[1].number == deferred, let name = row[0].text else { return nil }
      if sequence.cell(.text(name), "Condition") == .text(Conditions.withoutRollback) { return nil }
      let back = name + "Rollback"
      guard let type = context["CustomAction"].cell(.text(back), "Type")?.number, rollbacks.contains(type) else {
        return "\(name) has no rollback action \(back)"
      }
      guard let place = number(name, context), let before = number(back, context), before < place else {
        return "\(back) does not stand before \(name)"
      }
      let isSame = sequence.cell(.text(name), "Condition") == sequence.cell(.text(back), "Condition")
      return isSame ? nil : "\(back) has another condition than \(name)"
    }
  }

  /// What runs in the script stands between its beginning and its end, in the one sequence that has a script.
  static func actionPlaces(_ context: Context) -> [String] {
    context["CustomAction"].rows.flatMap { row -> [String] in
      guard let name = row[0].text, let type = row[1].number,
        type == deferred || rollbacks.contains(type) || type == commit
      else { return [] }
      var findings: [String] = []
      for other in Schema.sequences where other != "InstallExecuteSequence" && number(name, context, in: other) != nil {
        findings.append("\(name) is in \(other)")
      }
      guard let begin = number("InstallInitialize", context), let end = number("InstallFinalize", context) else {
        return ["there is no script"]
      }
      if let place = number(name, context), place <= begin || place >= end {
        findings.append("\(name) stands outside of the script")
      }
      return findings
    }
  }

  /// An action of ours always says when it runs.
  static func actionConditions(_ context: Context) -> [String] {
    let own = Set(context["CustomAction"].firstTexts)
    return Schema.sequences.flatMap { name in
      context[name].rows.filter { own.contains($0[0].text ?? "") && $0[1] == .null }
        .map { "\(name): \($0[0].text ?? "") has no condition" }
    }
  }

  /// Standard actions have the numbers of the documentation, and none that a package needs is missing.
  static func standardNumbers(_ context: Context) -> [String] {
    Schema.sequences.flatMap { name -> [String] in
      StandardSequence.all[name]!.compactMap { step in
        let found = number(step.action, context, in: name)
        return found == step.number
          ? nil : "\(name): \(step.action) is at \(found.map(String.init) ?? "no place") and not at \(step.number)"
      }
    }
  }

  /// The old product goes after the new one is in place, and before that is final.
  static func removalOfOld(_ context: Context) -> [String] {
    guard let removal = number("RemoveExistingProducts", context), let execute = number("InstallExecute", context),
      let end = number("InstallFinalize", context)
    else { return ["RemoveExistingProducts is missing"] }
    let between = context["InstallExecuteSequence"].column("Sequence").compactMap(\.number)
      .filter { $0 > execute && $0 < removal }
    return (removal > execute && removal < end ? [] : ["RemoveExistingProducts is not behind InstallExecute"])
      + (between.isEmpty ? [] : ["something stands between InstallExecute and RemoveExistingProducts"])
  }
}
