internal import ArgumentParser
internal import Octets
internal import RolloutMetadata
internal import RolloutPublisher

struct RepoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repo", abstract: "Begin a repository, add to it, sign, publish and verify it.",
    subcommands: [Init.self, RepoAddCommand.self, Sign.self, Publish.self, Verify.self, Status.self, Renew.self])

  struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Draft the first root of trust.",
      discussion:
        "Every role needs its keys: root, releases and rollout at least two, timestamp and snapshot (which are "
        + "online) others than these, brake and evidence at least one. Without keys of its own, rollout has those of "
        + "releases.")
    @OptionGroup var common: CommonOptions
    @Option(name: .customLong("key"), help: "ROLE=FILE: a public key of a role.") var keys: [String] = []
    @Option(help: "ROLE=NUMBER: how many keys of a role have to sign; 2 for root, releases and rollout, else 1.")
    var threshold: [String] = []

    func run() throws {
      try common.run { (workspace, now) throws(PublisherError) in
        var roles: [Role: [PublicKey]] = [:]
        for entry in keys {
          let (role, file) = try pair(entry)
          roles[role, default: []].append(try PublicKey(file: file))
        }
        if roles[.rollout] == nil { roles[.rollout] = roles[.releases] }
        var thresholds: [Role: Int] = [:]
        for entry in threshold {
          let (role, text) = try pair(entry)
          guard let number = Int(text), number >= 1 else { throw PublisherError(.usage, "\(entry): no number of keys") }
          thresholds[role] = number
        }
        var all: [Role: RoleKeys] = [:]
        for (role, keys) in roles {
          all[role] = RoleKeys(keys, threshold: thresholds[role] ?? (role.needsTwo ? 2 : 1))
        }
        try workspace.initialise(all, now: now)
        let waiting = try workspace.waiting()
        return Answer(waiting.map(\.line), [.init("drafts", .list(waiting.map(\.json)))])
      }
    }

    private func pair(_ text: String) throws(PublisherError) -> (Role, String) {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw PublisherError(.usage, "\(text): write ROLE=VALUE") }
      return (try repositoryRole(parts[0]), parts[1])
    }
  }

  struct Sign: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Sign the drafts that a key has a say in.")
    @OptionGroup var common: CommonOptions
    @Option(name: .customLong("key"), help: "A secret key file.") var keys: [String]
    @Option(help: "Only this document.") var document: [String] = []

    func run() throws {
      try common.run { (workspace, _) throws(PublisherError) in
        var roles: [Role] = []
        for name in document { roles.append(try repositoryRole(name)) }
        return try sign(workspace, with: keys, roles: roles)
      }
    }
  }

  struct Publish: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Put the signed drafts in place, with a new timestamp; run it at least once a day.",
      discussion: "Copy the folder repo to a file server afterwards, timestamp.json last.")
    @OptionGroup var common: CommonOptions
    @Option(help: "The secret key of the role timestamp.") var timestampKey: String
    @Option(help: "The secret key of the role snapshot.") var snapshotKey: String

    func run() throws {
      try common.run { (workspace, now) throws(PublisherError) in
        let publication = try workspace.publish(
          timestampKey: try SecretKey(file: timestampKey), snapshotKey: try SecretKey(file: snapshotKey), now: now)
        return publication.answer
      }
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Walk over the repository as a client that has seen nothing but the first root, artifacts included.")
    @OptionGroup var common: CommonOptions
    @Option(help: "The root of trust to begin with, instead of the repository's first.") var rootOfTrust: String?

    func run() throws {
      try common.run { (workspace, now) throws(PublisherError) in
        let walk = try workspace.verify(rootFile: rootOfTrust, now: now)
        if let failure = walk.failure { throw PublisherError(failure.exitStatus, string(failure.text)) }
        let artifacts = try workspace.verifyArtifacts(of: walk.trusted)
        return describe(walk, artifacts, now)
      }
    }
  }

  struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show the drafts and the signatures they wait for.")
    @OptionGroup var common: CommonOptions

    func run() throws {
      try common.run { (workspace, _) throws(PublisherError) in
        let waiting = try workspace.waiting()
        return Answer(
          waiting.isEmpty ? ["no drafts"] : waiting.map(\.line), [.init("drafts", .list(waiting.map(\.json)))])
      }
    }
  }

  struct Renew: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Draft the same document once more with a later expiry: releases, rollout, evidence or root.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "The document.") var document: String

    func run() throws {
      try common.run { (workspace, now) throws(PublisherError) in
        switch try repositoryRole(document) {
        case .releases: try workspace.editReleases(now: now) { (_) throws(PublisherError) in }
        case .rollout: try workspace.editRollout(now: now) { (_) throws(PublisherError) in }
        case .evidence: try workspace.editEvidence(now: now) { (_) throws(PublisherError) in }
        case .root: try workspace.rotate(.root, adding: [], removing: [], threshold: nil, now: now)
        default: throw PublisherError(.usage, "\(document) is renewed by `release repo publish`")
        }
        let waiting = try workspace.waiting()
        return Answer(waiting.map(\.line), [.init("drafts", .list(waiting.map(\.json)))])
      }
    }
  }
}

extension Publication {
  /// What was published, in lines.
  var answer: Answer {
    let lines = files.map { "published \($0)" } + waiting.map(\.line)
    return Answer(
      lines, [.init("files", .list(files.map { .words($0) })), .init("drafts", .list(waiting.map(\.json)))])
  }
}

/// What a client makes of a repository.
private func describe(_ walk: MetadataRefresh, _ artifacts: Int, _ now: UTCTime) -> Answer {
  let trusted = walk.trusted
  var lines = ["root of trust \(trusted.root.document.version), \(artifacts) artifacts as signed"]
  var offers: [JSON] = []
  for offer in trusted.rollout?.document.offers ?? [] {
    let ppm = trusted.effectivePPM(offer, systemClock: now)
    let braked = ppm < offer.ppm ? " (braked from \(offer.ppm))" : ""
    lines.append("\(offer.channel.name) \(offer.component.name) \(offer.serial): \(ppm) ppm\(braked)")
    offers.append(
      JSON.sorted([
        .init("channel", .text(offer.channel.name)), .init("component", .text(offer.component.name)),
        .init("serial", .natural(offer.serial)), .init("ppm", .natural(UInt64(ppm))),
        .init("rolloutPPM", .natural(UInt64(offer.ppm))),
      ]))
  }
  for hold in trusted.holds(systemClock: now) {
    lines.append("hold \(string(hold.id)): \(hold.component.name) \(hold.serials.first) to \(hold.serials.last)")
  }
  for warning in walk.warnings {
    switch warning {
    case .clockBehind: lines.append("warning: the clock is more than a day behind what signed metadata proves")
    case .brakeRefused(let key, let error):
      lines.append("warning: the brake file of \(string(key.hexadecimal)) is not taken in: \(string(error.text))")
    }
  }
  return Answer(
    lines,
    [
      .init("offers", .list(offers)), .init("root", .natural(trusted.root.document.version)),
      .init("artifacts", .natural(UInt64(artifacts))),
      .init("holds", .list(trusted.holds(systemClock: now).map { .text($0.id) })),
      .init("warnings", .natural(UInt64(walk.warnings.count))),
    ])
}
