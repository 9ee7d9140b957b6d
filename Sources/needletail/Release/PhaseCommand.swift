internal import ArgumentParser
internal import Foundation
internal import RolloutGate
internal import RolloutMetadata
internal import RolloutPublisher

/// What speaks for moving a component to its next phase.
struct PhaseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "phase", abstract: "What speaks for a component's next phase; `release advance` asks for it.",
    discussion: """
      A release whose phase is not that of the one before it moves everybody who has not chosen. The gate lets it through \
      after 30 days of quiet with a cohort of early adopters (optIn to default), or after 90 with a plan of what is \
      deleted, a drill of its rollback and no reason for opting out left open (default to sole); back, for a reason.
      """,
    subcommands: [Record.self, Show.self])

  struct Record: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write down what is known of the two implementations; what was written before is gone.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "The component.") var component: String
    @Option(help: "The last change of code of either, as 2027-01-10T12:00:00Z.") var codeChangedAt: String
    @Option(help: "When the cohort of early adopters was registered.") var cohortRegisteredAt: String?
    @Option(help: "A hardware class in that cohort; once for each.") var stratum: [String] = []
    @Option(help: "A reason for opting out that is neither fixed nor declined; once for each.")
    var openReason: [String] = []
    @Option(help: "When going back from the deletion was last drilled with success.") var deletionDrilledAt: String?
    @Option(help: "The file with the plan that `release removal plan` has written.") var removalPlan: String?
    @Flag(help: "A release that goes back from sole has the old implementation in it.") var bringsOld = false
    @Option(help: "Why the component goes back a phase.") var reason: String?

    func run() throws {
      try common.run { (workspace, now) throws(PublisherError) in
        var record = PhaseRecord(codeChangedAt: try time(codeChangedAt))
        if let cohortRegisteredAt { record.cohortRegisteredAt = try time(cohortRegisteredAt) }
        record.cohortStrata = stratum
        record.openOptOutReasons = openReason
        if let deletionDrilledAt { record.deletionDrillPassedAt = try time(deletionDrilledAt) }
        if let removalPlan { record.removalPlan = string(try Workspace.digest(of: removalPlan).hexadecimal) }
        record.bringsOldImplementation = bringsOld
        record.reason = reason
        let component: Component = try named(component, "component")
        let text: String
        do {
          text = try Input.json(record)
        } catch {
          throw PublisherError(.internalError, "\(error)")
        }
        try workspace.keepPhase(text + "\n", of: component)
        return Answer(["\(workspace.phaseFile(of: component)): written"])
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say what stands in the way of a phase; ends with 1 while something does.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "The component.") var component: String
    @Argument(help: "The serial whose phase it would move to.") var serial: UInt64
    @Option(help: "The channel.") var channel = "stable"

    func run() throws {
      try common.run { (workspace, now) throws(PublisherError) in
        let component: Component = try named(component, "component")
        let facts = try StepFacts(workspace, component, serial, in: try named(channel, "channel"), now: now)
        guard try workspace.newest(Releases.self)?.release(component, serial) != nil else {
          throw PublisherError(.failure, "\(component.name) \(serial) is not among the releases")
        }
        guard facts.move != nil else { return Answer(["\(component.name) \(serial) stays in its phase"]) }
        let line: (text: String, holds: Bool)?
        do {
          line = try GateAnswer.phaseLine(facts)
        } catch {
          throw PublisherError(.malformed, "\(error)")
        }
        guard let line else {
          guard facts.ppm < 1_000_000 else {
            return Answer(["\(component.name) \(serial) has been offered to all of \(channel)"])
          }
          throw PublisherError(.failure, "\(component.name) \(serial): \(facts.ppm) ppm is no step of \(channel)")
        }
        return Answer(
          [line.text], [.init("phase", .words(line.text))], status: line.holds ? .success : .failure)
      }
    }
  }
}
