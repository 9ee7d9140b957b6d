internal import ArgumentParser
internal import Foundation
internal import RolloutMetadata
internal import TunnelControl
internal import TunnelDiagnosis
internal import TunnelReport

extension ExplainCommand {
  /// `needletail explain handshake PEER`
  struct Handshake: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say how far the handshake with a peer has come, and why it goes no further.",
      discussion: """
        PEER is a public key, or a beginning of one that no other peer has. Only needletaild tells all that is asked here. \
        Exits with 0 when nothing is wrong, and with 3 when something is.
        """)
    @Argument(help: "The peer's public key, or a beginning of it.") var peer: String
    @Option(help: "The tunnel; all are searched when there is none.") var tunnel: String?
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      let (name, match) = try find()
      print(json ? jsonText(name, match) : text(name, match))
      if !match.explanation.condition.isHealthy { throw Failure(.stale) }
    }

    /// A peer with what is to be said of it.
    private struct Match {
      let peer: String
      let explanation: HandshakeExplanation
    }

    private func find() throws -> (tunnel: String, match: Match) {
      let now = Int64(Date().timeIntervalSince1970)
      var found: [(tunnel: String, match: Match)] = []
      for name in tunnel.map({ [$0] }) ?? Tool().tunnels.names() {
        var state: TunnelState
        do {
          state = try TunnelQuestion.state(of: name)
        } catch {
          // Of the tunnels that are only searched, one that does not answer hides no other.
          if tunnel == nil { continue }
          throw error
        }
        defer { state.wipe() }
        let peers = state.peers.filter { $0.name.hasPrefix(peer) }
        if peers.isEmpty { continue }
        let observation = Tool().tunnels.observation(of: name)
        for peer in peers {
          let explanation = HandshakeExplanation(of: peer, in: state, observation: observation, now: now)
          found.append((name, Match(peer: peer.name, explanation: explanation)))
        }
      }
      guard let first = found.first else {
        let place = tunnel ?? "any tunnel"
        throw Failure(.usage, "\(peer): no peer of \(place) has this key; `needletail status` lists them")
      }
      guard found.count == 1 else {
        throw Failure(.usage, "\(peer): \(found.count) peers have keys that begin so; say more of it, or --tunnel NAME")
      }
      return first
    }

    private func text(_ tunnel: String, _ match: Match) -> String {
      let explanation = match.explanation
      var lines = ["\(tunnel)  \(match.peer)  \(explanation.condition.text)"]
      lines += explanation.facts.map { "  \($0)" }
      lines.append("why: \(explanation.reason)")
      lines += explanation.remedies.map { "try: \($0)" }
      return lines.joined(separator: "\n")
    }

    private func jsonText(_ tunnel: String, _ match: Match) -> String {
      func list(_ texts: [String]) -> String { texts.map { "\"\(JSONText.escape($0))\"" }.joined(separator: ",") }
      let explanation = match.explanation
      return "{\"tunnel\":\"\(JSONText.escape(tunnel))\",\"peer\":\"\(match.peer)\","
        + "\"state\":\"\(explanation.condition.word)\",\"healthy\":\(explanation.condition.isHealthy),\"facts\":[\(list(explanation.facts))],"
        + "\"reason\":\"\(JSONText.escape(explanation.reason))\",\"remedies\":[\(list(explanation.remedies))]}"
    }
  }
}
