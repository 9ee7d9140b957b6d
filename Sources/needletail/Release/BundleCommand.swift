internal import ArgumentParser
internal import RolloutMetadata
internal import RolloutPublisher

/// `needletail release bundle …`: a repository in one file.
struct BundleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bundle", abstract: "Carry a repository to machines without a network, in one file.",
    subcommands: [Export.self, Import.self])

  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Write the repository as one file.")
    @OptionGroup var common: CommonOptions
    @Option(help: "Where it goes.") var output: String

    func run() throws {
      try common.run { (workspace, now) throws(PublisherError) in
        let bundle = try workspace.exportBundle(to: output, now: now)
        return Answer(
          ["\(output): \(bundle.members.count) files of \(string(bundle.created.text))"],
          [.init("files", .natural(UInt64(bundle.members.count))), .init("created", .text(bundle.created.text))])
      }
    }
  }

  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check a bundle as a client does, and unpack it to a folder that is then a repository.",
      discussion:
        "Ends with 50 when the bundle itself is not right or too old. What is newer than it nobody here can know.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "The bundle.") var file: String
    @Option(help: "What is trusted: the first root, or what the last import left in trusted.json.") var trust: String
    @Option(help: "The folder; without it, the bundle is only checked.") var to: String?
    @Option(help: "How old the bundle may be, in days.") var days: Int64 = OfflineBundle.maximumAgeDays

    func run() throws {
      try common.run { (_, now) throws(PublisherError) in
        guard (1...3650).contains(days) else { throw PublisherError(.usage, "a bundle may be 1 to 3650 days old") }
        let (bundle, walk) = try Workspace.importBundle(
          file, trusting: try Workspace.trust(trust), to: to, maximumAgeDays: days, now: now)
        if let failure = walk.failure { throw PublisherError(failure.exitStatus, string(failure.text)) }
        if let to { try Workspace.keep(walk.trusted, in: to) }
        let since = string(bundle.created.text)
        return Answer(
          ["\(file): \(bundle.members.count) files, as signed", "offline: freshness unknown since \(since)"],
          [
            .init("files", .natural(UInt64(bundle.members.count))),
            .init("freshnessUnknownSince", .text(bundle.created.text)),
          ])
      }
    }
  }
}
