import Foundation
import Testing

extension Interop {
  /// `wg-quick`, which starts the daemon itself where the kernel has no WireGuard.
  @Suite struct QuickTests {
    /// A folder with what makes this machine's kernel look as if it had no WireGuard, whether it has or not: `ip` that
    /// refuses to make such a link. The lines mount it, and an empty folder over the list of modules.
    private static func pretence() async throws -> String {
      let folder = Laboratory.scratch.appending(path: "quick-\(Laboratory.number())").path
      let real = try #require(Executable.find("ip"))
      let target = URL(fileURLWithPath: "/usr/bin/ip").resolvingSymlinksInPath().path
      try await Command(
        "sh", "-e", "-c",
        """
        mkdir -p \(folder)
        cp -L \(real) \(folder)/real-ip
        cat >\(folder)/ip <<'END'
        #!/bin/sh
        case "$*" in "link add "*" type wireguard") echo "Unknown device type" >&2; exit 2;; esac
        exec \(folder)/real-ip "$@"
        END
        chmod 755 \(folder)/ip
        """
      ).run()
      return """
        mount --bind \(folder)/ip \(target)
        mount -t tmpfs none /sys/module

        """
    }

    /// The near end is made by `wg-quick up` with everything routed into the tunnel, the far end as ever.
    @Test(arguments: Family.allCases)
    func `wg-quick brings a tunnel up with everything routed into it, and down`(outer: Family) async throws {
      try await Pair.with(Scenario(.wireguardGo, outer: outer).initiated(by: .near)) { pair in
        let pretence = try await QuickTests.pretence()
        let interface = Laboratory.interfaceName()
        try await pair.near.engine.stop(pair.near.interface, at: pair.place)
        let file = Laboratory.scratch.appending(path: "\(interface).conf")
        let text = """
          [Interface]
          PrivateKey = \(pair.near.identity.privateKey)
          ListenPort = \(Pair.nearPort)
          Address = \(pair.near.inner.v4)/24, \(pair.near.inner.v6)/64
          PostUp = echo up %i

          [Peer]
          PublicKey = \(pair.far.identity.publicKey)
          Endpoint = \(endpoint(pair.farOuter[outer], Pair.farPort))
          AllowedIPs = 0.0.0.0/0, ::/0
          PersistentKeepalive = 25
          """
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        func quick(_ verb: String) async throws -> Command.Outcome {
          var command = Command("sh", "-e", "-c", pretence + "exec wg-quick \(verb) \(file.path)")
          command.variables["WG_QUICK_USERSPACE_IMPLEMENTATION"] = Program.needletaild.path
          let outcome = try await pair.place.outcome(command, within: .seconds(30))
          guard outcome.status == 0 else { throw Command.Failure(arguments: command.arguments, outcome: outcome) }
          return outcome
        }
        let up = try await quick("up")
        #expect(up.complaint.contains("wg set \(interface) fwmark 51820"), "it was told to route everything")
        #expect(up.output.contains("up \(interface)"))
        let near = TunnelEnd(
          site: pair.place, engine: DaemonEngine(.needletaild), interface: interface, identity: pair.near.identity,
          inner: pair.near.inner, settings: pair.near.settings)
        for inner in Family.allCases {
          #expect(try await near.ping(pair.far, inner) == 1)
          #expect(try await pair.far.ping(near, inner) == 1)
        }
        #expect(try await near.status().mark == "0xca6c")
        #expect(try await pair.place.run("cat", "/sys/class/net/\(interface)/mtu").trimmed == "1420")
        _ = try await quick("down")
        try await eventually("interface and socket are gone", within: .seconds(5)) {
          let link = try await pair.place.outcome(Command("ip", "link", "show", interface), within: .seconds(5))
          return link.status != 0 && !FileManager.default.fileExists(atPath: DaemonEngine.socket(of: interface))
        }
      }
    }
  }
}
