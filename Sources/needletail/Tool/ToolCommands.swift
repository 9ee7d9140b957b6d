internal import ArgumentParser
internal import RolloutMetadata
internal import TunnelControl
internal import TunnelReport

/// A verb of `wg` among the commands. Its arguments are taken as they are: `wg`'s grammar is not that of options.
protocol ToolCommand: ParsableCommand {
  static var verb: ToolVerb { get }
  var arguments: [String] { get }
}

extension ToolCommand {
  func run() throws {
    if Tool().run(Self.verb, arguments) == .failed { throw Failure(.failure) }
  }
}

/// `needletail show`
struct ShowVerb: ToolCommand {
  static let verb = ToolVerb.show
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show what tunnels are doing; `wg show`, and --json.")
  @Argument(
    parsing: .captureForPassthrough, help: "[INTERFACE | all | interfaces] [FIELD] [--json].",
    completion: .custom { words, _, _ in ToolCompletion.show(words) })
  var arguments: [String] = []
}

/// `needletail showconf`
struct ShowConfigurationVerb: ToolCommand {
  static let verb = ToolVerb.showconf
  static let configuration = CommandConfiguration(
    commandName: "showconf", abstract: "Print a tunnel's configuration as a file.")
  @Argument(
    parsing: .captureForPassthrough, help: "INTERFACE.",
    completion: .custom { words, _, _ in ToolCompletion.names(words) })
  var arguments: [String] = []
}

/// `needletail set`
struct SetVerb: ToolCommand {
  static let verb = ToolVerb.set
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Change a tunnel: its port, its keys, its peers.")
  @Argument(
    parsing: .captureForPassthrough, help: "INTERFACE and what to change.",
    completion: .custom { words, _, _ in ToolCompletion.names(words) })
  var arguments: [String] = []
}

/// `needletail setconf`
struct SetConfigurationVerb: ToolCommand {
  static let verb = ToolVerb.setconf
  static let configuration = CommandConfiguration(
    commandName: "setconf", abstract: "Make a tunnel what a file says; every session ends.")
  @Argument(
    parsing: .captureForPassthrough, help: "INTERFACE FILE.",
    completion: .custom { words, _, _ in ToolCompletion.names(words) })
  var arguments: [String] = []
}

/// `needletail addconf`
struct AddConfigurationVerb: ToolCommand {
  static let verb = ToolVerb.addconf
  static let configuration = CommandConfiguration(commandName: "addconf", abstract: "Add what a file says to a tunnel.")
  @Argument(
    parsing: .captureForPassthrough, help: "INTERFACE FILE.",
    completion: .custom { words, _, _ in ToolCompletion.names(words) })
  var arguments: [String] = []
}

/// `needletail syncconf`
struct SynchroniseConfigurationVerb: ToolCommand {
  static let verb = ToolVerb.syncconf
  static let configuration = CommandConfiguration(
    commandName: "syncconf", abstract: "Make a tunnel what a file says; sessions of peers that stay go on.")
  @Argument(
    parsing: .captureForPassthrough, help: "INTERFACE FILE.",
    completion: .custom { words, _, _ in ToolCompletion.names(words) })
  var arguments: [String] = []
}

/// `needletail genkey`
struct GenerateKeyVerb: ToolCommand {
  static let verb = ToolVerb.genkey
  static let configuration = CommandConfiguration(commandName: "genkey", abstract: "Make a private key and print it.")
  @Argument(
    parsing: .captureForPassthrough, help: "nothing.")
  var arguments: [String] = []
}

/// `needletail genpsk`
struct GeneratePresharedKeyVerb: ToolCommand {
  static let verb = ToolVerb.genpsk
  static let configuration = CommandConfiguration(commandName: "genpsk", abstract: "Make a preshared key and print it.")
  @Argument(
    parsing: .captureForPassthrough, help: "nothing.")
  var arguments: [String] = []
}

/// `needletail pubkey`
struct DerivePublicKeyVerb: ToolCommand {
  static let verb = ToolVerb.pubkey
  static let configuration = CommandConfiguration(
    commandName: "pubkey", abstract: "Read a private key and print its public key.")
  @Argument(
    parsing: .captureForPassthrough, help: "nothing.")
  var arguments: [String] = []
}

/// What can stand behind a verb, for shells.
enum ToolCompletion {
  private static var tunnelNames: [String] { Tunnels(Lookup(environment: [:])).names() }

  /// The names of tunnels, for the first word behind a verb.
  static func names(_ words: [String]) -> [String] { tunnelNames }

  /// The words of `show`.
  static func show(_ words: [String]) -> [String] {
    tunnelNames + ["all", "interfaces"] + Field.allCases.map(\.rawValue)
  }
}
