extension Program {
  /// What administrators have decided; nil when a value is none of its policy's, which has been said. Nothing is guessed in
  /// its place: what depends on policies waits until it is mended.
  func decisions() throws(SystemError) -> Decisions? {
    var all: [Decisions.Decision] = []
    var isWhole = true
    for policy in Policy.all {
      guard let value = try system.policy(policy.name) else {
        all.append(.init(policy: policy, text: policy.standard, isDecided: false))
        continue
      }
      if let text = policy.text(of: value) {
        all.append(.init(policy: policy, text: text, isDecided: true))
      } else {
        isWhole = false
        system.complain(
          "needletail: the policy \(policy.name) has a value that it cannot have: make it \(policy.rule), or remove it, below "
            + "HKEY_LOCAL_MACHINE\\\(Policy.key)")
      }
    }
    return isWhole ? Decisions(all: all) : nil
  }

  /// Prints what holds.
  func showPolicies() -> ExitCode {
    var isWhole = true
    let code = perform("policies cannot be read") { () throws(SystemError) in
      guard let decisions = try decisions() else {
        isWhole = false
        return
      }
      for decision in decisions.all {
        system.say("\(decision.policy.name): \(decision.text)" + (decision.isDecided ? " (policy)" : ""))
      }
    }
    return isWhole ? code : .file
  }
}
