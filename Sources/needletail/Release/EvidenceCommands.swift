internal import ArgumentParser
internal import Octets
internal import RolloutMetadata
internal import RolloutPublisher

struct EvidenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evidence", abstract: "What is known of a serial in the field.",
    subcommands: [Record.self, Show.self, Export.self, Verify.self])

  struct Record: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Draft evidence with what is known of a serial.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "The component.") var component: String
    @Argument(help: "The serial.") var serial: UInt64
    @Option(help: "Installations.") var installs: UInt64
    @Option(help: "Days they have run, together.") var installDays: UInt64
    @Option(help: "Reports that machines sent by themselves.") var beacons: UInt64 = 0
    @Option(help: "How many of these were failures.") var beaconFails: UInt64 = 0
    @Option(help: "When it was last built, as 2027-01-10T12:00:00Z.") var builtAt: String
    @Option(help: "When a rollback was last drilled with success.") var drilledAt: String?
    @Option(help: "NAME:INSTALLS:FAILS: a hardware class.") var stratum: [String] = []
    @Option(help: "The file with the record of the test run.") var testRun: String
    @Option(help: "How it was built.") var recipe: String

    func run() throws {
      try common.run { (workspace, now) throws(PublisherError) in
        var strata: [Exposure.Stratum] = []
        for text in stratum {
          let parts = text.split(separator: ":").map(String.init)
          guard parts.count == 3, let installs = UInt64(parts[1]), let fails = UInt64(parts[2]), fails <= installs
          else {
            throw PublisherError(.usage, "\(text): write NAME:INSTALLS:FAILS")
          }
          strata.append(.init(name: try identifier(parts[0], "hardware class"), installs: installs, fails: fails))
        }
        var drill: UTCTime?
        if let drilledAt { drill = try time(drilledAt) }
        try workspace.record(
          Exposure(
            component: try named(component, "component"), serial: serial, installs: installs, installDays: installDays,
            beacons: beacons, beaconFails: beaconFails, lastBuildAt: try time(builtAt), strata: strata,
            rollbackDrillAt: drill, testRunDigest: try Workspace.digest(of: testRun), buildRecipe: octets(recipe)),
          now: now)
        return try sign(workspace, with: [], roles: [])
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show what is known, the draft before what is published.")
    @OptionGroup var common: CommonOptions

    func run() throws {
      try common.run { (workspace, _) throws(PublisherError) in
        let exposures = try workspace.newest(Evidence.self)?.exposures ?? []
        let lines = exposures.map {
          "\($0.component.name) \($0.serial): \($0.installs) installs, \($0.installDays) days, "
            + "\($0.beaconFails) of \($0.beacons) beacons failed"
        }
        return Answer(lines.isEmpty ? ["nothing is known"] : lines, [.init("exposures", .list(exposures.map(\.json)))])
      }
    }
  }
}

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Reports that something is wrong.", subcommands: [New.self, List.self, Close.self])

  struct New: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Open a report.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "The report's identifier.") var id: String
    @Option(help: "The component.") var component: String
    @Option(help: "The serial.") var serial: UInt64
    @Option(help: "How bad it is: blocking, major or minor.") var severity = "blocking"
    @Option(help: "The hardware class it came from.") var stratum = "unknown"
    @Option(help: "Who reported it; once for each.") var source: [String]
    @Option(help: "The file with its text, which stays here.") var text: String
    @Flag(help: "Somebody else has seen it happen.") var reproduced = false

    func run() throws {
      try common.run { (workspace, now) throws(PublisherError) in
        var sources: [[UInt8]] = []
        for name in source { sources.append(try identifier(name, "source")) }
        try workspace.open(
          Report(
            id: try identifier(id, "report"), openedAt: now, changedAt: now,
            component: try named(component, "component"),
            serial: serial, severity: try named(severity, "severity"), state: .open,
            stratum: try identifier(stratum, "hardware class"), isReproduced: reproduced, sources: sources,
            digest: try Workspace.digest(of: text)), now: now)
        return try sign(workspace, with: [], roles: [])
      }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the reports, the draft's before the published ones.")
    @OptionGroup var common: CommonOptions

    func run() throws {
      try common.run { (workspace, _) throws(PublisherError) in
        let reports = try workspace.newest(Evidence.self)?.reports ?? []
        let lines = reports.map {
          "\(string($0.id)): \($0.component.name) \($0.serial), \($0.severity.name), \($0.stateName) since "
            + string($0.changedAt.text)
        }
        return Answer(lines.isEmpty ? ["no reports"] : lines, [.init("reports", .list(reports.map(\.json)))])
      }
    }
  }

  struct Close: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Give a report another state.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "The report's identifier.") var id: String
    @Option(help: "open, triaged, fixed, duplicate, wontfix or invalid.") var state: String
    @Option(help: "The serial it is fixed in.") var fixedIn: UInt64?
    @Option(help: "The report it is a duplicate of.") var duplicateOf: String?
    @Flag(help: "Somebody else has seen it happen.") var reproduced = false

    func run() throws {
      try common.run { (workspace, now) throws(PublisherError) in
        try workspace.change(
          try identifier(id, "report"), to: try parsedState(), reproduced: reproduced ? true : nil, now: now)
        return try sign(workspace, with: [], roles: [])
      }
    }

    private func parsedState() throws(PublisherError) -> Report.State {
      switch (state, fixedIn, duplicateOf) {
      case ("open", nil, nil): return .open
      case ("triaged", nil, nil): return .triaged
      case ("wontfix", nil, nil): return .wontfix
      case ("invalid", nil, nil): return .invalid
      case ("fixed", .some(let serial), nil): return .fixed(in: serial)
      case ("duplicate", nil, .some(let other)): return .duplicate(of: try identifier(other, "report"))
      default:
        throw PublisherError(
          .usage,
          "the state is open, triaged, wontfix, invalid, fixed with --fixed-in, or duplicate with --duplicate-of")
      }
    }
  }
}

/// A time from a text.
func time(_ text: String) throws(PublisherError) -> UTCTime {
  if let time = UTCTime(octets(text)) { return time }
  throw PublisherError(.usage, "\(text) is no time; write it as 2027-01-10T12:00:00Z")
}
