import RolloutMetadata

/// The drivers of other programs' tunnels.
enum Neighbours {
  /// What is looked for, by the names of services, in small letters; a name that begins so is one, too.
  private static var known: [StaticString] {
    [
      "wireguard", "wintun", "amneziawg", "ovpn-dco", "tap0901", "tapoas", "tapnordvpn", "tapprotonvpn",
      "tapwindscribe", "tapmullvad", "tapexpressvpn", "nordlwf", "mullvad-split-tunnel", "vpnva", "acsock", "pangpd",
      "ftsvnic", "jnprva", "zttap",
    ]
  }

  /// Those of `services` that drive tunnels of others, in small letters, each once.
  static func drivers(among services: [String]) -> [[UInt8]] {
    var found: [[UInt8]] = []
    for service in services {
      let name = service.utf8.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
      for driver in known where name.starts(with: driver.octets) && !found.contains(name) { found.append(name) }
    }
    return found
  }
}
