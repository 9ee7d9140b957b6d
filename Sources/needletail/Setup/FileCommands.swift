internal import ArgumentParser
internal import RolloutMetadata
internal import TunnelControl
internal import TunnelReport

/// `needletail strip`
struct StripCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "strip", abstract: "Print what of a file is for setconf, without the lines of wg-quick.")
  @Argument(
    help: "A file NAME.conf, or NAME for the one in /etc/wireguard.", completion: .file(extensions: ["conf"]))
  var file: String

  func run() throws { Streams.print(try TunnelFile(file).stripped()) }
}

/// `needletail reload`
struct ReloadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reload",
    abstract: "Make a running tunnel what its file says; sessions of peers that stay go on.",
    discussion: """
      Does what wg syncconf NAME <(wg-quick strip NAME) does: keys, port and peers, not addresses, routes and name \
      servers. But a port and a mark that the file does not say stay as they are: the tunnel's routes may stand on the \
      mark that up has chosen.
      """)
  @Argument(
    help: "A file NAME.conf, or NAME for the one in /etc/wireguard.", completion: .file(extensions: ["conf"]))
  var file: String

  func run() throws {
    let file = try TunnelFile(file)
    if Tool().reload(file.name, try file.stripped()) == .failed { throw Failure(.failure) }
  }
}
