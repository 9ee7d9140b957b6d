import Foundation
import Testing

extension Interop.Kernel {
  /// `needletail up` and `down` with the kernel's own WireGuard in the guest, and a daemon of this machine at the other end.
  @Suite(.enabled(if: Laboratory.isLong)) struct KernelSetupTests {
    /// What a site has of links, addresses, routes and rules, or of a link and all routes and rules.
    private static func state(of link: String? = nil) -> String {
      let shown = link.map { "show dev \($0)" } ?? "show"
      return """
        for what in 'link \(shown)' 'address \(shown)' 'route show table all' '-6 route show table all' rule '-6 rule'; do
          ip -d $what
        done
        """
    }

    @Test func `a tunnel of the kernel's comes up, carries traffic, is saved, and leaves nothing behind`() async throws
    {
      try await Pair.with(Scenario(.kernel)) { pair in
        let site = pair.far.site
        try await pair.far.engine.stop(pair.far.interface, at: site)
        let name = pair.far.interface
        let (file, command) = ("/tmp/\(name).conf", KernelCommand.path)
        let text = """
          [Interface]
          PrivateKey = \(pair.far.identity.privateKey)
          ListenPort = \(Pair.farPort)
          Address = \(pair.far.inner.v4)/24, \(pair.far.inner.v6)/64
          PostUp = echo up %i
          SaveConfig = true

          [Peer]
          PublicKey = \(pair.near.identity.publicKey)
          Endpoint = \(endpoint(pair.nearOuter.v4, Pair.nearPort))
          AllowedIPs = \(pair.near.inner.v4)/32, \(pair.near.inner.v6)/128, 192.0.2.0/24
          """
        try await site.script("umask 077; cat >\(file)", input: text)
        let before = try await site.script(Self.state())
        let up = try await site.run(command, "up", "--implementation", "native", file, within: .seconds(120))
        #expect(up.contains("up \(name)"))
        let link = try await site.run("ip", "-d", "link", "show", name)
        #expect(link.contains("wireguard") && link.contains("mtu 1420"))
        for inner in Family.allCases {
          #expect(try await pair.near.ping(pair.far, inner, patience: 20) == 1)
        }
        #expect(try await site.run("ip", "route", "get", "192.0.2.7").contains("dev \(name)"))
        // Counters of the kernel's own: both pings came in and were answered.
        let status = try Status(dump: await site.run(command, "show", name, "dump"))
        #expect(status.handshake > 0 && status.received > 2 * 84 && status.sent > 2 * 84)
        #expect(try await site.run(command, "status", name).contains("Established"))
        #expect(
          try await site.run(command, "explain", "route", pair.near.inner.v4).contains(pair.near.identity.publicKey))
        #expect(try await site.run(command, "metrics").contains("wireguard_up{interface=\"\(name)\"} 1"))

        try await site.run(command, "set", name, "peer", pair.near.identity.publicKey, "persistent-keepalive", "7")
        try await site.run(command, "down", file, within: .seconds(120))
        #expect(try await site.script(Self.state()) == before)
        let saved = try await site.run("cat", file)
        for line in ["PersistentKeepalive = 7", "PrivateKey = \(pair.far.identity.privateKey)", "PostUp = echo up %i"] {
          #expect(saved.contains(line), "\(saved)")
        }
      }
    }

    @Test func `what the system has then is what wg-quick makes of the file`() async throws {
      let site = try await Guest.shared.makeSite()
      try await site.assign(.outer(1, side: 2))
      let text = """
        [Interface]
        PrivateKey = $(printf %032d 1 | base64)
        ListenPort = 51820
        FwMark = 0x7
        Address = 10.9.0.1/24, fd09::1/64
        [Peer]
        PublicKey = $(printf %032d 2 | base64)
        PresharedKey = $(printf %032d 3 | base64)
        Endpoint = 10.77.1.9:5
        AllowedIPs = 10.40.0.0/16, fd40::/16, 10.9.0.2/32
        PersistentKeepalive = 25
        """
      try await site.script("umask 077; cat >/tmp/wgq0.conf <<END\n\(text)\nEND")
      func state(_ up: String...) async throws -> String {
        try await site.script(up.joined(separator: " "), within: .seconds(120))
        let all = try await site.script(Self.state(of: "wgq0") + "\nwg showconf wgq0")
        return all.replacing(#/^[0-9]+: /#.anchorsMatchLineEndings(), with: "")
      }
      let quick = try await state("bash /usr/sbin/wg-quick up /tmp/wgq0.conf")
      try await site.script("bash /usr/sbin/wg-quick down /tmp/wgq0.conf", within: .seconds(120))
      let ours = try await state(KernelCommand.path, "up --implementation native /tmp/wgq0.conf")
      try await site.script("\(KernelCommand.path) down /tmp/wgq0.conf", within: .seconds(120))
      #expect(quick.contains("wgq0") && quick.contains("PresharedKey"))
      #expect(ours == quick)
      await site.delete()
    }
  }
}
