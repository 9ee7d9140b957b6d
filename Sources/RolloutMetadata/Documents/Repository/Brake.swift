internal import Octets

/// Stops one serial, or lets less of the fleet have it.
public struct Halt: Equatable, Sendable {
  /// The component.
  public let component: Component
  /// The serial.
  public let serial: UInt64
  /// How much of the fleet may still have it, in parts per million; 0 stops it.
  public let ppm: UInt32
  /// Why: an identifier, by which two release keys can overrule it.
  public let reason: [UInt8]

  /// A halt.
  public init(component: Component, serial: UInt64, ppm: UInt32 = 0, reason: [UInt8]) {
    self.component = component
    self.serial = serial
    self.ppm = ppm
    self.reason = reason
  }

  init(_ json: JSON, _ role: Role, _ place: [UInt8]) throws(MetadataError) {
    var fields = try Fields(json, role, at: place)
    component = try fields.name("component")
    serial = try fields.natural("serial", in: 1...(.max))
    ppm = try fields.ppm("ppm")
    reason = try fields.identifier("reason")
    try fields.end()
  }

  var json: JSON {
    JSON.sorted([
      .init("component", .text(component.name)), .init("serial", .natural(serial)),
      .init("ppm", .natural(UInt64(ppm))), .init("reason", .text(reason)),
    ])
  }
}

/// What one brake key holds back: it can only ever take away.
public struct Brake: Document {
  /// The kind of document.
  public static var role: Role { .brake }

  /// The version, counted for each key by itself.
  public var version: UInt64
  /// At most 14 days away.
  public var expires: UTCTime
  /// What is stopped.
  public var halts: [Halt]
  /// Who is held back.
  public var holds: [Hold]

  /// The most of each in one file.
  public static let entryLimit = 64

  /// What a key holds back.
  public init(version: UInt64, expires: UTCTime, halts: [Halt] = [], holds: [Hold] = []) {
    self.version = version
    self.expires = expires
    self.halts = halts
    self.holds = holds
  }

  /// Reads a payload.
  public init(payload: [UInt8]) throws(MetadataError) {
    var fields = try Fields(payload: payload, as: .brake)
    version = try fields.natural("version", in: 1...(.max))
    expires = try fields.time("expires")
    halts = try fields.list("halts", limit: Self.entryLimit, Halt.init)
    holds = try fields.optionalList("holds", limit: Self.entryLimit, Hold.init)
    try fields.end()
  }

  /// The document as canonical JSON, to be signed.
  public var payload: [UInt8] {
    var members: [JSON.Member] = [
      .init("version", .natural(version)), .init("expires", .text(expires.text)),
      .init("halts", halts.list { $0.json }),
    ]
    if !holds.isEmpty { members.append(.init("holds", holds.list { $0.json })) }
    return JSON.document(.brake, members)
  }
}
