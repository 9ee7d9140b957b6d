internal import ArgumentParser
internal import Octets
internal import RolloutMetadata
internal import RolloutPublisher

extension EvidenceCommand {
  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write what an organisation is shown before it approves a serial, in one file.",
      discussion: """
        Made of what is published and of the files that are attached, and of nothing else: whoever makes it gets the same \
        bytes. `release evidence verify` checks it without a network.
        """)
    @OptionGroup var common: CommonOptions
    @Argument(help: "The component.") var component: String
    @Argument(help: "The serial.") var serial: UInt64
    @Option(help: "The channel whose gate is asked.") var channel = "stable"
    @Option(help: "A file to put in: release notes, bill of materials, record of the test run, of the drill.")
    var attach: [String] = []
    @Option(help: "Where it goes.") var output: String

    func run() throws {
      try common.run { (workspace, now) throws(PublisherError) in
        let pack = try workspace.evidence(now: now)
        let summary = try EvidenceSummary(
          pack, try named(component, "component"), serial, in: try named(channel, "channel"))
        try workspace.write(pack, derived: summary.files, attachments: attach, to: output)
        let digest = string(try Workspace.digest(of: output).hexadecimal)
        return Answer(
          ["\(output): \(component) \(serial) as of \(string(pack.time.text))", "blake2b-256 \(digest)"],
          [.init("created", .text(pack.time.text)), .init("digest", .words(digest))])
      }
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check a pack of evidence without a network: its signatures, and all that is said to follow from them.",
      discussion: "Ends with 50 when the pack says something that the signed metadata in it do not.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "The pack.") var file: String
    @Option(help: "The component.") var component: String
    @Option(help: "The serial.") var serial: UInt64
    @Option(help: "The channel whose gate was asked.") var channel = "stable"
    @Option(help: "What is trusted: the first root.") var trust: String
    @Option(help: "How old the pack may be, in days.") var days: Int64 = 400

    func run() throws {
      try common.run { (_, now) throws(PublisherError) in
        guard (1...3650).contains(days) else { throw PublisherError(.usage, "a pack may be 1 to 3650 days old") }
        let pack = try Workspace.evidence(
          file, trusting: try Workspace.trust(trust), maximumAgeDays: days, now: now)
        let summary = try EvidenceSummary(
          pack, try named(component, "component"), serial, in: try named(channel, "channel"))
        guard summary.files == pack.files.filter({ $0.path.hasPrefix("evidence/") }) else {
          throw PublisherError(
            .badBundle, "\(file): evidence/: not what follows from the signed metadata of \(component) \(serial)")
        }
        var lines = summary.lines
        for attached in pack.files where attached.path.hasPrefix("attached/") {
          lines.append("\(attached.path): \(summary.claim(on: attached.bytes))")
        }
        return Answer(
          lines + ["\(file): as signed, of \(string(pack.time.text))"], [.init("created", .text(pack.time.text))])
      }
    }
  }
}

/// What follows from signed metadata about a serial: the same text from the same metadata, always.
struct EvidenceSummary {
  /// The summary's lines.
  let lines: [String]
  /// The summary, and the ledger that the gate was asked with.
  let files: [EvidencePack.File]
  private let notes: Octets32
  private let testRun: Octets32?

