/// One step of a rollout, and what has to be seen before the next.
public struct Step: Equatable, Sendable {
  /// How much of the fleet it reaches, in parts per million.
  public let ppm: UInt32
  /// How long it lasts at least.
  public let bakeHours: UInt32
  /// How long nothing may have been reported.
  public let quietHours: UInt32
  /// How many installations there must have been.
  public let minInstalls: UInt64
  /// How many days they must have run, together.
  public let minInstallDays: UInt64

  /// A step.
  public init(ppm: UInt32, bakeHours: UInt32, quietHours: UInt32, minInstalls: UInt64, minInstallDays: UInt64) {
    self.ppm = ppm
    self.bakeHours = bakeHours
    self.quietHours = quietHours
    self.minInstalls = minInstalls
    self.minInstallDays = minInstallDays
  }

  init(_ json: JSON, _ role: Role, _ place: [UInt8]) throws(MetadataError) {
    var fields = try Fields(json, role, at: place)
    ppm = try fields.ppm("ppm")
    bakeHours = UInt32(try fields.natural("bakeHours", in: 0...8760))
    quietHours = UInt32(try fields.natural("quietHours", in: 0...8760))
    minInstalls = try fields.natural("minInstalls", in: 0...1_000_000_000_000)
    minInstallDays = try fields.natural("minInstallDays", in: 0...1_000_000_000_000)
    try fields.end()
  }

  var json: JSON {
    JSON.sorted([
      .init("ppm", .natural(UInt64(ppm))), .init("bakeHours", .natural(UInt64(bakeHours))),
      .init("quietHours", .natural(UInt64(quietHours))), .init("minInstalls", .natural(minInstalls)),
      .init("minInstallDays", .natural(minInstallDays)),
    ])
  }
}

/// A group of machines that has asked to be early, or whose experience is looked at by itself.
public struct Cohort: Equatable, Sendable {
  /// The group's name.
  public let name: [UInt8]
  /// Which machines are in it.
  public let predicate: Predicate

  /// A group of machines.
  public init(name: [UInt8], predicate: Predicate) {
    self.name = name
    self.predicate = predicate
  }

  init(_ json: JSON, _ role: Role, _ place: [UInt8]) throws(MetadataError) {
    var fields = try Fields(json, role, at: place)
    name = try fields.identifier("name")
    guard let condition = fields.optional("predicate") else { throw fields.fault("predicate") }
    predicate = try Predicate(condition, role, fields.path(("predicate" as StaticString).octets))
    try fields.end()
  }

  var json: JSON { JSON.sorted([.init("name", .text(name)), .init("predicate", predicate.json)]) }
}

/// An order, or an advice, to go back to an earlier serial.
public struct RollbackDirective: Equatable, Sendable {
  /// How much of an order it is.
  public enum Mode: UInt8, Named, Sendable {
    case advise
    case require

    /// The name.
    public var name: StaticString {
      switch self {
      case .advise: "advise"
      case .require: "require"
      }
    }
  }

  /// The component.
  public let component: Component
  /// The serials to leave.
  public let from: SerialRange
  /// The serial to go to: before them, listed, and not below the security floor.
  public let to: UInt64
  /// Whether clients may refuse.
  public let mode: Mode
  /// Why.
  public let reason: [UInt8]
  /// When it ends, if not with the document.
  public let expires: UTCTime?

  /// A directive.
  public init(
    component: Component, from: SerialRange, to serial: UInt64, mode: Mode, reason: [UInt8], expires: UTCTime? = nil
  ) {
    self.component = component
    self.from = from
    self.to = serial
    self.mode = mode
    self.reason = reason
    self.expires = expires
  }

  init(_ json: JSON, _ role: Role, _ place: [UInt8]) throws(MetadataError) {
    var fields = try Fields(json, role, at: place)
    component = try fields.name("component")
    from = try fields.serials("from")
    to = try fields.natural("to", in: 1...(.max))
    mode = try fields.name("mode")
    reason = try fields.text("reason")
    expires = try fields.optionalTime("expires")
    try fields.end()
    guard to < from.first else { throw fields.fault("to") }
  }

  var json: JSON {
    var members: [JSON.Member] = [
      .init("component", .text(component.name)), .init("from", from.json), .init("to", .natural(to)),
      .init("mode", .text(mode.name)), .init("reason", .text(reason)),
    ]
    if let expires { members.append(.init("expires", .text(expires.text))) }
    return JSON.sorted(members)
  }
}
