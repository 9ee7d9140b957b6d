internal import ConfigurationFile
internal import Octets

/// How a tunnel gets its MTU.
public enum MTUMode: Equatable, Sendable {
  /// From the file, or from the way to the peers.
  case auto
  /// What passes in echoes to this address behind a peer and back; nil is one that the file has.
  case probe(String?)

  /// The words behind `MTUMode =` in a file, or nil when they are none.
  init?(_ words: [String]) {
    switch (words.first, words.count) {
    case ("auto", 1): self = .auto
    case ("probe", 1): self = .probe(nil)
    case ("probe", 2):
      guard let address = Self.address(words[1]) else { return nil }
      self = .probe(address)
    default: return nil
    }
  }

  /// The words that are read the same.
  var words: String {
    switch self {
    case .auto: "auto"
    case .probe(let address): address.map { "probe \($0)" } ?? "probe"
    }
  }

  /// An address as people write it, the way that the system writes it; nil when it is none.
  public static func address(_ text: String) -> String? { IPAddress(written: text)?.text }
}

extension ConfigurationDocument {
  /// At most so many addresses are asked, one after the other, until one answers.
  private static let most = 3

  /// Addresses that are likely to answer an echo through the tunnel: name servers behind a peer, and peers that have one
  /// address.
  var likelyToAnswer: [String] {
    let prefixes = peers.flatMap(\.allowedIPs).filter { $0.change != .removed }.map(\.prefix)
    let servers = interface.dns.compactMap { entry -> IPAddress? in
      if case .server(let address, zone: nil) = entry { address } else { nil }
    }
    let behind = servers.filter { server in prefixes.contains { $0.contains(server) } }
    let hosts = prefixes.filter { Int($0.length) == $0.address.family.bitCount }.map(\.address)
    var seen: Set<String> = []
    return Array((behind + hosts).map(\.text).filter { seen.insert($0).inserted }.prefix(Self.most))
  }
}
