public import Octets

/// An organisation's request to install certain files, and who of it has to agree.
///
/// Its author signs it. It never changes: approvals are documents of their own that name its digest, so that one for other
/// files is one for nothing.
public struct ChangeRequest: Document {
  /// A release that is asked for, bound to its files.
  public struct Subject: Equatable, Sendable {
    /// The component.
    public let component: Component
    /// The serial.
    public let serial: UInt64
    /// The digests of the files that were tested, by ascending digest.
    public let artifacts: [Octets32]

    /// A release bound to files.
    public init(component: Component, serial: UInt64, artifacts: [Octets32]) {
      self.component = component
      self.serial = serial
      self.artifacts = artifacts
    }
  }

  /// Someone whose approval counts, in one role.
  public struct Approver: Equatable, Sendable {
    /// What the role is called.
    public let role: [UInt8]
    /// The identifier of the approver's key.
    public let key: Octets32

    /// An approver.
    public init(role: [UInt8], key: Octets32) {
      self.role = role
      self.key = key
    }
  }

  /// A time in which it may be installed, from its start, included, to its end, excluded.
  public struct Window: Equatable, Sendable {
    /// The start.
    public let start: UTCTime
    /// The end; `start < end`.
    public let end: UTCTime
    /// The time zone it was agreed in, for display.
    public let zone: [UInt8]

    /// A window.
    public init(start: UTCTime, end: UTCTime, zone: [UInt8]) {
      self.start = start
      self.end = end
      self.zone = zone
    }
  }

  /// The kind of document.
  public static var role: Role { .changeRequest }

  /// Always 1.
  public var version: UInt64
  /// Until when it is of use; at most 400 days.
  public var expires: UTCTime
  /// The request's identifier.
  public var id: [UInt8]
  /// The organisation's name.
  public var organisation: [UInt8]
  /// The identifier of the author's key, which signs it.
  public var author: Octets32
  /// What is asked for.
  public var subjects: [Subject]
  /// Who may approve.
  public var approvers: [Approver]
  /// How many different people of each role have to.
  public var threshold: UInt64
  /// The roles that have to approve.
  public var requiredRoles: [[UInt8]]
  /// Whether the author's own approval does not count, nor one person's for two roles.
  public var separationOfDuties: Bool
  /// Whether it answers a risen security floor, and one role fewer is enough.
  public var isEmergency: Bool
  /// When it may be installed.
  public var windows: [Window]
  /// The BLAKE2b-256 of the evidence the approvers were shown.
  public var evidencePackDigest: Octets32

  /// A request.
  public init(
    id: [UInt8], organisation: [UInt8], author: Octets32, expires: UTCTime, subjects: [Subject],
    approvers: [Approver], threshold: UInt64 = 1, requiredRoles: [[UInt8]], separationOfDuties: Bool = true,
    isEmergency: Bool = false, windows: [Window], evidencePackDigest: Octets32
  ) {
    version = 1
    self.expires = expires
    self.id = id
    self.organisation = organisation
    self.author = author
    self.subjects = subjects
    self.approvers = approvers
    self.threshold = threshold
    self.requiredRoles = requiredRoles
    self.separationOfDuties = separationOfDuties
    self.isEmergency = isEmergency
    self.windows = windows
    self.evidencePackDigest = evidencePackDigest
  }

  /// Reads a payload.
  public init(payload: [UInt8]) throws(MetadataError) {
    var fields = try Fields(payload: payload, as: .changeRequest)
    version = try fields.natural("version", in: 1...1)
    expires = try fields.time("expires")
    id = try fields.identifier("id")
    organisation = try fields.identifier("org")
    author = try fields.octets("author")
    subjects = try fields.list("subjects", limit: 16) { (json, role, place) throws(MetadataError) -> Subject in
      var fields = try Fields(json, role, at: place)
      let subject = Subject(
        component: try fields.name("component"), serial: try fields.natural("serial", in: 1...(.max)),
        artifacts: try fields.list("artifacts", limit: 64) { (json, role, place) throws(MetadataError) -> Octets32 in
          guard case .text(let text) = json, let digest = Octets32(hexadecimal: text) else {
            throw MetadataError(.malformed, role, at: place)
          }
          return digest
        })
      try fields.end()
      guard !subject.artifacts.isEmpty else { throw fields.fault("artifacts") }
      for i in subject.artifacts.indices.dropFirst() where !subject.artifacts[i - 1].precedes(subject.artifacts[i]) {
        throw fields.fault("artifacts")
      }
      return subject
    }
    approvers = try fields.list("approvers", limit: 64) { (json, role, place) throws(MetadataError) -> Approver in
      var fields = try Fields(json, role, at: place)
      let approver = Approver(role: try fields.identifier("role"), key: try fields.octets("keyid"))
      try fields.end()
      return approver
    }
    threshold = try fields.natural("threshold", in: 1...16)
    requiredRoles = try fields.list("requiredRoles", limit: 16) {
      (json, role, place) throws(MetadataError) -> [UInt8] in
      guard case .text(let name) = json, isIdentifier(name) else { throw MetadataError(.malformed, role, at: place) }
      return name
    }
    separationOfDuties = try fields.boolean("separationOfDuties")
    isEmergency = try fields.boolean("emergency")
    windows = try fields.list("windows", limit: 64) { (json, role, place) throws(MetadataError) -> Window in
      var fields = try Fields(json, role, at: place)
      let window = Window(
        start: try fields.time("start"), end: try fields.time("end"), zone: try fields.text("zone"))
      try fields.end()
      guard window.start < window.end else { throw fields.fault("end") }
      return window
    }
    evidencePackDigest = try fields.octets("evidencePackDigest")
    try fields.end()
    guard !subjects.isEmpty else { throw fields.fault("subjects") }
    guard !requiredRoles.isEmpty else { throw fields.fault("requiredRoles") }
    for i in requiredRoles.indices {
      for earlier in requiredRoles[..<i] where earlier == requiredRoles[i] { throw fields.fault("requiredRoles") }
    }
  }

  /// The document as canonical JSON, to be signed.
  public var payload: [UInt8] {
    JSON.document(
      .changeRequest,
      [
        .init("version", .natural(version)), .init("expires", .text(expires.text)), .init("id", .text(id)),
        .init("org", .text(organisation)), .init("author", .text(author.hexadecimal)),
        .init(
          "subjects",
          subjects.list {
            JSON.sorted([
              .init("component", .text($0.component.name)), .init("serial", .natural($0.serial)),
              .init("artifacts", $0.artifacts.list { .text($0.hexadecimal) }),
            ])
          }),
        .init(
          "approvers",
          approvers.list { JSON.sorted([.init("role", .text($0.role)), .init("keyid", .text($0.key.hexadecimal))]) }),
        .init("threshold", .natural(threshold)), .init("requiredRoles", requiredRoles.list { .text($0) }),
        .init("separationOfDuties", .boolean(separationOfDuties)), .init("emergency", .boolean(isEmergency)),
        .init(
          "windows",
          windows.list {
            JSON.sorted([
              .init("start", .text($0.start.text)), .init("end", .text($0.end.text)), .init("zone", .text($0.zone)),
            ])
          }), .init("evidencePackDigest", .text(evidencePackDigest.hexadecimal)),
      ])
  }
}
