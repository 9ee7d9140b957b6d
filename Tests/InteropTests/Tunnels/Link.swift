import Testing

/// One combination of far end, outer family and first sender.
struct Link: Sendable, CustomTestStringConvertible {
  let far: Far
  let outer: Family
  let initiator: Initiator

  var testDescription: String {
    "\(far.testDescription) over \(outer.testDescription), \(initiator.testDescription)"
  }

  var scenario: Scenario { Scenario(far, outer: outer).initiated(by: initiator) }

  /// Every combination.
  static let all = Far.allCases.flatMap { far in
    Family.allCases.flatMap { outer in Initiator.allCases.map { Link(far: far, outer: outer, initiator: $0) } }
  }
}
