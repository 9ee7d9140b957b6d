import Octets
import TunnelReport

/// Looks for what users of tunnels run into most.
public enum Doctor {
  /// What the checks find, in their order; each check says at least once that all is well, or what is not.
  public static func examine(_ situation: Situation) -> [Finding] {
    var findings = system(situation) + surroundings(situation) + situation.probes.map(examine)
    if let channel = situation.channel { findings += examine(channel) }
    for tunnel in situation.tunnels { findings += examine(tunnel, now: situation.now) }
    for file in situation.files { findings += examine(file, situation) }
    return findings.enumerated().sorted { one, other in
      (one.element.check.rawValue, one.offset) < (other.element.check.rawValue, other.offset)
    }.map(\.element)
  }

  /// The clock cannot be right before this: 2025-01-01. Peers take no handshake that is older than one they have seen.
  static let earliest: Int64 = 1_735_689_600

  private static func system(_ situation: Situation) -> [Finding] {
    var findings: [Finding] = []
    switch situation.tun {
    case .usable: findings.append(Finding(.tunDevice, "", .pass, "/dev/net/tun can be opened"))
    case .missing:
      findings.append(
        Finding(
          .tunDevice, "", .fail, "there is no /dev/net/tun",
          "load its module (modprobe tun), or give the container the device (--device /dev/net/tun)"))
    case .forbidden:
      findings.append(
        Finding(
          .tunDevice, "", .fail, "/dev/net/tun cannot be opened", "run this as root, or check the device's rights"))
    }
    findings.append(
      situation.mayAdminister
        ? Finding(.permissions, "", .pass, "this process may administer the network")
        : Finding(
          .permissions, "", .fail, "this process may not administer the network",
          "run it as root, or give it CAP_NET_ADMIN"))
    let ahead = situation.tunnels.flatMap { $0.state?.peers ?? [] }.contains { $0.handshakeSeconds > situation.now }
    if situation.now < earliest {
      findings.append(
        Finding(
          .clock, "", .fail, "the clock is set to a time before this program existed",
          "set the clock: peers take no handshake older than one they have seen"))
    } else if ahead {
      findings.append(
        Finding(
          .clock, "", .fail, "a handshake lies in the future: the clock was set back",
          "set the clock right; until it is past the old time, peers refuse handshakes as replays"))
    } else {
      findings.append(Finding(.clock, "", .pass, "no handshake lies in the future"))
    }
    return findings
  }

  private static func examine(_ tunnel: Situation.Tunnel, now: Int64) -> [Finding] {
    guard let state = tunnel.state else {
      return [
        Finding(
          .controlSocket, tunnel.name, .fail, "the tunnel cannot be asked: \(tunnel.fault)",
          "start it again: wg-quick down \(tunnel.name), wg-quick up \(tunnel.name)")
      ]
    }
    var findings = [Finding(.controlSocket, tunnel.name, .pass, "the tunnel answers")]
    findings.append(link(tunnel))
    let observed = (tunnel.observation?.peers ?? []).byKey
    for peer in state.peers { findings += examine(peer, of: state, tunnel, observed[peer.name], now) }
    return findings
  }

  private static func link(_ tunnel: Situation.Tunnel) -> Finding {
    switch tunnel.link {
    case .isUp: Finding(.linkDown, tunnel.name, .pass, "the interface is up")
    case .isDown:
      Finding(.linkDown, tunnel.name, .fail, "the interface is down: nothing is sent", "ip link set \(tunnel.name) up")
    case .elsewhere:
      Finding(
        .linkDown, tunnel.name, .warn, "the interface is not in this network namespace",
        "run this where it is: ip netns exec NAMESPACE needletail doctor")
    }
  }

  private static func examine(
    _ peer: PeerState, of state: TunnelState, _ tunnel: Situation.Tunnel, _ observed: PeerObservation?, _ now: Int64
  ) -> [Finding] {
    let subject = "\(tunnel.name) \(peer.name)"
    var findings = [handshake(peer, subject, observed, now)]
    guard let endpoint = peer.endpoint else { return findings }
    let path = tunnel.paths[endpoint.text]
    if let address = endpoint.address {
      findings.append(loop(address, state, tunnel, subject, path))
    }
    if let mtu = tunnel.mtu, let outer = path?.mtu, path?.device != tunnel.name {
      // IP, UDP, the message's header and its tag.
      let overhead = (endpoint.address?.family == .v4 ? 20 : 40) + 8 + 16 + 16
      findings.append(
        mtu + overhead <= outer
          ? Finding(.mtu, subject, .pass, "an MTU of \(mtu) fits into the way's \(outer)")
          : Finding(
            .mtu, subject, .warn, "an MTU of \(mtu) and \(overhead) bytes around it do not fit into the way's \(outer)",
            "ip link set \(tunnel.name) mtu \(outer - overhead), or write MTU into the file"))
    }
    return findings
  }

