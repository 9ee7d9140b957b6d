import Octets
import RolloutMetadata

/// One of each kind of document, with every optional member.
enum Sample {
  static let expires = time("2027-01-15T00:00:00Z")
  static let created = time("2027-01-10T12:00:00Z")

  static let predicate = Predicate.all([
    .equal(text("nic.driver"), .text(text("netkvm"))),
    .less(text("nic.driverVersion"), .text(text("100.85.104.20800"))),
    .any([
      .not(.atLeast(text("os.build"), .natural(22_631))), .among(text("arch"), [.text(text("arm64")), .natural(1)]),
    ]),
    .range(text("os.build"), .natural(1), .natural(2)), .unknown(.object([.init(text("like"), .list([]))])),
  ])

  static let hold = Hold(
    id: text("NT-HOLD-3"), component: .driver, serials: SerialRange(57, 57)!, predicate: predicate, category: .known,
    expires: time("2027-03-01T00:00:00Z"), text: text("Older \"NetKVM\" drivers drop packets"),
    url: text("https://example.invalid/h/3"))

  static var releases: Releases {
    var list = [Repository.release(.driver, 56), Repository.release(.driver, 57)]
    list[0].knobs = [
      KnobState(name: text("ExperimentalNativeDriver"), kind: .optIn, life: .active, warnAfter: 58, removedIn: 60)
    ]
    list[1].knobs = [KnobState(name: text("ExperimentalNativeDriver"), kind: .optIn, life: .deprecated)]
    list[0].phase = .default
    list[1].phaseReason = text("NT-2026-0007")
    list[1].isSecurity = true
    list[1].requires = [Constraint(component: .core, serial: 3)]
    list[1].supersedes = [55, 56]
    return Releases(
      version: 41, created: created, expires: expires, releases: list, floors: [.init(component: .driver, serial: 55)],
      organisations: [.init(name: text("treasury"), key: SigningKey(50).publicKey)])
  }

  static var rollout: Rollout {
    let salt = Octets16(repeating: 1)
    let steps = [
      Step(ppm: 1000, bakeHours: 24, quietHours: 24, minInstalls: 3000, minInstallDays: 10),
      Step(ppm: 1_000_000, bakeHours: 24, quietHours: 48, minInstalls: 30_000, minInstallDays: 10),
    ]
    return Rollout(
      version: 118, expires: expires,
      offers: [
        Offer(
          channel: .insider, component: .driver, serial: 57, ppm: 1_000_000, salt: salt, startedAt: created),
        Offer(
          channel: .stable, component: .driver, serial: 57, ppm: 50_000, salt: salt, startedAt: created, step: 2,
          steps: steps, strata: [text("intel-wifi")]),
        Offer(channel: .stable, component: .driver, serial: 56, ppm: 1_000_000, salt: salt, startedAt: created),
      ], holds: [hold], cohorts: [Cohort(name: text("early"), predicate: everyone)],
      rollbacks: [
        RollbackDirective(
          component: .driver, from: SerialRange(56, 56)!, to: 55, mode: .advise, reason: text("NT-2026-0007"),
          expires: expires)
      ], lifts: [text("NT-2026-0009")])
  }

  static var evidence: Evidence {
    func report(_ id: String, _ state: Report.State) -> Report {
      Report(
        id: text(id), openedAt: created, changedAt: expires, component: .driver, serial: 57, severity: .blocking,
        state: state, stratum: text("intel-wifi"), isReproduced: true, sources: [text("a"), text("b")], digest: hex32(5)
      )
    }
    return Evidence(
      version: 33, expires: expires,
      exposures: [
        Exposure(
          component: .driver, serial: 57, installs: 100, installDays: 300, beacons: 7, beaconFails: 1,
          lastBuildAt: created, strata: [.init(name: text("intel-wifi"), installs: 50, fails: 1)],
          rollbackDrillAt: created, testRunDigest: hex32(1), buildRecipe: text("make msi"))
      ],
      reports: [
        report("R1", .open), report("R2", .triaged), report("R3", .duplicate(of: text("R1"))),
        report("R4", .fixed(in: 58)),
        report("R5", .wontfix), report("R6", .invalid),
      ])
  }

  static var changeRequest: ChangeRequest {
    ChangeRequest(
      id: text("CR-1234"), organisation: text("treasury"), author: hex32(1), expires: expires,
      subjects: [.init(component: .driver, serial: 57, artifacts: [hex32(57), hex32(58)])],
      approvers: [.init(role: text("owner"), key: hex32(2)), .init(role: text("security"), key: hex32(3))],
      requiredRoles: [text("owner"), text("security")],
      windows: [.init(start: created, end: expires, zone: text("America/New_York"))], evidencePackDigest: hex32(4))
  }

  static let documents: [(Role, [UInt8])] = [
    (.root, Repository().root(version: 7).payload),
    (
      .timestamp,
      Timestamp(
        version: 9, created: created, expires: created + day, snapshotVersion: 12, snapshotDigest: hex32(1),
        snapshotLength: 500, brakeMinimum: [.init(key: hex32(9), version: 12)]
      ).payload
    ),
    (
      .snapshot,
      Snapshot(version: 12, expires: expires, files: Snapshot.roles.map { .init(role: $0, version: 1, file: [1]) })
        .payload
    ), (.releases, releases.payload), (.rollout, rollout.payload),
    (
      .brake,
      Brake(
        version: 12, expires: expires, halts: [Halt(component: .driver, serial: 57, reason: text("NT-2026-0007"))],
        holds: [hold]
      ).payload
    ), (.evidence, evidence.payload), (.changeRequest, changeRequest.payload),
    (.approval, Approval(request: hex32(1), key: hex32(2), verdict: .approve, at: created, expires: expires).payload),
    (
      .attestation,
      Attestation(
        version: 1, expires: expires, organisation: text("treasury"), component: .driver, serial: 57, installs: 10,
        days: 100, testPlanDigest: hex32(3)
      ).payload
    ),
  ]

  /// The payload read and written again; nil when it is refused.
  static func rewritten(_ role: Role, _ payload: [UInt8]) -> [UInt8]? {
    func written<Content: Document>(_ type: Content.Type) -> [UInt8]? { (try? Content(payload: payload))?.payload }
    return switch role {
    case .root: written(Root.self)
    case .timestamp: written(Timestamp.self)
    case .snapshot: written(Snapshot.self)
    case .releases: written(Releases.self)
    case .rollout: written(Rollout.self)
    case .brake: written(Brake.self)
    case .evidence: written(Evidence.self)
    case .changeRequest: written(ChangeRequest.self)
    case .approval: written(Approval.self)
    case .attestation: written(Attestation.self)
    }
  }

  /// Why a payload is refused; nil when it is not.
  static func fault(_ role: Role, _ payload: [UInt8]) -> MetadataError? {
    func fault<Content: Document>(_ type: Content.Type) -> MetadataError? {
      thrown { () throws(MetadataError) in try Content(payload: payload) }
    }
    return switch role {
    case .root: fault(Root.self)
    case .timestamp: fault(Timestamp.self)
    case .snapshot: fault(Snapshot.self)
    case .releases: fault(Releases.self)
    case .rollout: fault(Rollout.self)
    case .brake: fault(Brake.self)
    case .evidence: fault(Evidence.self)
    case .changeRequest: fault(ChangeRequest.self)
    case .approval: fault(Approval.self)
    case .attestation: fault(Attestation.self)
    }
  }
}
