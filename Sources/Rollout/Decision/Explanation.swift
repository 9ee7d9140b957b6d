internal import RolloutMetadata

/// Why a client does what it does: every rule with its answer, not only the one that decided.
public struct Explanation: Equatable, Sendable {
  /// A rule's answer about one serial.
  public struct Line: Equatable, Sendable {
    /// The serial.
    public let serial: UInt64
    /// The rule: brake, hold, approval, window, deferral, pause, cohort or use.
    public let rule: StaticString
    /// What it says against the serial; nil when nothing.
    public let obstacle: Decision?

    /// Lines are equal when they say the same.
    public static func == (left: Line, right: Line) -> Bool {
      left.serial == right.serial && left.rule.octets == right.rule && left.obstacle == right.obstacle
    }
  }

  /// What is done.
  public let result: Decision
  /// The rules' answers, by candidate in descending order; empty when what comes before decides.
  public let lines: [Line]
}

extension Situation {
  /// The decision with all that spoke for and against it. Asks every rule about every candidate and draws its conclusion
  /// from the answers; that it comes to what `decision` says is tested.
  public var explanation: Explanation {
    var lines: [Explanation.Line] = []
    for candidate in candidates {
      for rule in CandidateRule.allCases {
        lines.append(
          Explanation.Line(
            serial: candidate.release.serial, rule: rule.name, obstacle: check(rule, candidate)))
      }
    }
    if let result = decisionBeforeCandidates { return Explanation(result: result, lines: lines) }
    var clear: UInt64?
    var first: Decision?
    var place = 0
    while place < lines.count {
      let serial = lines[place].serial
      var obstacle: Decision?
      while place < lines.count && lines[place].serial == serial {
        if obstacle == nil { obstacle = lines[place].obstacle }
        place += 1
      }
      if obstacle == nil && clear == nil { clear = serial }
      if first == nil { first = obstacle }
    }
    if let clear { return Explanation(result: .install(clear), lines: lines) }
    return Explanation(result: first ?? withoutCandidates, lines: lines)
  }
}

extension CandidateRule {
  var name: StaticString {
    switch self {
    case .brake: "brake"
    case .hold: "hold"
    case .approval: "approval"
    case .window: "window"
    case .deferral: "deferral"
    case .pause: "pause"
    case .cohort: "cohort"
    case .use: "use"
    }
  }
}
