import Foundation
import Testing

extension Interop.Kernel {
  /// A machine in the guest whose channel chooses between the kernel's own WireGuard and `needletaild`, with a tunnel to this
  /// machine that what it chooses carries.
  @Suite(.enabled(if: Laboratory.isLong)) struct KernelChannelTests {
    /// A publisher of two releases, in the phases optIn and default, that are offered one after the other.
    private struct Publisher {
      let folder = Laboratory.scratch.appending(path: "publisher-\(Laboratory.number())").path

      private func run(_ lines: String) async throws {
        let program = Program.command?.path ?? ""
        let beginning = """
          cd \(folder)
          release() { \(program) release "$@" --root pub >log 2>&1 || { cat log >&2; exit 1; }; }

          """
        try await Command("sh", "-e", "-c", beginning + lines).run(within: .seconds(120))
      }

      func make() async throws {
        try FileManager.default.createDirectory(atPath: folder + "/tree/usr/bin", withIntermediateDirectories: true)
        try await run(
          """
          printf '#!/bin/sh\\nexec /bin/needletaild "$@"\\n' >tree/usr/bin/needletaild
          chmod 755 tree/usr/bin/needletaild
          tar --format=ustar --owner=0 --group=0 --mtime=@0 -C tree -cf tree.tar usr/bin/needletaild
          echo notes >notes
          for key in root1 root2 release1 release2 timestamp snapshot brake evidence; do release keys new $key; done
          release repo init --key root=root1.pub --key root=root2.pub --key releases=release1.pub \
            --key releases=release2.pub --key timestamp=timestamp.pub --key snapshot=snapshot.pub --key brake=brake.pub \
            --key evidence=evidence.pub
          release repo sign --key root1 --key root2
          """)
      }

      func offer(_ serial: Int, phase: String) async throws {
        try await run(
          """
          release repo add portable \(serial) --version 1.0.\(serial) --file tar:linux:$(uname -m):tree.tar \
            --notes notes --recipe make --phase \(phase) --knob ExperimentalNativeDriver:optIn:active \
            --knob UsePortableImplementation:optOut:active
          release repo sign --key release1 --key release2
          release advance portable \(serial) --to 1000000 --step 4 --despite drill --key release1 --key release2
          release repo publish --timestamp-key timestamp --snapshot-key snapshot
          """)
      }

      /// Carries the repository to a site of the guest.
      func copy(to site: any Site) async throws {
        let packed = try await Command("sh", "-e", "-c", "tar -C \(folder)/pub -cz repo | base64 -w 0").run().output
        try await site.script("rm -rf /tmp/repo; base64 -d | tar -C /tmp -xz", input: packed)
      }
    }

    private static func configuration(_ pair: Pair) -> String {
      """
      [Interface]
      PrivateKey = \(pair.far.identity.privateKey)
      ListenPort = \(Pair.farPort)
      Address = \(pair.far.inner.v4)/24
      [Peer]
      PublicKey = \(pair.near.identity.publicKey)
      Endpoint = \(endpoint(pair.nearOuter.v4, Pair.nearPort))
      AllowedIPs = \(pair.near.inner.v4)/32
      PersistentKeepalive = 5
      """
    }

    /// Expects that `what` serves the tunnel, by the interface's type, and carries what is sent.
    private static func expect(
      _ what: String, serves pair: Pair, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
      let (site, name) = (pair.far.site, pair.far.interface)
      let link = try await site.run("ip", "-d", "link", "show", name)
      #expect(link.contains(what == "native" ? "wireguard" : "tun type tun"), "\(link)", sourceLocation: sourceLocation)
      let socket = try await site.outcome(Command("ls", DaemonEngine.socket(of: name)), within: .seconds(20))
      #expect((socket.status == 0) == (what == "portable"), sourceLocation: sourceLocation)
      let before = try Status(dump: try await site.run(KernelCommand.path, "show", name, "dump"))
      #expect(try await pair.near.ping(pair.far, count: 5, patience: 20) >= 4, sourceLocation: sourceLocation)
      // Counted by the one that serves it, which began with nothing.
      let after = try Status(dump: try await site.run(KernelCommand.path, "show", name, "dump"))
      #expect(after.received - before.received >= 4 * 84, sourceLocation: sourceLocation)
      #expect(after.sent - before.sent >= 4 * 84, sourceLocation: sourceLocation)
      #expect(after.handshake > 0, sourceLocation: sourceLocation)
    }

    @Test func `knobs and phases move a tunnel between the daemon and the kernel, and its traffic goes on`()
      async throws
    {
      let publisher = Publisher()
      try await publisher.make()
      try await publisher.offer(1, phase: "optIn")
      try await Pair.with(Scenario(.kernel)) { pair in
        let (site, root, command) = (pair.far.site, "/var/lib/needletail", KernelCommand.path)
        try await pair.far.engine.stop(pair.far.interface, at: site)
        let file = "/tmp/\(pair.far.interface).conf"
        try await site.script("umask 077; cat >\(file)", input: Self.configuration(pair))
        let restart = """
          #!/bin/sh
          \(command) down \(file)
          export WG_QUICK_USERSPACE_IMPLEMENTATION=\(root)/current/usr/bin/needletaild
          exec \(command) up \(file) >/tmp/up.log 2>&1
          """
        // The guest's root has no room.
        try await site.script("mkdir -p \(root); mount -t tmpfs -o mode=700 none \(root)")
        try await site.script("cat >/tmp/restart; chmod 755 /tmp/restart", input: restart)
        func policy(_ knobs: String) async throws {
          let text =
            #"{"repository": "/tmp/repo", "updateMode": "auto", "restart": ["/tmp/restart"], "probe": ["/bin/true"], "#
            + #""probationSeconds": 1, "watchTunnels": false, "knobs": {\#(knobs)}}"#
          try await site.script("cat >\(root)/policy.json", input: text)
        }
        func channel(_ words: String) async throws -> String {
          try await site.script("\(command) channel \(words)", within: .seconds(120))
        }

        try await publisher.copy(to: site)
        try await site.run("cp", "/tmp/repo/1.root.json", root + "/root.json")
        try await policy("")
        _ = try await channel("update")
        try await Self.expect("portable", serves: pair)

        try await policy(#""ExperimentalNativeDriver": "1""#)
        #expect(try await channel("implementation --apply").contains("native"))
        try await Self.expect("native", serves: pair)

        try await policy("")
        #expect(try await channel("implementation --apply").contains("portable"))
        try await Self.expect("portable", serves: pair)

        try await publisher.offer(2, phase: "default")
        try await publisher.copy(to: site)
        _ = try await channel("update")
        #expect(try await channel("why").contains("implementation native: the release's phase is default"))
        try await Self.expect("native", serves: pair)
        try await site.run(command, "down", file, within: .seconds(120))
        try await site.run("umount", root)
      }
    }
  }
}
