public import RolloutMetadata

/// What a publisher has written down of a component's two implementations, and what no evidence says.
public struct PhaseRecord: Equatable, Sendable, Codable {
  /// The last change of code of either implementation.
  public var codeChangedAt: UTCTime
  /// When the cohort of early adopters was registered.
  public var cohortRegisteredAt: UTCTime?
  /// Classes of hardware in that cohort.
  public var cohortStrata: [String] = []
  /// Reasons that people gave for opting out and that nobody has fixed or declined.
  public var openOptOutReasons: [String] = []
  /// When a rollback from the deletion was last practised.
  public var deletionDrillPassedAt: UTCTime?
  /// BLAKE2b-256 of the plan of what is deleted, in hexadecimal.
  public var removalPlan: String?
  /// Whether a release that goes back from the last phase brings the old implementation with it.
  public var bringsOldImplementation = false
  /// Why the component goes back a phase.
  public var reason: String?

  /// What is known when nothing but the last change is.
  public init(codeChangedAt: UTCTime) { self.codeChangedAt = codeChangedAt }
}

/// Whether a component may move between the phases: there one at a time and slowly, back one at a time and at once.
public struct PhaseGate: Equatable, Sendable, Codable {
  /// Where it is.
  public var from: Phase
  /// Where it shall go.
  public var to: Phase
  /// When the gate is asked.
  public var now: UTCTime
  /// The last change of code of either implementation.
  public var codeChangedAt: UTCTime
  /// The last change of a blocking report about either, when there was one.
  public var blockingChangedAt: UTCTime?
  /// Blocking reports that are still open.
  public var openReports: [String]
  /// When the cohort of early adopters was registered, and the release it was registered for was built.
  public var cohortRegisteredAt: UTCTime?
  /// When the release was built.
  public var builtAt: UTCTime
  /// Classes of hardware in that cohort.
  public var cohortStrata: [String]
  /// Reasons that people gave for opting out and that nobody has fixed or declined.
  public var openOptOutReasons: [String]
  /// Whether the previous release, with the old implementation in it, is staged on clients.
  public var oldPathIsStaged: Bool
  /// When a rollback from the deletion was last practised.
  public var deletionDrillPassedAt: UTCTime?
  /// BLAKE2b-256 of the plan of what is deleted, in hexadecimal.
  public var removalPlan: String?
  /// The release keys that have signed the move.
  public var signers: [String]
  /// Why the component goes back.
  public var reason: String?

  /// A move; everything that speaks for it is set afterwards.
  public init(
    from: Phase, to: Phase, now: UTCTime, codeChangedAt: UTCTime, builtAt: UTCTime
  ) {
    self.from = from
    self.to = to
    self.now = now
    self.codeChangedAt = codeChangedAt
    self.builtAt = builtAt
    openReports = []
    cohortStrata = []
    openOptOutReasons = []
    oldPathIsStaged = false
    signers = []
  }

  /// A move by what is written down; without a record nothing speaks for it.
  public init(from: Phase, to: Phase, now: UTCTime, builtAt: UTCTime, record: PhaseRecord?) {
    self.init(from: from, to: to, now: now, codeChangedAt: min(record?.codeChangedAt ?? now, now), builtAt: builtAt)
    cohortRegisteredAt = record?.cohortRegisteredAt
    cohortStrata = record?.cohortStrata ?? []
    openOptOutReasons = record?.openOptOutReasons ?? []
    // The release before has it, as long as its phase knows two; going back, the release itself has to.
    oldPathIsStaged = from == .sole ? record?.bringsOldImplementation ?? false : true
    deletionDrillPassedAt = record?.deletionDrillPassedAt
    removalPlan = record?.removalPlan
    reason = record?.reason
  }

  /// What stands in the way, one sentence each; empty when the move may be made.
  public var refusals: [String] {
    let keys = Set(signers).count
    switch Int(to.rawValue) - Int(from.rawValue) {
    case 1: return promotion(keys)
    case -1: return demotion(keys)
    default: return ["phases move one step at a time: \(from) to \(to) is none"]
    }
  }

  private func demotion(_ keys: Int) -> [String] {
    var refusals: [String] = []
    if (reason ?? "").isEmpty { refusals.append("a reason is needed") }
    // Back to default from sole brings files back that clients have deleted: that is a release like any other.
    let needed = from == .sole ? 2 : 1
    if keys < needed { refusals.append("\(keys) of \(needed) release keys") }
    if from == .sole && !oldPathIsStaged { refusals.append("the release must bring the old implementation with it") }
    return refusals
  }

  private func promotion(_ keys: Int) -> [String] {
    let days = to == .default ? 30 : 90
    var since = codeChangedAt
    if let changed = blockingChangedAt, changed > since { since = changed }
    var refusals: [String] = []
    if now.seconds(since: since) < days * 86400 {
      let quiet = max(0, now.seconds(since: since)) / 86400
      refusals.append("\(days)d quiet needed, \(quiet)d since the last change of code or report")
    }
    if !openReports.isEmpty { refusals.append("\(openReports.count) blocking reports are open") }
    if keys < 2 { refusals.append("\(keys) of 2 release keys") }
    if to == .default {
      if cohortRegisteredAt.map({ $0 > builtAt }) ?? true {
        refusals.append("no cohort of early adopters was registered before the release was built")
      }
      if Set(cohortStrata).count < 3 {
        refusals.append("\(Set(cohortStrata).count) of 3 classes of hardware in the cohort")
      }
    } else {
      if !openOptOutReasons.isEmpty {
        refusals.append("\(openOptOutReasons.count) reasons for opting out are neither fixed nor declined")
      }
      if !oldPathIsStaged { refusals.append("the old implementation is not in the staged previous release") }
      if deletionDrillPassedAt.map({ $0 > now || now - $0 > 7 * 86400 }) ?? true {
        refusals.append("no rollback from the deletion was practised in the last 7 days")
      }
      if (removalPlan ?? "").isEmpty { refusals.append("there is no plan of what is deleted") }
    }
    return refusals
  }
}
