public import RolloutMetadata

/// What a client does about a component.
public enum Decision: Equatable, Sendable {
  /// Nothing: what was fetched cannot be believed, or is too old to decide by. What runs goes on running.
  case undecidable(MetadataError)
  /// Nothing: the administrator wants no updates.
  case never
  /// Nothing: there is nothing newer for this machine.
  case upToDate
  /// Nothing: pins leave no serial at or above the security floor.
  case pinConflict(floor: UInt64)
  /// Not yet: the brake stops the serial.
  case halted(UInt64)
  /// Not yet: a hold applies to this machine.
  case held(UInt64, by: [UInt8])
  /// Not yet: the organisation has not approved it; the roles that are missing, none when there is no request.
  case awaitsApproval(UInt64, missing: [[UInt8]])
  /// Not yet: the approved time has not come.
  case awaitsWindow(UInt64, from: UTCTime)
  /// Not yet: the administrator has put it off.
  case deferred(UInt64, until: UTCTime)
  /// Not yet: the machine is on battery, pays by volume, or is busy.
  case inUse(UInt64)
  /// Not yet: it is offered to fewer clients.
  case notInCohort(UInt64, bucket: UInt32, ppm: UInt32)
  /// This serial is installed.
  case install(UInt64)
  /// This older serial is installed, because the publisher says so.
  case rollBack(to: UInt64)

  /// The status that `needletail` exits with.
  public var exitStatus: ExitStatus {
    switch self {
    case .undecidable(let error): error.exitStatus
    case .never: .policy
    case .upToDate: .success
    case .pinConflict: .pinConflict
    case .halted, .held: .halted
    case .awaitsApproval: .awaitingApproval
    case .awaitsWindow: .awaitingWindow
    case .deferred, .inUse: .deferred
    case .notInCohort: .notInCohort
    case .install, .rollBack: .updateAvailable
    }
  }
}

extension Situation {
  /// The decision: rules in their order, the first that matches. Pure, and total for every verified document.
  public var decision: Decision {
    if let decision = decisionBeforeCandidates { return decision }
    var first: Decision?
    for candidate in candidates {
      var obstacle: Decision?
      for rule in CandidateRule.allCases where obstacle == nil { obstacle = check(rule, candidate) }
      guard let obstacle else { return .install(candidate.release.serial) }
      if first == nil { first = obstacle }
    }
    return first ?? withoutCandidates
  }

  /// What decides before any serial is looked at.
  var decisionBeforeCandidates: Decision? {
    if let fault = trusted.fault(systemClock: publishersClock) { return .undecidable(fault) }
    if policy.updateMode == .never { return .never }
    return directedRollback
  }

  /// What is said when no serial is a candidate.
  var withoutCandidates: Decision {
    let committed = committedSerial(component)
    guard committed > 0, committed < floor, !policy.pins.isEmpty else { return .upToDate }
    var free = self
    free.policy.pins = []
    return free.candidates.isEmpty ? .upToDate : .pinConflict(floor: floor)
  }

  /// A signed directive that covers what is committed.
  var directedRollback: Decision? {
    let committed = committedSerial(component)
    for directive in trusted.rollout?.document.rollbacks ?? []
    where directive.component == component && directive.from.contains(committed) && directive.to >= floor {
      if let expires = directive.expires, expires <= now { continue }
      guard let release = trusted.releases?.document.release(component, directive.to), fits(release),
        !isQuarantined(directive.to),
        trusted.brakeCap(component, directive.to, systemClock: publishersClock) > 0
      else { continue }
      let isRequired = directive.mode == .require
      if !isRequired && !policy.acceptsAdvisedRollback { continue }
      if policy.requiresApproval && !(isRequired && policy.acceptsRequiredRollback) {
        switch approval(of: release) {
        case .approved: break
        case .missing(let roles):
          if isRequired { return .awaitsApproval(directive.to, missing: roles) }
          continue
        case .waiting(let start):
          if isRequired { return .awaitsWindow(directive.to, from: start) }
          continue
        }
      }
      return .rollBack(to: directive.to)
    }
    return nil
  }
}
