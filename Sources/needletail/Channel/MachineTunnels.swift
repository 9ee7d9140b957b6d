internal import Foundation
internal import Octets
internal import Rollout
internal import TunnelControl
internal import TunnelReport

/// The tunnels of this machine, as the probes of an update see them.
enum MachineTunnels {
  /// Seconds that a daemon may take to answer.
  private static let patience = 5
  /// Where systems keep what crashes leave: systemd's, Debian's and Ubuntu's own, and the kernel's.
  private static let crashFolders = ["/var/lib/systemd/coredump", "/var/crash", "/sys/fs/pstore"]

  /// What is there now.
  static func look() -> TunnelsSeen {
    let tunnels = Tunnels(Lookup(environment: [:]), patience: patience)
    // What a daemon has left that did not end in order, before somebody who asks for names takes it away.
    let left = tunnels.socketNames()
    let names = tunnels.names()
    let seen = names.map { look(at: $0, of: tunnels) }
    let gone = left.filter { !names.contains($0) }.map { name in
      TunnelsSeen.Tunnel(name: Array(name.utf8), server: nil, configuration: nil, peers: [])
    }
    return TunnelsSeen(tunnels: seen + gone, crashes: crashes())
  }

  private static func look(at name: String, of tunnels: Tunnels) -> TunnelsSeen.Tunnel {
    let server = tunnels.process(of: name).flatMap(server)
    guard var state = try? tunnels.state(of: name) else {
      return TunnelsSeen.Tunnel(name: Array(name.utf8), server: server, configuration: nil, peers: [])
    }
    defer { state.wipe() }
    let now = Int64(Date().timeIntervalSince1970)
    let peers = state.peers.map { peer in
      TunnelsSeen.Peer(
        key: Array(peer.name.utf8),
        handshakeAge: peer.handshakeSeconds == 0 ? nil : UInt64(max(0, now - peer.handshakeSeconds)),
        received: peer.receivedBytes, sent: peer.sentBytes)
    }
    return TunnelsSeen.Tunnel(
      name: Array(name.utf8), server: server, configuration: Array(state.configurationDigest.keyText.utf8), peers: peers
    )
  }

  /// What a process runs; nil when it is gone, or is not to be seen.
  private static func server(_ process: Int32) -> TunnelsSeen.Server? {
    let folder = "/proc/\(process)"
    // The name, in brackets, may have anything in it; the start is the twentieth word behind it (proc(5)).
    guard let status = try? String(contentsOfFile: folder + "/stat", encoding: .utf8),
      let bracket = status.lastIndex(of: ")"),
      let program = try? FileManager.default.destinationOfSymbolicLink(atPath: folder + "/exe")
    else { return nil }
    let words = status[status.index(after: bracket)...].split(separator: " ")
    guard words.count > 19, let start = UInt64(words[19]) else { return nil }
    let gone = " (deleted)"
    let path = program.hasSuffix(gone) ? String(program.dropLast(gone.count)) : program
    return TunnelsSeen.Server(process: UInt64(process), startedAt: start, program: Array(path.utf8))
  }

  /// The records that crashes of the daemon have left, and all of the kernel's.
  private static func crashes() -> [[UInt8]] {
    crashFolders.flatMap { folder in
      ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
        .filter { folder.hasPrefix("/sys") || $0.contains("needletail") }
        .map { Array("\(folder)/\($0)".utf8) }
    }
  }
}
