internal import ArgumentParser
internal import Foundation
internal import RolloutMetadata

/// The command people type.
@main
struct Needletail: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "needletail",
    abstract: "WireGuard tunnels, and updates that reach machines a step at a time and go back by themselves.",
    discussion: """
      show, showconf, set, setconf, addconf, syncconf, genkey, genpsk and pubkey are those of wg(8), to the byte; called \
      by the name of wg, or without a command, the program is wg.
      """,
    version: "needletail \(version)",
    groupedSubcommands: [
      CommandGroup(
        name: "As wg has them:",
        subcommands: [
          ShowVerb.self, ShowConfigurationVerb.self, SetVerb.self, SetConfigurationVerb.self, AddConfigurationVerb.self,
          SynchroniseConfigurationVerb.self, GenerateKeyVerb.self, GeneratePresharedKeyVerb.self,
          DerivePublicKeyVerb.self,
        ]),
      CommandGroup(
        name: "With a tunnel's file:",
        subcommands: [
          UpCommand.self, DownCommand.self, SaveCommand.self, StripCommand.self, ReloadCommand.self,
          QRCommand.self, RefreshCommand.self, NetworkCommand.self,
        ]),
      CommandGroup(
        name: "To find out what is wrong:",
        subcommands: [TunnelStatus.self, ExplainCommand.self, DoctorCommand.self, PcapCommand.self]),
      CommandGroup(name: "Watching:", subcommands: [TopCommand.self, MetricsCommand.self]),
      CommandGroup(name: "Updates:", subcommands: [ChannelCommand.self, ReleaseCommand.self]),
    ])

  /// The version of the program.
  static let version = "0.1.0"

  static func main() async {
    let arguments = Array(CommandLine.arguments.dropFirst())
    if Tool.isCalledAsWG || arguments.isEmpty { Foundation.exit(Tool().run(arguments).rawValue) }
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      Foundation.exit(report(error))
    }
  }

  /// Tells an error, and gives the status to exit with.
  private static func report(_ error: any Error) -> Int32 {
    if let failure = error as? Failure {
      if !failure.message.isEmpty { write("needletail: " + failure.message, to: .standardError) }
      return Int32(failure.status.rawValue)
    }
    let isAnswer = exitCode(for: error).isSuccess
    write(fullMessage(for: error), to: isAnswer ? .standardOutput : .standardError)
    return isAnswer ? 0 : Int32(ExitStatus.usage.rawValue)
  }

  private static func write(_ message: String, to file: FileHandle) {
    try? file.write(contentsOf: Data((message + "\n").utf8))
  }
}

/// What ends the program with a status of the closed list.
struct Failure: Error {
  let status: ExitStatus
  /// What was wrong, where, and what to do; empty when it has been told.
  let message: String

  init(_ status: ExitStatus, _ message: String = "") {
    self.status = status
    self.message = message
  }
}

/// `needletail channel …`: what a client does.
struct ChannelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "channel", abstract: "Which releases this machine takes, and why.",
    subcommands: [
      Check.self, Update.self, Import.self, Status.self, Why.self, History.self, Log.self, Follow.self, PinCommand.self,
      Unpin.self,
      Defer.self, Pause.self, Rollback.self, Commit.self, Quarantine.self, Knobs.self, Bucket.self, StateReport.self,
      Simulate.self, Approve.self, ChangeRequests.self, BootCommand.self,
      PathCommand.self, OptOutCommand.self,
    ])
}
