internal import ArgumentParser
internal import Foundation
internal import RolloutMetadata
internal import TunnelControl
internal import TunnelDiagnosis
internal import TunnelReport

/// `needletail status`
struct TunnelStatus: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Say in a word how each peer is, by its handshakes.",
    discussion: """
      Idle: nothing was sent yet. Handshaking: initiations were sent and not answered. UnderLoad: the peer wants proof of \
      our address first. Rejected: what the peer sent was refused. Established, Rekeying: there is a session. Roaming: and the peer has just moved to another endpoint. Stale: the \
      newest session is over 180 s old. Skewed: it is from the future. At the end stands the largest packet that goes to the \
      peer in one piece, and what makes it that: the tunnel's file, the route to the peers when it came up, the default, \
      the interface's setting, or the path to this peer. Exits with 0 when every peer is Idle, Established, \
      Roaming or Rekeying, and with 3 when one is not.
      """)
  @Argument(
    help: "The tunnel; all when there is none.", completion: .custom { words, _, _ in ToolCompletion.names(words) })
  var tunnel: String?
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    let now = Int64(Date().timeIntervalSince1970)
    var lines: [String] = []
    var objects: [String] = []
    var isHealthy = true
    var mtus = EffectiveMTUs()
    for name in tunnel.map({ [$0] }) ?? Tool().tunnels.names() {
      var state = try TunnelQuestion.state(of: name)
      defer { state.wipe() }
      let observation = Tool().tunnels.observation(of: name)
      let observed = (observation?.peers ?? []).byKey
      let sizes = mtus.of(state, observation)
      for peer in state.peers {
        let condition = PeerCondition(peer, observed: observed[peer.name], now: now)
        isHealthy = isHealthy && condition.isHealthy
        let endpoint = peer.endpoint?.text ?? "(none)"
        let mtu = sizes[peer.name]
        lines.append("\(name)  \(peer.name)  \(condition.text)  \(endpoint)\(mtu.map { "  mtu \($0.text)" } ?? "")")
        objects.append(
          "{\"tunnel\":\"\(JSONText.escape(name))\",\"peer\":\"\(peer.name)\",\"state\":\"\(condition.word)\","
            + "\"healthy\":\(condition.isHealthy),\"latestHandshake\":\(peer.handshakeSeconds),"
            + "\"mtu\":\(mtu.map { "\($0.bytes)" } ?? "null"),"
            + "\"mtuReason\":\(mtu.map { "\"\($0.reason.rawValue)\"" } ?? "null")}")
      }
    }
    if json {
      print("[\(objects.joined(separator: ","))]")
    } else if !lines.isEmpty {
      print(lines.joined(separator: "\n"))
    }
    if !isHealthy { throw Failure(.stale) }
  }
}

/// Asks tunnels, with our own words for what goes wrong.
enum TunnelQuestion {
  static func state(of name: String) throws -> TunnelState {
    do throws(SystemFault) {
      return try Tool().tunnels.state(of: name)
    } catch {
      throw Failure(
        .failure, "the tunnel \(name) cannot be asked: \(error.words); `needletail show` lists those that can")
    }
  }
}
