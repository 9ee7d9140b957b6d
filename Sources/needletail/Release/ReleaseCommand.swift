internal import ArgumentParser

/// `needletail release …`: what a publisher does.
struct ReleaseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release", abstract: "Publish releases, and decide who gets them.",
    subcommands: [
      KeysCommand.self, RepoCommand.self, AdvanceCommand.self, HaltCommand.self, HoldCommand.self, LiftCommand.self,
      FloorCommand.self, RollbackCommand.self, GateCommand.self, EvidenceCommand.self, ReportCommand.self,
      ChangeRequestCommand.self, OrganisationCommand.self, AttestationCommand.self, BundleCommand.self,
      RemovalCommand.self, PhaseCommand.self, RolloutStatusCommand.self,
    ])
}
