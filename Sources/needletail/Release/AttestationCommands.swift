internal import ArgumentParser
internal import Octets
internal import RolloutMetadata
internal import RolloutPublisher

/// What organisations say of their own testing.
struct AttestationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attestation", abstract: "What organisations say of their own testing.",
    discussion: """
      An organisation that tests a release before it installs it may say so, signed with a key that the releases list for \
      it. What it has installed counts for the gate, all organisations together for half of what a step needs at most, \
      and is printed apart.
      """,
    subcommands: [New.self, Take.self, Show.self])

  struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write an attestation, for an organisation to hand to the publisher.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "The component.") var component: String
    @Argument(help: "The serial.") var serial: UInt64
    @Option(help: "Where it goes.") var output: String
    @Option(help: "The organisation, as the releases list it.") var organisation: String
    @Option(help: "Installations.") var installs: UInt64
    @Option(help: "Days they have run, together.") var installDays: UInt64
    @Option(help: "Reports of theirs that block an installation; with any, it adds nothing.")
    var blockingReports: UInt64 = 0
    @Option(help: "The file with the plan they tested by.") var testPlan: String
    @Option(help: "Which one about this serial it is, from 1; a higher one is in the place of a lower one.")
    var number: UInt64 = 1
    @Option(help: "For how many days it is good, 1 to 400.") var days: Int64 = 180
    @Option(help: "The organisation's secret key.") var key: String

    func run() throws {
      try common.run { (_, now) throws(PublisherError) in
        guard (1...400).contains(days) else { throw PublisherError(.usage, "an attestation is good for 1 to 400 days") }
        let attestation = Attestation(
          version: number, expires: now + days * 86_400, organisation: try identifier(organisation, "organisation"),
          component: try named(component, "component"), serial: serial, installs: installs, days: installDays,
          blockingReports: blockingReports, testPlanDigest: try Workspace.digest(of: testPlan))
        try Workspace.write(attestation, signedBy: try SecretKey(file: key), to: output)
        return Answer(["\(output): \(attestation.line)"], [.init("attestation", attestation.json)])
      }
    }
  }

  struct Take: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check an organisation's attestation, and keep it in the workspace.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "The file.") var file: [String]

    func run() throws {
      try common.run { (workspace, now) throws(PublisherError) in
        var taken: [Attestation] = []
        for path in file { taken.append(try workspace.take(attestation: path, now: now)) }
        return Answer(taken.map(\.line), [.init("attestations", .list(taken.map(\.json)))])
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show the valid attestations of a serial.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "The component.") var component: String
    @Argument(help: "The serial.") var serial: UInt64

    func run() throws {
      try common.run { (workspace, now) throws(PublisherError) in
        let found = try workspace.attestations(of: try named(component, "component"), serial, now: now)
        return Answer(
          found.isEmpty ? ["nobody attests anything"] : found.map(\.line),
          [.init("attestations", .list(found.map(\.json)))])
      }
    }
  }
}

/// Whose attestations count.
struct OrganisationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "organisation", abstract: "Whose attestations count.", subcommands: [Add.self, Remove.self, List.self])

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Draft releases that list an organisation with its key. Two keys go.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "Its name.") var name: String
    @Argument(help: "Its public key.") var key: String

    func run() throws {
      try common.run { (workspace, now) throws(PublisherError) in
        try workspace.list(try identifier(name, "organisation"), key: try PublicKey(file: key), now: now)
        return try sign(workspace, with: [], roles: [])
      }
    }
  }

  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Draft releases without an organisation: what it attests counts no more.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "Its name.") var name: String

    func run() throws {
      try common.run { (workspace, now) throws(PublisherError) in
        try workspace.list(try identifier(name, "organisation"), key: nil, now: now)
        return try sign(workspace, with: [], roles: [])
      }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List them, the draft's before the published ones.")
    @OptionGroup var common: CommonOptions

    func run() throws {
      try common.run { (workspace, _) throws(PublisherError) in
        let all = try workspace.newest(Releases.self)?.organisations ?? []
        let lines = all.map { "\(string($0.name)): \(string($0.key.bytes.hexadecimal))" }
        return Answer(
          lines.isEmpty ? ["no organisations"] : lines,
          [
            .init(
              "organisations",
              .list(
                all.map {
                  JSON.sorted([.init("key", .text($0.key.bytes.hexadecimal)), .init("name", .text($0.name))])
                }))
          ])
      }
    }
  }
}

extension Attestation {
  /// It in a line.
  fileprivate var line: String {
    let blocking = blockingReports == 0 ? "" : "; \(blockingReports) blocking reports, so that it adds nothing"
    return "\(string(organisation)): \(component.name) \(serial), \(installs) installs, \(days) days, until "
      + string(expires.text) + blocking
  }

  /// It for programs.
  fileprivate var json: JSON {
    JSON.sorted([
      .init("organisation", .text(organisation)), .init("component", .text(component.name)),
      .init("serial", .natural(serial)), .init("version", .natural(version)), .init("installs", .natural(installs)),
      .init("days", .natural(days)), .init("blockingReports", .natural(blockingReports)),
      .init("expires", .text(expires.text)),
    ])
  }
}
