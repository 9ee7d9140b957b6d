public import Octets

/// What is known of one serial in the field.
public struct Exposure: Equatable, Sendable {
  /// Installations and failures of one hardware class.
  public struct Stratum: Equatable, Sendable {
    /// The class.
    public let name: [UInt8]
    /// Installations.
    public let installs: UInt64
    /// How many of them failed; `fails ≤ installs`.
    public let fails: UInt64

    /// A hardware class.
    public init(name: [UInt8], installs: UInt64, fails: UInt64) {
      self.name = name
      self.installs = installs
      self.fails = fails
    }
  }

  /// The component.
  public var component: Component
  /// The serial.
  public var serial: UInt64
  /// Installations.
  public var installs: UInt64
  /// Days they have run, together.
  public var installDays: UInt64
  /// Reports among those that machines send by themselves.
  public var beacons: UInt64
  /// How many of these were failures; `beaconFails ≤ beacons`.
  public var beaconFails: UInt64
  /// When what is installed was last built.
  public var lastBuildAt: UTCTime
  /// By hardware class, each once.
  public var strata: [Stratum]
  /// When a rollback was last drilled with success, if ever.
  public var rollbackDrillAt: UTCTime?
  /// The BLAKE2b-256 of the test run's record.
  public var testRunDigest: Octets32
  /// How it was built.
  public var buildRecipe: [UInt8]

  /// What is known of a serial.
  public init(
    component: Component, serial: UInt64, installs: UInt64, installDays: UInt64, beacons: UInt64 = 0,
    beaconFails: UInt64 = 0, lastBuildAt: UTCTime, strata: [Stratum] = [], rollbackDrillAt: UTCTime? = nil,
    testRunDigest: Octets32, buildRecipe: [UInt8]
  ) {
    self.component = component
    self.serial = serial
    self.installs = installs
    self.installDays = installDays
    self.beacons = beacons
    self.beaconFails = beaconFails
    self.lastBuildAt = lastBuildAt
    self.strata = strata
    self.rollbackDrillAt = rollbackDrillAt
    self.testRunDigest = testRunDigest
    self.buildRecipe = buildRecipe
  }

  init(_ json: JSON, _ role: Role, _ place: [UInt8]) throws(MetadataError) {
    var fields = try Fields(json, role, at: place)
    component = try fields.name("component")
    serial = try fields.natural("serial", in: 1...(.max))
    installs = try fields.natural("installs", in: 0...1_000_000_000_000)
    installDays = try fields.natural("installDays", in: 0...1_000_000_000_000_000)
    beacons = try fields.natural("beacons", in: 0...1_000_000_000_000)
    beaconFails = try fields.natural("beaconFails", in: 0...beacons)
    lastBuildAt = try fields.time("lastBuildAt")
    strata = try fields.list("strata", limit: 256) { (json, role, place) throws(MetadataError) -> Stratum in
      var fields = try Fields(json, role, at: place)
      let name = try fields.identifier("name")
      let installs = try fields.natural("installs", in: 0...1_000_000_000_000)
      let stratum = Stratum(name: name, installs: installs, fails: try fields.natural("fails", in: 0...installs))
      try fields.end()
      return stratum
    }
    rollbackDrillAt = try fields.optionalTime("rollbackDrillAt")
    testRunDigest = try fields.octets("testRunDigest")
    buildRecipe = try fields.text("buildRecipe")
    try fields.end()
  }

  /// What is known, as it stands in a document.
  public var json: JSON {
    var members: [JSON.Member] = [
      .init("component", .text(component.name)), .init("serial", .natural(serial)),
      .init("installs", .natural(installs)), .init("installDays", .natural(installDays)),
      .init("beacons", .natural(beacons)), .init("beaconFails", .natural(beaconFails)),
      .init("lastBuildAt", .text(lastBuildAt.text)),
      .init(
        "strata",
        strata.list {
          JSON.sorted([
            .init("name", .text($0.name)), .init("installs", .natural($0.installs)),
            .init("fails", .natural($0.fails)),
          ])
        }), .init("testRunDigest", .text(testRunDigest.hexadecimal)), .init("buildRecipe", .text(buildRecipe)),
    ]
    if let rollbackDrillAt { members.append(.init("rollbackDrillAt", .text(rollbackDrillAt.text))) }
    return JSON.sorted(members)
  }
}

/// The ledger that a rollout's steps are justified with: reports, and what is known of each serial.
public struct Evidence: Document {
  /// The kind of document.
  public static var role: Role { .evidence }

  /// The version.
  public var version: UInt64
  /// At most 35 days away.
  public var expires: UTCTime
  /// What is known of each serial.
  public var exposures: [Exposure]
  /// The reports, each identifier once.
  public var reports: [Report]

  /// A ledger.
  public init(version: UInt64, expires: UTCTime, exposures: [Exposure] = [], reports: [Report] = []) {
    self.version = version
    self.expires = expires
    self.exposures = exposures
    self.reports = reports
  }

  /// Reads a payload.
  public init(payload: [UInt8]) throws(MetadataError) {
    var fields = try Fields(payload: payload, as: .evidence)
    version = try fields.natural("version", in: 1...(.max))
    expires = try fields.time("expires")
    exposures = try fields.list("exposures", limit: 1024, Exposure.init)
    reports = try fields.list("reports", limit: 4096, Report.init)
    try fields.end()
    for i in exposures.indices {
      for earlier in exposures[..<i]
      where earlier.component == exposures[i].component && earlier.serial == exposures[i].serial {
        throw fields.fault("exposures")
      }
    }
    let ids = reports.map { $0.id }.sorted { $0.precedes($1) }
    for i in ids.indices.dropFirst() where ids[i - 1] == ids[i] { throw fields.fault("reports") }
  }

  /// What is known of a serial.
  public func exposure(_ component: Component, _ serial: UInt64) -> Exposure? {
    for exposure in exposures where exposure.component == component && exposure.serial == serial { return exposure }
    return nil
  }

  /// The document as canonical JSON, to be signed.
  public var payload: [UInt8] {
    JSON.document(
      .evidence,
      [
        .init("version", .natural(version)), .init("expires", .text(expires.text)),
        .init("exposures", exposures.list { $0.json }), .init("reports", reports.list { $0.json }),
      ])
  }
}
