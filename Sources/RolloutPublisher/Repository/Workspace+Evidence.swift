internal import Octets
public import RolloutMetadata

extension Workspace {
  /// Changes the draft of the evidence, or begins one from what is published.
  public func editEvidence(now: UTCTime, _ change: (inout Evidence) throws(PublisherError) -> Void)
    throws(PublisherError)
  {
    let published = try published(Evidence.self)
    var evidence = try draft(Evidence.self) ?? published ?? Evidence(version: 1, expires: now)
    evidence.version = (published?.version ?? 0) + 1
    evidence.expires = now + 35 * 86_400
    try change(&evidence)
    try keep(evidence)
  }

  /// Puts down what is known of a serial, in the place of what was.
  public func record(_ exposure: Exposure, now: UTCTime) throws(PublisherError) {
    try editEvidence(now: now) { (evidence) throws(PublisherError) in
      evidence.exposures.removeAll { $0.component == exposure.component && $0.serial == exposure.serial }
      evidence.exposures.append(exposure)
    }
  }

  /// Opens a report.
  public func open(_ report: Report, now: UTCTime) throws(PublisherError) {
    try editEvidence(now: now) { (evidence) throws(PublisherError) in
      guard !evidence.reports.contains(where: { $0.id == report.id }) else {
        throw PublisherError(.failure, "the report \(string(report.id)) is there already")
      }
      evidence.reports.append(report)
    }
  }

  /// Gives a report another state; the clock of its silence begins anew.
  public func change(_ id: [UInt8], to state: Report.State, reproduced: Bool?, now: UTCTime) throws(PublisherError) {
    try editEvidence(now: now) { (evidence) throws(PublisherError) in
      guard let place = evidence.reports.firstIndex(where: { $0.id == id }) else {
        throw PublisherError(.failure, "no report \(string(id)); `release report list` shows those there are")
      }
      if case .duplicate(let other) = state, !evidence.reports.contains(where: { $0.id == other }) {
        throw PublisherError(.failure, "no report \(string(other)) that \(string(id)) could be a duplicate of")
      }
      evidence.reports[place].state = state
      evidence.reports[place].changedAt = now
      if let reproduced { evidence.reports[place].isReproduced = reproduced }
    }
  }
}
