internal import Foundation
internal import Octets
internal import SystemPrograms
internal import TunnelDiagnosis
internal import TunnelPlan

/// The kill switches that are on: what they say to packets that leave beside their tunnels.
enum KillSwitches {
  /// The tunnels whose kill switch is thrown, whether they are up or not, in the order of their names.
  static var thrown: [String] {
    guard let answer = try? SystemProgram.run(["nft", "list", "tables", "inet"], output: .caughtAlone, patience: 10),
      answer.status == 0
    else { return [] }
    let tables = answer.output.split(separator: "\n").compactMap { $0.split(separator: " ").last.map(String.init) }
    return tables.compactMap(FilterTable.tunnel).sorted().filter { read($0) != nil }
  }

  /// What the switch of each of these tunnels does to packets to `address` that leave by `device`, a sentence; nothing of those
  /// without a switch.
  static func words(_ address: IPAddress, device: String?, of tunnels: [String]) -> [String] {
    guard let device else { return [] }
    return tunnels.compactMap { tunnel in
      guard let allowsLAN = read(tunnel) else { return nil }
      let beginning = "the kill switch of \(tunnel), table inet \(FilterTable.name(for: tunnel)),"
      if device == tunnel || device == "lo" { return "\(beginning) lets it through: it leaves by \(device)" }
      if isLocal(address) && allowsLAN { return "\(beginning) lets it through: it is for the local network" }
      return "\(beginning) drops it: it leaves by \(device)"
        + (isLocal(address) ? ", and the local network is not allowed (--lan=allow)" : "")
    }
  }

  /// Whether the local network is let through by a tunnel's switch; nil when it has none that is on, or nobody says.
  private static func read(_ tunnel: String) -> Bool? {
    let question = ["nft", "list", "table", "inet", FilterTable.name(for: tunnel)]
    guard let answer = try? SystemProgram.run(question, output: .caughtAlone, patience: 10), answer.status == 0,
      FilterTable.isThrown(listing: answer.output)
    else { return nil }
    return FilterTable.allowsLAN(listing: answer.output)
  }

  private static func isLocal(_ address: IPAddress) -> Bool {
    Guard.localNetworks.contains { text in
      let whole = text.contains("/") ? text : text + (text.contains(":") ? "/128" : "/32")
      return AddressText.prefix(whole)?.contains(address) ?? false
    }
  }
}
