internal import Octets

/// What exists: every release that may still be installed, the security floors, the organisations whose word counts.
///
/// Two offline keys sign it; nothing that is not in it can be installed.
public struct Releases: Document {
  /// The least serial that may be installed anew.
  public struct Floor: Equatable, Sendable {
    /// The component.
    public let component: Component
    /// The serial.
    public let serial: UInt64

    /// A component's floor.
    public init(component: Component, serial: UInt64) {
      self.component = component
      self.serial = serial
    }
  }

  /// An organisation whose attestations count.
  public struct Organisation: Equatable, Sendable {
    /// Its name, an identifier.
    public let name: [UInt8]
    /// What it signs with.
    public let key: PublicKey

    /// An organisation.
    public init(name: [UInt8], key: PublicKey) {
      self.name = name
      self.key = key
    }
  }

  /// The kind of document.
  public static var role: Role { .releases }

  /// The version.
  public var version: UInt64
  /// When it was made.
  public var created: UTCTime
  /// At most 90 days later.
  public var expires: UTCTime
  /// By component, then by serial, none twice.
  public var releases: [Release]
  /// At most one for each component.
  public var floors: [Floor]
  /// By name.
  public var organisations: [Organisation]

  /// What exists.
  public init(
    version: UInt64, created: UTCTime, expires: UTCTime, releases: [Release], floors: [Floor] = [],
    organisations: [Organisation] = []
  ) {
    self.version = version
    self.created = created
    self.expires = expires
    self.releases = releases
    self.floors = floors
    self.organisations = organisations
  }

  /// Reads a payload, and checks how each release follows the one before it.
  public init(payload: [UInt8]) throws(MetadataError) {
    var fields = try Fields(payload: payload, as: .releases)
    version = try fields.natural("version", in: 1...(.max))
    created = try fields.time("created")
    expires = try fields.time("expires")
    guard created < expires, expires - created <= Role.releases.longestLife else { throw fields.fault("expires") }
    releases = try fields.list("releases", limit: 1024, Release.init)
    floors = try fields.members("floors", limit: Component.allCases.count) {
      (name, json, role, place) throws(MetadataError) -> Floor in
      guard let component = Component(named: name), case .natural(let serial) = json, serial >= 1 else {
        throw MetadataError(.malformed, role, at: place)
      }
      return Floor(component: component, serial: serial)
    }
    organisations = try fields.members("organisations", limit: 256) {
      (name, json, role, place) throws(MetadataError) -> Organisation in
      guard isIdentifier(name), case .text(let text) = json, let key = Octets32(hexadecimal: text) else {
        throw MetadataError(.malformed, role, at: place)
      }
      return Organisation(name: name, key: PublicKey(key))
    }
    try fields.end()
    for i in releases.indices {
      if let complaint = complaint(at: i) {
        let place: [UInt8] = ("releases" as StaticString).octets + index(i) + [UInt8(ascii: ".")] + complaint.octets
        throw MetadataError(.malformed, .releases, at: place)
      }
    }
  }

  /// The member of the release at `i` that does not follow from the one before it.
  private func complaint(at i: Int) -> StaticString? {
    let release = releases[i]
    guard i > 0, releases[i - 1].component == release.component else {
      if i > 0 && releases[i - 1].component.rawValue > release.component.rawValue { return "component" }
      // The first that is listed with the old path gone stands alone only when a later one has it gone too.
      return release.phase == .sole && !hasSuccessor(i) ? "phase" : nil
    }
    let before = releases[i - 1]
    if release.serial <= before.serial { return "serial" }
    let step = Int(release.phase.rawValue) - Int(before.phase.rawValue)
    if step > 1 || step < -1 { return "phase" }
    if (step < 0) != (release.phaseReason != nil) { return "phaseReason" }
    for knob in before.knobs {
      guard let next = release.knob(knob.name) else {
        if knob.life == .removed { continue }
        return "knobs"
      }
      let steps = Int(next.life.rawValue) - Int(knob.life.rawValue)
      if steps < 0 || steps > 1 { return "knobs" }
    }
    for knob in release.knobs where before.knob(knob.name) == nil && knob.life != .active { return "knobs" }
    return nil
  }

  private func hasSuccessor(_ i: Int) -> Bool {
    i + 1 < releases.count && releases[i + 1].component == releases[i].component && releases[i + 1].phase == .sole
  }

  /// The release of this serial.
  public func release(_ component: Component, _ serial: UInt64) -> Release? {
    for release in releases where release.component == component && release.serial == serial { return release }
    return nil
  }

  /// The least serial of a component that may be installed anew; 0 when any may.
  public func floor(_ component: Component) -> UInt64 {
    for floor in floors where floor.component == component { return floor.serial }
    return 0
  }

  /// The document as canonical JSON, to be signed.
  public var payload: [UInt8] {
    var floorMembers: [JSON.Member] = []
    for floor in floors { floorMembers.append(.init(floor.component.name, .natural(floor.serial))) }
    var organisationMembers: [JSON.Member] = []
    for entry in organisations { organisationMembers.append(.init(entry.name, .text(entry.key.bytes.hexadecimal))) }
    return JSON.document(
      .releases,
      [
        .init("version", .natural(version)), .init("created", .text(created.text)),
        .init("expires", .text(expires.text)), .init("releases", releases.list { $0.json }),
        .init("floors", JSON.sorted(floorMembers)), .init("organisations", JSON.sorted(organisationMembers)),
      ])
  }
}
