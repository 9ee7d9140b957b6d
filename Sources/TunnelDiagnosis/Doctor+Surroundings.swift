// What stands beside the tunnels, and what passes through them.

extension Doctor {
  static func surroundings(_ situation: Situation) -> [Finding] {
    var findings = situation.leftNameServers.map {
      Finding(
        .nameServers, $0, .fail, "the resolver has name servers of an interface that is gone",
        "resolvconf -f -d \($0)")
    }
    if findings.isEmpty {
      findings.append(Finding(.nameServers, "", .pass, "no interface has left name servers behind"))
    }
    let others = situation.otherTunnels.map {
      Finding(
        .otherTunnels, $0, .warn, "a tunnel of another program is up, which may want the same packets",
        "ip route get ADDRESS says which interface gets a packet; when both want everything, end one of them")
    }
    findings += others.isEmpty ? [Finding(.otherTunnels, "", .pass, "no other program has a tunnel")] : others
    let rules = situation.foreignRules.map {
      Finding(
        .rules, "", .warn, "the rule \"\($0)\" is of no tunnel, and decides before the routes to them",
        "find out who made it; ip route get ADDRESS says where a packet goes")
    }
    let switches = situation.lonelySwitches.map {
      Finding(
        .killSwitch, $0, .fail, "its kill switch is thrown and the tunnel is gone: nothing leaves this machine",
        "needletail up \($0) brings it back, needletail down \($0) lifts the switch")
    }
    findings +=
      switches.isEmpty ? [Finding(.killSwitch, "", .pass, "no kill switch is thrown without its tunnel")] : switches
    return findings
      + (rules.isEmpty ? [Finding(.rules, "", .pass, "no rule of others stands before the routes")] : rules)
  }

  static func examine(_ probe: Situation.Probe) -> Finding {
    guard let tunnel = probe.tunnel else {
      return Finding(
        .pathMTU, probe.address, .warn, "packets to it go into no tunnel", "say an address behind a peer")
    }
    let subject = "\(tunnel) \(probe.address)"
    switch probe.outcome {
    case .none:
      return Finding(
        .pathMTU, subject, .warn, "there is no program to ask with", "install ping (Debian: iputils-ping)")
    case .unanswered:
      return Finding(
        .pathMTU, subject, .warn, "it answers no echo, not even a short one",
        "say an address of the far end that answers ping")
    case .whole:
      return Finding(.pathMTU, subject, .pass, "packets of the interface's whole MTU, \(probe.mtu), pass both ways")
    case .cut(let largest):
      // A packet is padded to a multiple of 16 bytes before it is sealed.
      let padded = min((largest + 15) / 16 * 16, probe.mtu)
      let outside = probe.overhead.map { ", which is \(padded + $0) on the way" } ?? ""
      return Finding(
        .pathMTU, subject, .fail,
        "packets of up to \(largest) bytes pass\(outside), and larger ones up to the interface's MTU of \(probe.mtu) vanish: "
          + "something there or back drops them and says nothing",
        "ip link set \(tunnel) mtu \(largest), or write MTU = \(largest) into the file; so at the far end")
    }
  }
}
