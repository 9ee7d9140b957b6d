public import Octets
public import TunnelReport

/// Which peer of which tunnel an address belongs to, and whether packets to it get there.
public struct RouteExplanation: Equatable, Sendable {
  /// A prefix that contains the address.
  public struct Match: Equatable, Sendable {
    /// The tunnel.
    public let tunnel: String
    /// The peer that has the prefix.
    public let peer: Octets32
    /// The prefix.
    public let prefix: Prefix
  }

  /// The prefixes that contain the address, the longest of each tunnel first, in the order of the tunnels.
  public let matches: [Match]
  /// The longest of each tunnel: the peer that gets the packet when it comes to that tunnel.
  public let winners: [Match]

  /// The explanation for `address` in these tunnels.
  public init(_ address: IPAddress, in tunnels: [TunnelState]) {
    var matches: [Match] = []
    var winners: [Match] = []
    for tunnel in tunnels {
      var found: [Match] = []
      for peer in tunnel.peers {
        for allowed in peer.allowedIPs where allowed.address.family == address.family {
          let prefix = allowed.prefix
          if prefix.contains(address) {
            found.append(Match(tunnel: tunnel.name, peer: peer.publicKey, prefix: prefix))
          }
        }
      }
      found.sort { $0.prefix.length > $1.prefix.length }
      matches += found
      if let first = found.first { winners.append(first) }
    }
    self.matches = matches
    self.winners = winners
  }

  /// The peer that gets a packet that the system sends to `device`.
  public func winner(on device: String?) -> Match? { winners.first { $0.tunnel == device } }
}
