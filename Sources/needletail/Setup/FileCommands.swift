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
  @Flag(help: "Print JSON, with the text as its member configuration. It has the secret keys, too.") var json = false

  func run() throws {
    let file = try TunnelFile(file)
    let text = try file.stripped()
    guard json else { return Streams.print(text) }
    let page = SecretBytes(capacity: 2 * text.count + 256)
    page.append(Setup.members(file) + ",\"configuration\":\"")
    text.withBytes { page.append(jsonText: $0) }
    page.append("\"}\n")
    Streams.print(page)
  }
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
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    let file = try TunnelFile(file)
    if Tool().reload(file.name, try file.stripped()) == .failed { throw Failure(.failure) }
    if json { print(Setup.answer(file, state: "reloaded")) }
  }
}
