/// What a rule of the gate is about.
public enum GateRule: String, Sendable, Codable, CaseIterable {
  /// In the order in which they are printed.
  case brake, quiet, open, exposure, bake, strata, power, sprt, drill, weekend, people, floor, phase, channel
}

/// What one rule says, with its numbers.
public struct GateLine: Equatable, Sendable, Codable {
  /// How the rule stands.
  public enum Mark: String, Sendable, Codable {
    /// It holds.
    case holds
    /// It does not.
    case fails
    /// It holds, but says less than one might think.
    case weak

    var symbol: String {
      switch self {
      case .holds: "✓"
      case .fails: "✗"
      case .weak: "!"
      }
    }
  }

  /// The rule.
  public let rule: GateRule
  /// How it stands.
  public let mark: Mark
  /// Its numbers, for people.
  public let text: String
}

/// What a gate decides, and why.
public struct GateVerdict: Equatable, Sendable, Codable {
  /// What is to be done.
  public enum Decision: String, Sendable, Codable {
    /// The next step may begin, with the signatures that are there.
    case advance
    /// Not yet: time, installs or signatures are missing.
    case wait
    /// Nothing moves until people have decided something.
    case pause
    /// Nobody is to get it any more: one key writes the brake.
    case halt
  }

  /// What is to be done.
  public let decision: Decision
  /// The rules that it is for.
  public let reasons: [GateRule]
  /// The first line: what was asked and what came of it.
  public let title: String
  /// One line a rule; rules that have nothing to say are left out.
  public let lines: [GateLine]

  /// All of it, with a newline at the end of each line.
  public var text: String {
    let width = 12
    return lines.reduce(title + "\n") { text, line in
      let name = line.rule.rawValue
      return text + "  \(line.mark.symbol) " + name + String(repeating: " ", count: width - name.count) + line.text
        + "\n"
    }
  }
}
