public import Octets

/// Where a change request stands: who has approved it, who is missing, and when it may be installed.
public struct ChangeControl: Equatable, Sendable {
  /// What has to happen before the files may be installed.
  public enum State: Equatable, Sendable {
    /// They may be.
    case approved
    /// These roles are missing.
    case missing([[UInt8]])
    /// The next window begins then.
    case waiting(until: UTCTime)
    /// An approver has said no.
    case rejected(by: Octets32)
    /// It has expired, or its last window has passed.
    case over
  }

  /// The request.
  public let request: ChangeRequest
  /// The verdicts that count: by an approver of the request, signed, on this very request.
  public let approvals: [Approval]

  /// Checks the author's signature on a request and each approver's on a verdict; `keys` are the organisation's, by policy.
  /// A verdict that does not fit is an error, not left out.
  public init(request: [UInt8], approvals: [[UInt8]], keys: [PublicKey]) throws(MetadataError) {
    let envelope = try Envelope(request, as: .changeRequest)
    // Who has to have signed stands in the payload, and is believed because that key did: so one of the organisation's
    // keys has to have signed before anything is read.
    try envelope.verify(RoleKeys(keys, threshold: 1), as: .changeRequest)
    let document = try ChangeRequest(payload: envelope.payload)
    try envelope.verify(try Self.only(document.author, of: keys, .changeRequest), as: .changeRequest)
    let digest = blake2b256(envelope.payload)
    var counted: [Approval] = []
    for file in approvals {
      let envelope = try Envelope(file, as: .approval)
      try envelope.verify(RoleKeys(keys, threshold: 1), as: .approval)
      let approval = try Approval(payload: envelope.payload)
      try envelope.verify(try Self.only(approval.key, of: keys, .approval), as: .approval)
      guard approval.request == digest else { throw MetadataError(.differsFromSnapshot, .approval) }
      counted.append(approval)
    }
    self.request = document
    self.approvals = counted
  }

  private static func only(_ identifier: Octets32, of keys: [PublicKey], _ role: Role) throws(MetadataError) -> RoleKeys
  {
    for key in keys where key.identifier == identifier { return RoleKeys(key) }
    throw MetadataError(.keysUnavailable, role)
  }

  /// Where the request stands at a time. An emergency request may lack one role, not all of them, and only on a machine
  /// that is below the security floor which its release reaches.
  public func state(at now: UTCTime, liftsToFloor: Bool) -> State {
    if request.expires <= now { return .over }
    for approval in approvals where approval.verdict == .reject && isApprover(approval.key) {
      return .rejected(by: approval.key)
    }
    let missing = missingRoles(at: now)
    let spared = request.isEmergency && liftsToFloor ? min(1, request.requiredRoles.count - 1) : 0
    if missing.count > spared { return .missing(missing) }
    var next: UTCTime?
    for window in request.windows {
      if window.start <= now && now < window.end { return .approved }
      if now < window.start && (next.map { window.start < $0 } ?? true) { next = window.start }
    }
    if let next { return .waiting(until: next) }
    return request.windows.isEmpty ? .approved : .over
  }

  /// Whether the request is for a release with exactly these files.
  public func covers(_ release: Release) -> Bool {
    let digests = release.artifacts.map { $0.digest }.sorted { $0.precedes($1) }
    for subject in request.subjects
    where subject.component == release.component && subject.serial == release.serial && subject.artifacts == digests {
      return true
    }
    return false
  }

  private func isApprover(_ key: Octets32) -> Bool {
    for approver in request.approvers where approver.key == key { return true }
    return false
  }

  private func missingRoles(at now: UTCTime) -> [[UInt8]] {
    var used: [Octets32] = []
    var missing: [[UInt8]] = []
    for role in request.requiredRoles {
      var people: [Octets32] = []
      for approver in request.approvers where approver.role == role && !people.contains(approver.key) {
        if request.separationOfDuties && (approver.key == request.author || used.contains(approver.key)) { continue }
        if hasApproved(approver.key, at: now) && people.count < Int(request.threshold) { people.append(approver.key) }
      }
      used += people
      if people.count < Int(request.threshold) { missing.append(role) }
    }
    return missing
  }

  private func hasApproved(_ key: Octets32, at now: UTCTime) -> Bool {
    for approval in approvals where approval.key == key && approval.verdict == .approve && now < approval.expires {
      return true
    }
    return false
  }
}
