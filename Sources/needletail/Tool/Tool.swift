internal import Foundation
internal import TunnelControl
internal import TunnelReport

/// The verbs of `wg`: output, complaints and exit statuses are `wg`'s own to the byte, so that scripts run unchanged.
struct Tool {
  /// The name that the program was called by, for its complaints.
  let name: String
  let environment: [String: String]

  /// A tool in this process's environment.
  init(name: String = CommandLine.arguments.first ?? "needletail") {
    self.name = name
    environment = ProcessInfo.processInfo.environment
  }

  var lookup: Lookup { Lookup(environment: environment) }
  var tunnels: Tunnels { Tunnels(lookup) }

  /// How a verb went; everything that was wrong has been said.
  enum Outcome: Int32 { case done, failed }

  /// Whether the program was called by the name of `wg`.
  static var isCalledAsWG: Bool {
    CommandLine.arguments.first?.split(separator: "/").last == "wg"
  }

  /// Does what arguments say that are those of `wg`, its verb first.
  func run(_ arguments: [String]) -> Outcome {
    guard let word = arguments.first else { return show([]) }
    switch word {
    case "-v", "--version", "version":
      print("wireguard-tools v1.0.20210914 - needletail \(Needletail.version)")
      return .done
    case "-h", "--help", "help":
      print(usage)
      return .done
    default: break
    }
    guard let verb = ToolVerb(rawValue: word) else {
      Streams.complain("Invalid subcommand: `\(word)'")
      Streams.complain(usage)
      return .failed
    }
    return run(verb, Array(arguments.dropFirst()))
  }

  /// Does what a verb says.
  func run(_ verb: ToolVerb, _ arguments: [String]) -> Outcome {
    switch verb {
    case .show: show(arguments)
    case .showconf: showConfiguration(arguments)
    case .set: set(arguments)
    case .setconf, .addconf, .syncconf: applyFile(verb, arguments)
    case .genkey, .genpsk: makeKey(verb, arguments)
    case .pubkey: derivePublicKey(arguments)
    }
  }

  private var usage: String {
    (["Usage: \(name) <cmd> [<args>]", "", "Available subcommands:"]
      + ToolVerb.allCases.map { "  \($0.rawValue): \($0.summary)" }
      + ["You may pass `--help' to any of these subcommands to view usage."]).joined(separator: "\n")
  }

  /// Says how a verb is used.
  func complain(usageOf verb: ToolVerb) {
    let words = verb.arguments.isEmpty ? "" : " " + verb.arguments
    Streams.complain("Usage: \(name) \(verb.rawValue)\(words)")
  }
}

/// A verb of `wg`.
enum ToolVerb: String, CaseIterable {
  case show, showconf, set, setconf, addconf, syncconf, genkey, genpsk, pubkey

  /// What it does.
  var summary: String {
    switch self {
    case .show: "Shows the current configuration and device information"
    case .showconf: "Shows the current configuration of a given WireGuard interface, for use with `setconf'"
    case .set: "Change the current configuration, add peers, remove peers, or change peers"
    case .setconf: "Applies a configuration file to a WireGuard interface"
    case .addconf: "Appends a configuration file to a WireGuard interface"
    case .syncconf: "Synchronizes a configuration file to a WireGuard interface"
    case .genkey: "Generates a new private key and writes it to stdout"
    case .genpsk: "Generates a new preshared key and writes it to stdout"
    case .pubkey: "Reads a private key from stdin and writes a public key to stdout"
    }
  }

  /// What stands behind it.
  var arguments: String {
    switch self {
    case .show: "{ <interface> | all | interfaces } [\(Field.usageOrder.map(\.rawValue).joined(separator: " | "))]"
    case .showconf: "<interface>"
    case .set:
      "<interface> [listen-port <port>] [fwmark <mark>] [private-key <file path>] [peer <base64 public key> [remove] "
        + "[preshared-key <file path>] [endpoint <ip>:<port>] [persistent-keepalive <interval seconds>] "
        + "[allowed-ips <ip1>/<cidr1>[,<ip2>/<cidr2>]...] ]..."
    case .setconf, .addconf, .syncconf: "<interface> <configuration filename>"
    case .genkey, .genpsk, .pubkey: ""
    }
  }
}

extension Field {
  /// The fields in the order of the usage.
  static var usageOrder: [Field] { allCases }
}
