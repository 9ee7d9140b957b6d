internal import ArgumentParser
internal import ConfigurationFile
internal import Foundation
internal import RolloutMetadata
internal import TunnelControl
internal import TunnelReport
internal import TunnelSetup

/// `needletail refresh`
struct RefreshCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "refresh", abstract: "Look up the names of peers that do not answer, and probe MTUs again.",
    discussion: """
      A peer whose endpoint is a name in the tunnel's file, and whose newest handshake is over 135 s old, is looked up; a \
      tunnel that sends to another address is told. With --watch this goes on, and a peer that nothing is sent to is not \
      looked up a second time. The MTU of a tunnel that came up with MTUMode = probe is probed again, with --watch when the \
      way to a peer has changed. Exits with 0, or with 1 when a name had no address, a tunnel could not be asked, or nobody \
      answered a probe.
      """)
  @Argument(
    help: "Files NAME.conf, or NAMEs for those in /etc/wireguard; all tunnels that `up` brought up when there is none.",
    completion: .file(extensions: ["conf"]))
  var files: [String] = []
  @Option(help: "Look again after so many seconds, for ever.") var watch: UInt32?
  @Flag(help: "Print JSON, one object a line.") var json = false

  func validate() throws {
    if watch == 0 { throw ValidationError("--watch takes at least one second.") }
  }

  func run() throws {
    var looks: [String: (endpoints: EndpointRefresh, path: PathMTURefresh)] = [:]
    var said: [String: String] = [:]
    while true {
      var isWell = true
      for file in try tunnelFiles() {
        let complaint = try look(at: file, &looks[file.name, default: (EndpointRefresh(), PathMTURefresh())])
        // What stays as it was is said once.
        if let complaint, said[file.name] != complaint { Streams.complain(complaint) }
        said[file.name] = complaint
        isWell = isWell && complaint == nil
      }
      guard let watch else {
        if !isWell { throw Failure(.failure) }
        return
      }
      sleep(watch)
    }
  }

  private func tunnelFiles() throws -> [TunnelFile] {
    if !files.isEmpty { return try files.map { try TunnelFile($0) } }
    return try TunnelSetup.tunnels.compactMap { name in
      try TunnelSetup(name: name, environment: [:]).file.map { try TunnelFile($0) }
    }
  }

  /// Looks at one tunnel; returns what was wrong.
  private func look(
    at file: TunnelFile, _ refresh: inout (endpoints: EndpointRefresh, path: PathMTURefresh)
  ) throws -> String? {
    var complaints: [String] = []
    do {
      let document = try file.read(isQuiet: true).document
      for event in try refresh.endpoints.look(at: file.name, document) {
        switch event {
        case .moved(let peer, let endpoint): tell(file.name, peer.keyText, endpoint)
        case .unresolved(let peer, let reason): complaints.append("\(file.name): peer \(peer.keyText): \(reason)")
        }
      }
      switch try refresh.path.look(at: file.name, document, always: watch == nil) {
      case .changed(let mtu)?: tell(file.name, mtu)
      case .unsettled(let complaint)?: complaints.append(complaint)
      case nil: break
      }
    } catch let failure as SetupFailure {
      complaints.append(failure.words)
    } catch let failure as Failure {
      complaints.append(failure.message)
    }
    return complaints.isEmpty ? nil : complaints.joined(separator: "\n")
  }

  private func tell(_ tunnel: String, _ mtu: UInt32) {
    Tool().print(json ? "{\"tunnel\":\"\(JSONText.escape(tunnel))\",\"mtu\":\(mtu)}" : "\(tunnel)  MTU \(mtu)")
  }

  private func tell(_ tunnel: String, _ peer: String, _ endpoint: String) {
    Tool().print(
      json
        ? "{\"tunnel\":\"\(JSONText.escape(tunnel))\",\"peer\":\"\(peer)\",\"endpoint\":\"\(endpoint)\"}"
        : "\(tunnel)  \(peer)  \(endpoint)")
  }
}
