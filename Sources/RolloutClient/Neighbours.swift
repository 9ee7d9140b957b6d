internal import Foundation
internal import Rollout

/// What else is on a machine.
enum Neighbours {
  /// Whether this is a container, by the signs that those who make them leave.
  static var isContainer: Bool {
    ["/run/systemd/container", "/run/.containerenv", "/.dockerenv"].contains(
      where: FileManager.default.fileExists(atPath:))
  }

  /// The tunnels of ours: those that our daemon serves, and those that `needletail up` has made, whoever serves them.
  static func ours(_ seen: TunnelsSeen, program: [UInt8], setups: String = "/run/needletail") -> [[UInt8]] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: setups)) ?? []
    let made = Set(files.map { Array($0.utf8.prefix { $0 != UInt8(ascii: ".") }) })
    return seen.tunnels.filter { tunnel in
      let path = tunnel.server?.program ?? []
      return made.contains(tunnel.name) || path.split(separator: UInt8(ascii: "/")).last.map(Array.init) == program
    }.map(\.name)
  }

  /// What drives the tunnels beside those of `ours`: the kind that the kernel says (`wireguard`, `ovpn`, `amneziawg`),
  /// or `tun` or `ppp`; each once.
  static func drivers(without ours: [[UInt8]], below root: String = "/sys/class/net") -> [[UInt8]] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    var drivers: Set<String> = []
    for name in names where !ours.contains(Array(name.utf8)) {
      func file(_ leaf: String) -> String {
        (try? String(contentsOfFile: "\(root)/\(name)/\(leaf)", encoding: .utf8)) ?? ""
      }
      let line = file("uevent").split(separator: "\n").first { $0.hasPrefix("DEVTYPE=") }
      let kind = line.map { String($0.dropFirst("DEVTYPE=".count)) }
      let flags = UInt32(file("tun_flags").trimmingCharacters(in: .whitespacesAndNewlines).dropFirst(2), radix: 16)
      if let kind, ["wireguard", "ovpn", "amneziawg"].contains(kind) {
        drivers.insert(kind)
      } else if flags.map({ $0 & 3 == 1 }) == true {
        // A TUN device, not one of TAP that virtual machines have (if_tun.h).
        drivers.insert("tun")
      } else if file("type").trimmingCharacters(in: .whitespacesAndNewlines) == "512" {
        drivers.insert("ppp")
      }
    }
    return drivers.sorted().map { Array($0.utf8) }
  }
}