  init(_ pack: EvidencePack, _ component: Component, _ serial: UInt64, in channel: Channel) throws(PublisherError) {
    guard let releases = pack.trusted.releases?.document, let release = releases.release(component, serial) else {
      throw PublisherError(.failure, "\(component.name) \(serial) is not among the releases that are published")
    }
    let before = releases.releases.last { $0.component == component && $0.serial < serial }
    let exposure = pack.trusted.evidence?.document.exposure(component, serial)
    notes = release.notesDigest
    testRun = exposure?.testRunDigest
    var lines = Self.head(release, floor: releases.floor(component), time: pack.time)
    lines += Self.knobs(release, before)
    if let exposure { lines += Self.field(exposure) } else { lines.append("field     nothing recorded") }
    for report in pack.trusted.evidence?.document.reports ?? [] where report.component == component {
      lines.append(
        "report    \(string(report.id)): serial \(report.serial), \(report.severity.name), \(report.stateName) since "
          + string(report.changedAt.text))
    }
    let facts = StepFacts(
      pack.trusted, releases, evidenceSigners: pack.evidenceSigners, component, serial, in: channel, now: pack.time)
    var files: [EvidencePack.File] = []
    if let answer = try Self.ask(facts) {
      lines += answer.lines.map { "gate      " + $0 }
      files.append(.init(path: "evidence/gate.ledger.json", bytes: octets(answer.ledger)))
    } else {
      lines.append("gate      \(channel.name) has no further step: \(facts.ppm) ppm are offered it")
    }
    self.lines = lines
    files.append(.init(path: "evidence/summary.txt", bytes: octets(lines.joined(separator: "\n") + "\n")))
    self.files = files
  }

  /// What the gate says of the next step; nil when there is none.
  private static func ask(_ facts: StepFacts) throws(PublisherError) -> GateAnswer? {
    guard let target = GateAnswer.nextStep(facts) else { return nil }
    do {
      return try GateAnswer(facts, to: target, signers: [], fleet: nil, securityReason: nil)
    } catch {
      throw PublisherError(.internalError, "\(error)")
    }
  }

  private static func head(_ release: Release, floor: UInt64, time: UTCTime) -> [String] {
    var lines = [
      "release   \(release.component.name) \(release.serial), version \(string(release.version)), as of \(string(time.text))",
      "phase     \(release.phase.name)" + (release.phaseReason.map { ": " + string($0) } ?? ""),
      "security  \(release.isSecurity ? "mends what attackers can use" : "no"), the floor is \(floor)",
      "build     \(string(release.recipe))", "build     blake2b-256 \(string(release.buildDigest.hexadecimal))",
      "notes     blake2b-256 \(string(release.notesDigest.hexadecimal))",
    ]
    for artifact in release.artifacts {
      lines.append(
        "file      \(string(artifact.name)), \(artifact.kind.name) for \(string(artifact.system)) "
          + "\(string(artifact.architecture)), \(artifact.size) bytes, blake2b-256 \(string(artifact.digest.hexadecimal))"
      )
    }
    for need in release.requires { lines.append("requires  \(need.component.name) \(need.serial)") }
    return lines
  }

  /// The knobs, and what the release changes of them.
  private static func knobs(_ release: Release, _ before: Release?) -> [String] {
    var lines: [String] = []
    for knob in release.knobs {
      let old = before?.knob(knob.name)
      let change = old == nil ? ", new here" : old == knob ? "" : ", was \(old?.life.name ?? knob.life.name)"
      lines.append("knob      \(string(knob.name)): \(knob.kind.name), \(knob.life.name)\(change)")
    }
    for knob in before?.knobs ?? [] where release.knob(knob.name) == nil {
      lines.append("knob      \(string(knob.name)): gone, was \(knob.life.name)")
    }
    return lines
  }

  private static func field(_ exposure: Exposure) -> [String] {
    [
      "field     \(exposure.installs) installs, \(exposure.installDays) days; \(exposure.beaconFails) of "
        + "\(exposure.beacons) beacons failed",
      "tests     blake2b-256 \(string(exposure.testRunDigest.hexadecimal))",
      "drill     " + (exposure.rollbackDrillAt.map { string($0.text) } ?? "none"),
    ]
  }

  /// What signed metadata say of a file that was attached.
  func claim(on bytes: [UInt8]) -> String {
    let digest = blake2b256(bytes)
    if digest == notes { return "the signed release notes" }
    if digest == testRun { return "the signed record of the test run" }
    return "nobody signed it; blake2b-256 \(string(digest.hexadecimal))"
  }
}
