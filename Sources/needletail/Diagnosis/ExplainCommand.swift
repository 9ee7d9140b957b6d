internal import ArgumentParser
internal import Octets
internal import RolloutMetadata
internal import TunnelControl
internal import TunnelDiagnosis
internal import TunnelReport

/// `needletail explain …`
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Say where packets go, and why there is a session or none.",
    subcommands: [Route.self, Handshake.self])

  /// `needletail explain route ADDRESS`
  struct Route: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say which peer gets packets to an address, and whether the system sends them there.",
      discussion: "Exits with 0 when a peer gets them, and with 3 when none does.")
    @Argument(help: "An IPv4 or IPv6 address.") var address: String
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      guard let parsed = AddressText.address(address), !address.contains("%") else {
        throw Failure(.usage, "\(address) is no IPv4 or IPv6 address")
      }
      var states: [TunnelState] = []
      for name in Tool().tunnels.names() { states.append(try TunnelQuestion.state(of: name)) }
      let explanation = RouteExplanation(parsed, in: states)
      for index in states.indices { states[index].wipe() }
      let device = Routes.device(to: parsed.words, mark: 0)
      let winner = explanation.winner(on: device)
      let switches = KillSwitches.words(parsed, device: device, of: KillSwitches.thrown)
      print(
        json
          ? jsonText(explanation, device, winner, switches)
          : ([text(explanation, device, winner)] + switches).joined(separator: "\n"))
      if winner == nil { throw Failure(.stale) }
    }

    private func text(
      _ explanation: RouteExplanation, _ device: String?, _ winner: RouteExplanation.Match?
    ) -> String {
      var lines = explanation.matches.map { match in
        let isWinner = explanation.winners.contains(match)
        return "\(match.tunnel): \(match.prefix.words) is of peer \(match.peer.keyText)"
          + (isWinner ? ", the longest prefix there" : ", but a longer prefix has it")
      }
      if lines.isEmpty { lines.append("no peer of any tunnel has \(address) among its allowed IPs") }
      if let winner {
        lines.append("the system sends \(address) into \(winner.tunnel): peer \(winner.peer.keyText) gets it")
      } else if let device {
        lines.append("the system sends \(address) to \(device), by its routes: ip route get \(address)")
      } else {
        lines.append("the system has no route to \(address)")
      }
      return lines.joined(separator: "\n")
    }

    private func jsonText(
      _ explanation: RouteExplanation, _ device: String?, _ winner: RouteExplanation.Match?, _ switches: [String]
    ) -> String {
      func object(_ match: RouteExplanation.Match) -> String {
        "{\"tunnel\":\"\(JSONText.escape(match.tunnel))\",\"peer\":\"\(match.peer.keyText)\","
          + "\"prefix\":\"\(match.prefix.words)\",\"wins\":\(explanation.winners.contains(match))}"
      }
      let matches = explanation.matches.map(object).joined(separator: ",")
      let place = device.map { "\"\(JSONText.escape($0))\"" } ?? "null"
      let peer = winner.map { "\"\($0.peer.keyText)\"" } ?? "null"
      return
        "{\"address\":\"\(JSONText.escape(address))\",\"matches\":[\(matches)],\"device\":\(place),\"peer\":\(peer),"
        + "\"killSwitches\":[\(switches.map { "\"\(JSONText.escape($0))\"" }.joined(separator: ","))]}"
    }
  }
}