  private static func loop(
    _ address: IPAddress, _ state: TunnelState, _ tunnel: Situation.Tunnel, _ subject: String, _ path: Situation.Path?
  ) -> Finding {
    let check = Check.endpointInsideAllowedIPs
    if path?.device == tunnel.name && state.fwmark == 0 {
      return Finding(
        check, subject, .fail, "packets to the endpoint are routed into the tunnel itself",
        "take the endpoint out of AllowedIPs, or bring the tunnel up with wg-quick, which goes around it")
    }
    guard let match = RouteExplanation(address, in: [state]).winners.first else {
      return Finding(check, subject, .pass, "no peer has the endpoint among its allowed IPs")
    }
    let prefix = "\(match.prefix.address.words)/\(match.prefix.length)"
    if state.fwmark != 0 || match.prefix.length == 0 {
      return Finding(check, subject, .pass, "\(prefix) has the endpoint, and the endpoint is reached another way")
    }
    return Finding(
      check, subject, .warn, "\(prefix) among the allowed IPs has the endpoint itself",
      "make sure that its route does not lead into the tunnel, or take it out of AllowedIPs")
  }

  private static func handshake(
    _ peer: PeerState, _ subject: String, _ observed: PeerObservation?, _ now: Int64
  ) -> Finding {
    let more = "needletail explain handshake \(peer.name) says what to look at"
    switch PeerCondition(peer, observed: observed, now: now) {
    case .idle: return Finding(.handshakeAge, subject, .pass, "nothing was sent to the peer yet")
    case .handshaking(let attempts):
      let reason = "\(attempts) initiations were sent and nothing came back"
      let remedy =
        "check the endpoint and its port, that UDP may pass both ways, and that the other side knows this public key"
      if peer.receivedBytes == 0 { return Finding(.noAnswer, subject, attempts < 3 ? .warn : .fail, reason, remedy) }
      return Finding(
        .noAnswer, subject, .warn, "\(attempts) initiations were sent; what came back made no session",
        "check the preshared key, and the clock of this side")
    case .underLoad: return Finding(.noAnswer, subject, .warn, "the peer is under load and wants proof first", more)
    case .rejected(let reason):
      return Finding(.noAnswer, subject, .fail, "what the peer sent was refused: \(reason)", more)
    case .established(let age), .roaming(let age), .rekeying(let age):
      return Finding(.handshakeAge, subject, .pass, "the newest handshake is \(age) s old")
    case .stale(let age):
      let expects = peer.persistentKeepalive != 0
      return Finding(
        .handshakeAge, subject, expects ? .fail : .warn, "the newest handshake is \(age) s old, more than 180",
        expects
          ? "keepalives should have made one: check that the other side runs and that UDP may pass"
          : "send something; if that makes no handshake, check the other side")
    case .skewed(let ahead):
      return Finding(
        .handshakeAge, subject, .warn, "the newest handshake is \(ahead) s in the future", "set the clock right")
    }
  }

  private static func examine(_ file: Situation.File, _ situation: Situation) -> [Finding] {
    var findings = file.errors.map {
      Finding(.file, file.path, .fail, $0, "mend the file")
    }
    if findings.isEmpty { findings.append(Finding(.file, file.path, .pass, "the file can be used")) }
    findings += file.duplicates.map {
      Finding(.duplicateAllowedIPs, file.path, .warn, $0, "leave the prefix with one peer: the last one gets it")
    }
    if file.duplicates.isEmpty {
      findings.append(Finding(.duplicateAllowedIPs, file.path, .pass, "no prefix is there twice"))
    }
    if let port = file.listenPort, port != 0, !file.isRunning {
      findings.append(
        situation.takenPorts.contains(port)
          ? Finding(
            .portTaken, file.path, .fail, "another program has UDP port \(port)",
            "write another ListenPort, or end that program (ss -lunp shows it)")
          : Finding(.portTaken, file.path, .pass, "UDP port \(port) is free"))
    }
    return findings
  }
}
