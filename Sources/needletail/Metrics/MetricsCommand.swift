internal import ArgumentParser
internal import Foundation
internal import MetricsServer
internal import RolloutMetadata
internal import SystemPrograms
internal import TunnelControl
internal import TunnelMetrics
internal import TunnelReport

/// `needletail metrics`
struct MetricsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics", abstract: "Tell what tunnels do as metrics for Prometheus, once or over HTTP.",
    discussion: """
      Without --listen the metrics are printed, for node_exporter's textfile collector for example. Nothing in them is \
      secret, but they tell who talks to whom: an address that other machines reach is taken with --expose only, and a \
      socket is its owner's alone unless --group says whose else.
      """)

  @Option(help: "Serve them at /metrics of ADDRESS:PORT (127.0.0.1:9586), or of a Unix socket's path.")
  var listen: String?

  @Flag(help: "Let --listen be an address that other machines reach.")
  var expose = false

  @Option(help: "Let this group, too, read them from a socket that --listen names.")
  var group: String?

  @Option(
    name: .customLong("names"),
    help: "A configuration file whose `# friendly_name = …` comments name peers; can be given several times.",
    completion: .file(extensions: ["conf"]))
  var nameFiles: [String] = []

  @Option(help: "The folder of the machine's update channel.")
  var channel = "/var/lib/needletail"

  @Flag(help: "Print them as JSON, as prom2json does; not with --listen.")
  var json = false

  func validate() throws {
    if group != nil && listen?.hasPrefix("/") != true {
      throw ValidationError("--group goes with --listen and the path of a socket.")
    }
    if json && listen != nil { throw ValidationError("--json prints the metrics once: leave out --listen.") }
  }

  /// Seconds that a daemon may take to answer.
  private static let patience = 5

  func run() async throws {
    let names = try readNames()
    let folder = channel
    let look: @Sendable () -> TunnelMetrics = {
      var metrics = Self.read(names)
      metrics.channel = ChannelSurroundings(folder: folder).state
      return metrics
    }
    if json {
      var metrics = look()
      defer { metrics.wipe() }
      return print(metrics.json(version: Needletail.version))
    }
    let page: @Sendable (MetricsFormat) -> String = { format in
      var metrics = look()
      defer { metrics.wipe() }
      return metrics.page(format, version: Needletail.version)
    }
    guard let listen else {
      try FileHandle.standardOutput.write(contentsOf: Data(page(.text).utf8))
      return
    }
    guard let address = MetricsAddress(listen) else {
      throw Failure(.usage, "--listen \(listen): not ADDRESS:PORT, [ADDRESS]:PORT or the path of a socket")
    }
    guard address.isLocal || expose else {
      throw Failure(
        .usage, "--listen \(listen): other machines reach this address; say --expose if they may see the metrics")
    }
    try await serve(page, at: address, for: try group.map(Self.number))
  }

  /// The number of a group.
  private static func number(of group: String) throws -> Int {
    let answer = try? SystemProgram.run(["getent", "group", group], output: .caughtAlone, patience: 10)
    // NAME:password:number:members
    let fields = (answer?.output ?? "").split(separator: ":", omittingEmptySubsequences: false)
    guard answer?.status == 0, fields.count > 2, let number = Int(fields[2]) else {
      throw Failure(.usage, "--group \(group): there is no such group; getent group lists them")
    }
    return number
  }

  /// Lets a group connect to the socket that listens; nobody else but its owner may.
  private static func open(_ path: String, to group: Int) {
    do {
      // The group first: the one that the socket has by itself gets nothing.
      try FileManager.default.setAttributes([.groupOwnerAccountID: NSNumber(value: group)], ofItemAtPath: path)
      try FileManager.default.setAttributes([.posixPermissions: NSNumber(value: 0o660)], ofItemAtPath: path)
    } catch {
      Streams.complain("needletail: \(path) stays closed to the group: \((error as NSError).localizedDescription)")
    }
  }

  private func serve(
    _ page: @escaping @Sendable (MetricsFormat) -> String, at address: MetricsAddress, for group: Int?
  ) async throws {
    #if HTTP
    do {
      try await Self.untilSignal {
        try await MetricsServer(page).run(at: address) { place in
          if let group, case .socket(let path) = address { Self.open(path, to: group) }
          try? FileHandle.standardError.write(contentsOf: Data("needletail: metrics at \(place)\n".utf8))
        }
      }
    } catch {
      throw Failure(.failure, "--listen \(listen ?? ""): \(error)")
    }
    #else
    throw Failure(.failure, "--listen: this program was built without HTTP")
    #endif
  }

  /// Runs `body` until it ends, or cancels it at the first SIGTERM or SIGINT: that is an end in order.
  private static func untilSignal(_ body: @escaping @Sendable () async throws -> Void) async throws {
    let work = Task { try await body() }
    let sources = [SIGTERM, SIGINT].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler { work.cancel() }
      source.resume()
      return source
    }
    defer { for source in sources { source.cancel() } }
    try await work.value
  }

  private func readNames() throws -> [String: String] {
    var names: [String: String] = [:]
    for path in nameFiles {
      guard let data = FileManager.default.contents(atPath: path) else {
        throw Failure(.usage, "--names \(path): cannot be read")
      }
      names.merge(FriendlyNames.read(String(decoding: data, as: UTF8.self))) { _, last in last }
    }
    return names
  }

  private static func read(_ names: [String: String]) -> TunnelMetrics {
    let tunnels = Tunnels(Lookup(environment: [:]), patience: patience)
    var metrics = TunnelMetrics(tunnels: [], friendlyNames: names, time: Int64(Date().timeIntervalSince1970))
    for name in tunnels.names() {
      do throws(SystemFault) {
        metrics.tunnels.append(try tunnels.state(of: name))
        metrics.observations[name] = tunnels.observation(of: name)
      } catch {
        metrics.silent.append(name)
      }
    }
    return metrics
  }
}
