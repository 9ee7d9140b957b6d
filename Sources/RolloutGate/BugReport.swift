public import RolloutMetadata

/// A line of the ledger of bug reports.
public struct BugReport: Equatable, Sendable, Codable {
  /// How bad it is said to be. Only blocking reports hold a release.
  public enum Severity: String, Sendable, Codable {
    case blocking, major, minor
  }

  /// What has become of it.
  public enum State: String, Sendable, Codable {
    case open, triaged, duplicate, fixed, wontfix, invalid
  }

  /// Its name, as NT-2026-0011.
  public var id: String
  /// The component it was seen with.
  public var component: String
  /// The release it was seen with.
  public var serial: UInt64
  /// How bad it is said to be.
  public var severity: Severity
  /// What has become of it.
  public var state: State
  /// The last change of anything about it, opening included.
  public var changedAt: UTCTime
  /// The report that this one repeats, when it is a duplicate.
  public var parent: String?
  /// The release that mends it, when it is fixed.
  public var fixedIn: UInt64?
  /// Whom it came from: one name per person or organisation.
  public var reporters: [String]
  /// Whether the project has seen it happen.
  public var isReproduced: Bool
  /// Keys that signed its closing as wontfix or invalid.
  public var closedBy: [String]

  /// A report as it is opened.
  public init(
    id: String, component: String, serial: UInt64, severity: Severity = .blocking, state: State = .open,
    changedAt: UTCTime, parent: String? = nil, fixedIn: UInt64? = nil, reporters: [String] = [],
    isReproduced: Bool = false, closedBy: [String] = []
  ) {
    self.id = id
    self.component = component
    self.serial = serial
    self.severity = severity
    self.state = state
    self.changedAt = changedAt
    self.parent = parent
    self.fixedIn = fixedIn
    self.reporters = reporters
    self.isReproduced = isReproduced
    self.closedBy = closedBy
  }
}

/// What a ledger says of one release of a component.
struct ReportReading {
  /// Blocking reports that hold the release, by name.
  var open: [String] = []
  /// Those of them that are confirmed: reproduced, or triaged and told by two people or more.
  var confirmed: [String] = []
  /// The blocking report that changed last.
  var last: (id: String, at: UTCTime)?

  init(_ reports: [BugReport], component: String, serial: UInt64) {
    let relevant = reports.filter { $0.component == component }
    for report in relevant where report.severity == .blocking {
      if last.map({ report.changedAt > $0.at }) ?? true { last = (report.id, report.changedAt) }
    }
    var reporters: [String: Set<String>] = [:]
    for report in relevant {
      guard let root = Self.root(of: report, in: relevant) else { continue }
      reporters[root.id, default: []].formUnion(report.reporters)
    }
    for report in relevant where report.severity == .blocking {
      // A duplicate follows its parent; one that has none, or only itself, stands alone.
      let root = Self.root(of: report, in: relevant)
      if let root, root.id != report.id, root.severity == .blocking { continue }
      let state = root?.state ?? .open
      guard Self.holds(root ?? report, state: state, serial) else { continue }
      open.append(report.id)
      let isTold = state != .open && reporters[root?.id ?? report.id, default: []].count >= 2
      if report.isReproduced || isTold { confirmed.append(report.id) }
    }
  }

  /// The report at the end of the chain of duplicates; nil when there is no end.
  private static func root(of report: BugReport, in reports: [BugReport]) -> BugReport? {
    var report = report
    for _ in 0...reports.count {
      guard report.state == .duplicate else { return report }
      guard let parent = reports.first(where: { $0.id == report.parent }) else { return nil }
      report = parent
    }
    return nil
  }

  /// Whether a report, with its state or another's, holds release `serial`.
  private static func holds(_ report: BugReport, state: BugReport.State, _ serial: UInt64) -> Bool {
    switch state {
    case .open, .triaged, .duplicate: true
    // The release that mends it has it no more; those before it always will.
    case .fixed: report.fixedIn.map { serial < $0 } ?? true
    case .wontfix, .invalid: Set(report.closedBy).count < 2
    }
  }
}
