public import Octets

/// A report that something is wrong with a serial.
public struct Report: Equatable, Sendable {
  /// How bad it is.
  public enum Severity: UInt8, Named, Sendable {
    case blocking
    case major
    case minor

    /// The name.
    public var name: StaticString {
      switch self {
      case .blocking: "blocking"
      case .major: "major"
      case .minor: "minor"
      }
    }
  }

  /// What has become of it.
  public enum State: Equatable, Sendable {
    case open
    case triaged
    /// The same as another report, whose state it takes.
    case duplicate(of: [UInt8])
    /// Mended in a serial.
    case fixed(in: UInt64)
    case wontfix
    case invalid
  }

  /// The report's identifier.
  public var id: [UInt8]
  /// When it came.
  public var openedAt: UTCTime
  /// When its state last changed; `openedAt ≤ changedAt`.
  public var changedAt: UTCTime
  /// The component.
  public var component: Component
  /// The serial.
  public var serial: UInt64
  /// How bad it is.
  public var severity: Severity
  /// What has become of it.
  public var state: State
  /// The hardware class it came from.
  public var stratum: [UInt8]
  /// Whether somebody else has seen it happen.
  public var isReproduced: Bool
  /// Who reported it: one identifier for each reporter.
  public var sources: [[UInt8]]
  /// The BLAKE2b-256 of its text, which is kept elsewhere.
  public var digest: Octets32

  /// A report.
  public init(
    id: [UInt8], openedAt: UTCTime, changedAt: UTCTime, component: Component, serial: UInt64, severity: Severity,
    state: State, stratum: [UInt8], isReproduced: Bool, sources: [[UInt8]], digest: Octets32
  ) {
    self.id = id
    self.openedAt = openedAt
    self.changedAt = changedAt
    self.component = component
    self.serial = serial
    self.severity = severity
    self.state = state
    self.stratum = stratum
    self.isReproduced = isReproduced
    self.sources = sources
    self.digest = digest
  }

  init(_ json: JSON, _ role: Role, _ place: [UInt8]) throws(MetadataError) {
    var fields = try Fields(json, role, at: place)
    id = try fields.identifier("id")
    openedAt = try fields.time("openedAt")
    changedAt = try fields.time("changedAt")
    component = try fields.name("component")
    serial = try fields.natural("serial", in: 1...(.max))
    severity = try fields.name("severity")
    let name = try fields.text("state")
    if name == "open" {
      state = .open
    } else if name == "triaged" {
      state = .triaged
    } else if name == "duplicate" {
      state = .duplicate(of: try fields.identifier("duplicateOf"))
    } else if name == "fixed" {
      state = .fixed(in: try fields.natural("fixedIn", in: 1...(.max)))
    } else if name == "wontfix" {
      state = .wontfix
    } else if name == "invalid" {
      state = .invalid
    } else {
      throw fields.fault("state")
    }
    stratum = try fields.identifier("stratum")
    isReproduced = try fields.boolean("reproduced")
    sources = try fields.list("sources", limit: 256) { (json, role, place) throws(MetadataError) -> [UInt8] in
      guard case .text(let source) = json, isIdentifier(source) else {
        throw MetadataError(.malformed, role, at: place)
      }
      return source
    }
    digest = try fields.octets("digest")
    try fields.end()
    guard openedAt <= changedAt else { throw fields.fault("changedAt") }
    if case .duplicate(let other) = state, other == id { throw fields.fault("duplicateOf") }
  }

  /// The report as it stands in a document.
  public var json: JSON {
    var members: [JSON.Member] = [
      .init("id", .text(id)), .init("openedAt", .text(openedAt.text)), .init("changedAt", .text(changedAt.text)),
      .init("component", .text(component.name)), .init("serial", .natural(serial)),
      .init("severity", .text(severity.name)), .init("state", .text(stateName)), .init("stratum", .text(stratum)),
      .init("reproduced", .boolean(isReproduced)), .init("sources", sources.list { .text($0) }),
      .init("digest", .text(digest.hexadecimal)),
    ]
    if case .duplicate(let other) = state { members.append(.init("duplicateOf", .text(other))) }
    if case .fixed(let serial) = state { members.append(.init("fixedIn", .natural(serial))) }
    return JSON.sorted(members)
  }

  /// The name of the state.
  public var stateName: StaticString {
    switch state {
    case .open: "open"
    case .triaged: "triaged"
    case .duplicate: "duplicate"
    case .fixed: "fixed"
    case .wontfix: "wontfix"
    case .invalid: "invalid"
    }
  }
}
