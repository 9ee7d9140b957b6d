internal import ArgumentParser
internal import Octets
internal import RolloutMetadata
internal import RolloutPublisher

struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys", abstract: "Make, show and rotate keys.", subcommands: [New.self, Show.self, Rotate.self])

  struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a key: FILE, which only you can read, and FILE.pub.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "Where the secret key goes; it must not exist.") var file: String

    func run() throws {
      try common.run { (_, _) throws(PublisherError) in
        let key = try SecretKey.generate()
        try key.write(to: file)
        let id = string(key.publicKey.identifier.hexadecimal)
        return Answer(
          ["\(file): key \(id)", "\(file).pub: its public half"],
          [.init("keyid", .words(id)), .init("public", .text(key.publicKey.bytes.hexadecimal))])
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show the keys of the root of trust, or identifiers of public key files.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "Public key files; without any, the root of trust.") var files: [String] = []

    func run() throws {
      try common.run { (workspace, _) throws(PublisherError) in
        var lines: [String] = []
        var list: [JSON] = []
        for file in files {
          let key = try PublicKey(file: file)
          lines.append("\(file): \(string(key.identifier.hexadecimal))")
          list.append(.text(key.identifier.hexadecimal))
        }
        guard files.isEmpty else { return Answer(lines, [.init("keyids", .list(list))]) }
        guard let root = try workspace.newest(Root.self) else {
          throw PublisherError(.failure, "\(workspace.folder): no root of trust yet; begin with `release repo init`")
        }
        lines.append("root of trust \(root.version), until \(string(root.expires.text))")
        for role in Role.ofRepository {
          guard let keys = root.keys(role) else { continue }
          lines.append("\(role.name): \(keys.threshold) of \(keys.keys.count)")
          for key in keys.keys { lines.append("  " + string(key.identifier.hexadecimal)) }
          list.append(
            JSON.sorted([
              .init("role", .text(role.name)), .init("threshold", .natural(UInt64(keys.threshold))),
              .init("keyids", .list(keys.keys.map { .text($0.identifier.hexadecimal) })),
            ]))
        }
        return Answer(lines, [.init("version", .natural(root.version)), .init("roles", .list(list))])
      }
    }
  }

  struct Rotate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Draft the next root of trust: other keys, or another threshold, for one role.",
      discussion: "Sign it with enough of the old and of the new root keys, then publish. Nothing is written that this "
        + "workspace's own client would not accept.")
    @OptionGroup var common: CommonOptions
    @Option(help: "The role whose keys change.") var role: String
    @Option(help: "A public key file to add.") var add: [String] = []
    @Option(help: "The identifier of a key to remove.") var remove: [String] = []
    @Option(help: "How many of the keys have to sign.") var threshold: Int?
    @Option(name: .customLong("key"), help: "A secret root key to sign the draft with.") var keys: [String] = []

    func run() throws {
      try common.run { (workspace, now) throws(PublisherError) in
        var removed: [Octets32] = []
        for text in remove {
          guard let identifier = Octets32(hexadecimal: octets(text)) else {
            throw PublisherError(.usage, "\(text) is no key identifier: 64 hexadecimal digits")
          }
          removed.append(identifier)
        }
        var added: [PublicKey] = []
        for file in add { added.append(try PublicKey(file: file)) }
        try workspace.rotate(
          try repositoryRole(role), adding: added, removing: removed, threshold: threshold, now: now)
        return try sign(workspace, with: keys, roles: [.root])
      }
    }
  }
}

/// A role of a repository by its name.
func repositoryRole(_ text: String) throws(PublisherError) -> Role {
  for role in Role.ofRepository where "\(role.name)" == text { return role }
  let names = Role.ofRepository.map { "\($0.name)" }.joined(separator: ", ")
  throw PublisherError(.usage, "\(text) is no role of a repository; there are \(names)")
}

/// Signs drafts with keys, and says what is still missing.
func sign(_ workspace: Workspace, with files: [String], roles: [Role]) throws(PublisherError) -> Answer {
  var lines: [String] = []
  for file in files {
    let key = try SecretKey(file: file)
    let signed = try workspace.sign(with: key, roles: roles)
    guard !signed.isEmpty else {
      throw PublisherError(
        .belowThreshold,
        "\(file): the key \(string(key.publicKey.identifier.hexadecimal)) has no say in any draft there is")
    }
    lines.append("\(file): signed \(signed.map { "\($0.name)" }.joined(separator: ", "))")
  }
  let waiting = try workspace.waiting()
  return Answer(lines + waiting.map(\.line), [.init("drafts", .list(waiting.map(\.json)))])
}

extension WaitingDraft {
  /// The draft in a line.
  var line: String {
    let state = signatures >= threshold ? "ready to be published" : "signed by \(signatures) of \(threshold) keys"
    return "draft \(role.name) \(version): \(state)"
  }

  var json: JSON {
    JSON.sorted([
      .init("role", .text(role.name)), .init("version", .natural(version)),
      .init("signatures", .natural(UInt64(signatures))), .init("threshold", .natural(UInt64(threshold))),
    ])
  }
}
