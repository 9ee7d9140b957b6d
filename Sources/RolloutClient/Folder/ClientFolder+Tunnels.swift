internal import Foundation
internal import Rollout
internal import RolloutMetadata

/// What the tunnels were like before a serial took over, kept for as long as it is watched: `tunnels-before.json`.
extension ClientFolder {
  private struct Kept: Codable {
    struct Peer: Codable {
      let key: String
      let handshakeAge: UInt64?
    }
    struct Tunnel: Codable {
      let name: String
      let process: UInt64?
      let startedAt: UInt64?
      let program: String?
      let configuration: String?
      let peers: [Peer]
    }
    let serial: UInt64
    let tunnels: [Tunnel]
    let crashes: [String]
  }

  private var keptPath: String { file("tunnels-before.json") }

  func write(_ seen: TunnelsSeen, before serial: UInt64) throws(ClientError) {
    func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
    let tunnels = seen.tunnels.map { tunnel in
      Kept.Tunnel(
        name: text(tunnel.name), process: tunnel.server?.process, startedAt: tunnel.server?.startedAt,
        program: tunnel.server.map { text($0.program) }, configuration: tunnel.configuration.map(text),
        peers: tunnel.peers.map { Kept.Peer(key: text($0.key), handshakeAge: $0.handshakeAge) })
    }
    let kept = Kept(serial: serial, tunnels: tunnels, crashes: seen.crashes.map(text))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(kept) else {
      throw ClientError(.internalError, "\(keptPath): what the tunnels are like cannot be written down")
    }
    try DurableFiles.replace(keptPath, with: Array(data))
  }

  /// What was kept before `serial` took over. Without it, or when it is damaged or of another serial, nothing was there:
  /// then tunnels are only held to what they are now.
  func tunnels(before serial: UInt64) throws(ClientError) -> TunnelsSeen {
    guard let bytes = try DurableFiles.read(keptPath, limit: 64 << 20),
      let kept = try? JSONDecoder().decode(Kept.self, from: Data(bytes)), kept.serial == serial
    else { return TunnelsSeen() }
    let tunnels = kept.tunnels.map { tunnel in
      var server: TunnelsSeen.Server?
      if let process = tunnel.process, let startedAt = tunnel.startedAt, let program = tunnel.program {
        server = TunnelsSeen.Server(process: process, startedAt: startedAt, program: Array(program.utf8))
      }
      return TunnelsSeen.Tunnel(
        name: Array(tunnel.name.utf8), server: server, configuration: tunnel.configuration.map { Array($0.utf8) },
        peers: tunnel.peers.map {
          TunnelsSeen.Peer(key: Array($0.key.utf8), handshakeAge: $0.handshakeAge, received: 0, sent: 0)
        })
    }
    return TunnelsSeen(tunnels: tunnels, crashes: kept.crashes.map { Array($0.utf8) })
  }
}
