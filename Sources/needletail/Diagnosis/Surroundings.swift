internal import Foundation
internal import Octets
internal import SystemPrograms
internal import TunnelDiagnosis
internal import TunnelReport

/// What the machine has beside tunnels of ours.
enum Surroundings {
  /// Where resolvconf and openresolv keep what interfaces told them, a file each.
  private static let records = ["/run/resolvconf/interface", "/run/resolvconf/interfaces"]

  /// The records of tunnels whose interface is gone; `known` are tunnels with a file.
  static func leftNameServers(known: Set<String>) -> [String] {
    let manager = FileManager.default
    let names = records.flatMap { (try? manager.contentsOfDirectory(atPath: $0)) ?? [] }
    return Set(names).sorted().filter { record in
      let prefix = "tun."
      let isTunnel = record.hasPrefix(prefix) || known.contains(record)
      let name = record.hasPrefix(prefix) ? String(record.dropFirst(prefix.count)) : record
      return isTunnel && !manager.fileExists(atPath: "/sys/class/net/\(name)")
    }
  }

  /// Interfaces that are up and tunnels, without those of `ours`.
  static func otherTunnels(_ ours: Set<String>) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/sys/class/net")) ?? []
    return names.sorted().filter { name in
      guard !ours.contains(name), Routes.number("flags", of: name).map({ $0 & 1 }) == 1 else { return false }
      // A TUN device, not one of TAP that virtual machines have (if_tun.h); or PPP (if_arp.h).
      return Routes.number("tun_flags", of: name).map { $0 & 3 } == 1 || Routes.number("type", of: name) == 512
    }
  }

  /// Rules of both families that are neither the system's nor those of tunnels with `marks`.
  static func foreignRules(_ marks: Set<UInt32>) -> [String] {
    ["-4", "-6"].flatMap { family -> [String] in
      guard let answer = try? SystemProgram.run(["ip", family, "rule", "show"], output: .caughtAlone, patience: 10),
        answer.status == 0
      else { return [] }
      return ForeignRules.of(answer.output.split(separator: "\n").map(String.init), marks: marks)
    }
  }

  /// Looks for the largest packet that passes to an address and back, with the program ping.
  static func probe(_ address: String, in tunnels: [Situation.Tunnel]) -> Situation.Probe {
    var probe = Situation.Probe(address: address)
    guard let device = Routes.device(to: address, mark: 0), let tunnel = tunnels.first(where: { $0.name == device }),
      let mtu = tunnel.mtu, let parsed = AddressText.address(address)
    else { return probe }
    let isSix = parsed.family != .v4
    probe.tunnel = device
    probe.mtu = mtu
    if let state = tunnel.state, let match = RouteExplanation(parsed, in: [state]).winners.first,
      let endpoint = state.peers.first(where: { $0.publicKey == match.peer })?.endpoint
    {
      // IP, UDP, the message's header and its tag.
      probe.overhead = (endpoint.host.contains(":") ? 40 : 20) + 8 + 16 + 16
    }
    var search = PathSearch(mtu: mtu, isSix: isSix)
    while let size = search.next {
      guard let isAnswered = isAnswered(address, size: size - (isSix ? 48 : 28)) else { return probe }
      search.take(isAnswered: isAnswered)
    }
    probe.outcome = search.outcome
    return probe
  }

  /// Whether one of several echoes of so many bytes behind their headers is answered within two seconds; nil when there is no
  /// program to send them.
  private static func isAnswered(_ address: String, size: Int) -> Bool? {
    let question = ["ping", "-n", "-q", "-c", "1", "-w", "2", "-i", "0.4", "-M", "do", "-s", "\(size)", address]
    return (try? SystemProgram.run(question, output: .caughtAlone, patience: 10)).map { $0.status == 0 }
  }
}
