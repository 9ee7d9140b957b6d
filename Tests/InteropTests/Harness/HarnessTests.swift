import Foundation
import Glibc
import Testing

extension Interop {
  /// The harness itself: it must see what it is there to see, and leave nothing behind.
  @Suite struct HarnessTests {
    /// Otherwise a corrupted stream would pass.
    @Test func `a stream with other content than expected fails`() async throws {
      let namespace = try await Namespace.create()
      async let receiving = namespace.outcome(
        Command(Probe.path, "stream-receive", "127.0.0.1", "7000", "200000", "1"), within: .seconds(10))
      async let sending = namespace.outcome(
        Command(Probe.path, "stream-send", "127.0.0.1", "7000", "200000", "2"), within: .seconds(10))
      let outcomes = try await (receiving, sending)
      await namespace.delete()
      #expect(outcomes.0.status == 1)
      #expect(outcomes.0.complaint.contains("differs"))
      #expect(outcomes.1.status == 1)
    }

    /// Otherwise a daemon that hangs would hold up the run.
    @Test func `a program that does not end is ended`() async throws {
      await #expect(throws: Command.Failure.self) {
        try await Command("sleep", "60").run(within: .milliseconds(200))
      }
    }

    /// Otherwise an interrupted run would leave namespaces and daemons: its watcher outlives it.
    @Test func `a watcher removes what belongs to a process that was killed`() async throws {
      let run = try Child(Command("sleep", "60"))
      let name = Laboratory.prefix(of: run.process) + "1"
      try await Command("ip", "netns", "add", name).run()
      let inside = try Child(Command("ip", "netns", "exec", name, "sleep", "60"))
      try Laboratory.watch(run.process)
      run.signal(SIGKILL)
      _ = try await run.wait(within: .seconds(2))
      _ = try await inside.wait(within: .seconds(10))
      try await eventually("the namespace is gone", within: .seconds(10)) {
        !FileManager.default.fileExists(atPath: "/run/netns/\(name)")
      }
    }

    /// Otherwise a machine that stopped in the middle of a run would keep its namespaces' names for ever.
    @Test func `leftovers of a run that is gone are swept away, those of others are not`() async throws {
      let gone = try Child(Command("true"))
      _ = try await gone.wait(within: .seconds(2))
      let leftover = Laboratory.prefix(of: gone.process) + "1"
      let foreign = "other-\(Laboratory.namespaceName())"
      let mine = try await Namespace.create()
      for name in [leftover, foreign] { try await Command("ip", "netns", "add", name).run() }
      let folder = "/tmp/" + Laboratory.prefix(of: gone.process) + "scratch"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
      try await Laboratory.sweep()
      let listed = try await Command("ip", "netns", "list").run().output
      try await Command("ip", "netns", "del", foreign).run()
      await mine.delete()
      #expect(!listed.contains(leftover + "\n"))
      #expect(!FileManager.default.fileExists(atPath: folder))
      #expect(listed.contains(foreign))
      #expect(listed.contains(mine.name))
    }

    /// Otherwise a guest without the kernel's WireGuard would go unnoticed.
    @Test func `the far end in the guest is the kernel's own`() async throws {
      let version = try await Guest.shared.version()
      #expect(version.contains(/^\d+\.\d+/))
      let site = try await Guest.shared.makeSite()
      let interface = Laboratory.interfaceName()
      try await KernelEngine().start(interface, at: site)
      #expect(try await site.run("ip", "-d", "link", "show", interface).contains("wireguard"))
      await site.delete()
    }
  }
}
