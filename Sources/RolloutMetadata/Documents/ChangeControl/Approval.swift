public import Octets

/// One approver's verdict on one request.
public struct Approval: Document {
  /// Yes or no.
  public enum Verdict: UInt8, Named, Sendable {
    case approve
    case reject

    /// The name.
    public var name: StaticString {
      switch self {
      case .approve: "approve"
      case .reject: "reject"
      }
    }
  }

  /// The kind of document.
  public static var role: Role { .approval }

  /// Always 1.
  public var version: UInt64
  /// Until when it counts.
  public var expires: UTCTime
  /// The BLAKE2b-256 of the request's payload, and so of the digests of the files it names.
  public var request: Octets32
  /// The identifier of the approver's key, which signs it.
  public var key: Octets32
  /// Yes or no.
  public var verdict: Verdict
  /// When it was given.
  public var at: UTCTime

  /// A verdict.
  public init(request: Octets32, key: Octets32, verdict: Verdict, at time: UTCTime, expires: UTCTime) {
    version = 1
    self.request = request
    self.key = key
    self.verdict = verdict
    at = time
    self.expires = expires
  }

  /// Reads a payload.
  public init(payload: [UInt8]) throws(MetadataError) {
    var fields = try Fields(payload: payload, as: .approval)
    version = try fields.natural("version", in: 1...1)
    expires = try fields.time("expires")
    request = try fields.octets("request")
    key = try fields.octets("keyid")
    verdict = try fields.name("verdict")
    at = try fields.time("at")
    try fields.end()
  }

  /// The document as canonical JSON, to be signed.
  public var payload: [UInt8] {
    JSON.document(
      .approval,
      [
        .init("version", .natural(version)), .init("expires", .text(expires.text)),
        .init("request", .text(request.hexadecimal)), .init("keyid", .text(key.hexadecimal)),
        .init("verdict", .text(verdict.name)), .init("at", .text(at.text)),
      ])
  }
}

/// What an organisation's own testing adds to the exposure of a serial.
public struct Attestation: Document {
  /// The kind of document.
  public static var role: Role { .attestation }

  /// Counts what the organisation says of the serial.
  public var version: UInt64
  /// Until when it counts.
  public var expires: UTCTime
  /// The organisation's name, as the releases list it with its key.
  public var organisation: [UInt8]
  /// The component.
  public var component: Component
  /// The serial.
  public var serial: UInt64
  /// Installations.
  public var installs: UInt64
  /// Days they have run, together.
  public var days: UInt64
  /// Blocking reports; an attestation with any adds nothing.
  public var blockingReports: UInt64
  /// The BLAKE2b-256 of the plan they tested by.
  public var testPlanDigest: Octets32

  /// An attestation.
  public init(
    version: UInt64, expires: UTCTime, organisation: [UInt8], component: Component, serial: UInt64, installs: UInt64,
    days: UInt64, blockingReports: UInt64 = 0, testPlanDigest: Octets32
  ) {
    self.version = version
    self.expires = expires
    self.organisation = organisation
    self.component = component
    self.serial = serial
    self.installs = installs
    self.days = days
    self.blockingReports = blockingReports
    self.testPlanDigest = testPlanDigest
  }

  /// Reads a payload.
  public init(payload: [UInt8]) throws(MetadataError) {
    var fields = try Fields(payload: payload, as: .attestation)
    version = try fields.natural("version", in: 1...(.max))
    expires = try fields.time("expires")
    organisation = try fields.identifier("org")
    component = try fields.name("component")
    serial = try fields.natural("serial", in: 1...(.max))
    installs = try fields.natural("installs", in: 0...1_000_000_000_000)
    days = try fields.natural("days", in: 0...1_000_000_000_000_000)
    blockingReports = try fields.natural("blockingReports", in: 0...1_000_000)
    testPlanDigest = try fields.octets("testPlanDigest")
    try fields.end()
  }

  /// The document as canonical JSON, to be signed.
  public var payload: [UInt8] {
    JSON.document(
      .attestation,
      [
        .init("version", .natural(version)), .init("expires", .text(expires.text)), .init("org", .text(organisation)),
        .init("component", .text(component.name)), .init("serial", .natural(serial)),
        .init("installs", .natural(installs)), .init("days", .natural(days)),
        .init("blockingReports", .natural(blockingReports)), .init("testPlanDigest", .text(testPlanDigest.hexadecimal)),
      ])
  }
}
