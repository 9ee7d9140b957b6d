import Foundation
import Glibc
import Testing

extension Interop {
  /// The daemon as a program: how it starts, when it ends, what it leaves behind.
  @Suite struct LifecycleTests {
    /// A daemon with an interface and no configuration, in a namespace of its own.
    private struct Lone: Sendable {
      let namespace: Namespace
      let engine: DaemonEngine
      let interface: String

      var socket: String { DaemonEngine.socket(of: interface) }

      /// Whether interface and control socket are gone.
      func isGone() async throws -> Bool {
        let link = try await namespace.outcome(Command("ip", "link", "show", interface), within: .seconds(5))
        return link.status != 0 && !FileManager.default.fileExists(atPath: socket)
      }

      /// Runs the daemon's program once more, with these arguments, to its end.
      func runAgain(_ arguments: String..., in place: Namespace? = nil) async throws -> Command.Outcome {
        try await (place ?? namespace).outcome(Command([engine.program.path] + arguments), within: .seconds(8))
      }
    }

    private static func withDaemon(_ body: @Sendable (Lone, Child) async throws -> Void) async throws {
      await Guest.shared.settle()
      try await Turnstile.short.pass {
        let namespace = try await Namespace.create()
        let lone = Lone(
          namespace: namespace, engine: DaemonEngine(.needletaild), interface: Laboratory.interfaceName())
        do {
          try await lone.engine.start(lone.interface, at: namespace)
          try await body(lone, try #require(lone.engine.child))
        } catch {
          await namespace.delete()
          throw error
        }
        await namespace.delete()
      }
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `a signal ends it cleanly`(signal: Int32) async throws {
      try await LifecycleTests.withDaemon { lone, child in
        child.signal(signal)
        let status = try await child.wait(within: .seconds(3))
        #expect(status == 0)
        #expect(try await lone.isGone())
      }
    }

    @Test func `a second start with the same name is refused and harms nothing`() async throws {
      try await LifecycleTests.withDaemon { lone, child in
        let refused = try await lone.runAgain("-f", lone.interface)
        #expect(refused.status != 0)
        #expect(!(refused.output + refused.complaint).isEmpty, "it says why")
        let elsewhere = try await Namespace.create()
        let refusedElsewhere = try await lone.runAgain("-f", lone.interface, in: elsewhere)
        await elsewhere.delete()
        #expect(refusedElsewhere.status != 0, "the control socket is in use, whatever the namespace")
        #expect(child.isRunning)
        try await lone.namespace.run("wg", "show", lone.interface)
      }
    }

    @Test func `a control socket left by a killed daemon is no obstacle`() async throws {
      try await LifecycleTests.withDaemon { lone, child in
        child.signal(SIGKILL)
        _ = try await child.wait(within: .seconds(3))
        #expect(FileManager.default.fileExists(atPath: lone.socket))
        try await lone.engine.start(lone.interface, at: lone.namespace)
      }
    }

    @Test func `it ends when its interface is deleted`() async throws {
      try await LifecycleTests.withDaemon { lone, child in
        try await lone.namespace.run("ip", "link", "set", lone.interface, "up")
        try await lone.namespace.run("ip", "link", "del", lone.interface)
        #expect(try await child.wait(within: .seconds(5)) == 0)
        #expect(try await lone.isGone())
      }
    }

    @Test func `it ends when its control socket is removed`() async throws {
      try await LifecycleTests.withDaemon { lone, child in
        try FileManager.default.removeItem(atPath: lone.socket)
        #expect(try await child.wait(within: .seconds(5)) == 0)
        #expect(try await lone.isGone())
      }
    }

    /// Without the flag the program returns when the interface is ready and goes on in the background.
    @Test func `it detaches when it is ready`() async throws {
      try await LifecycleTests.withDaemon { lone, _ in
        let interface = Laboratory.interfaceName()
        let outcome = try await lone.runAgain(interface)
        #expect(outcome.status == 0)
        try await lone.namespace.run("wg", "show", interface)
        try await lone.namespace.run("ip", "link", "del", interface)
        try await eventually("the socket is gone", within: .seconds(5)) {
          !FileManager.default.fileExists(atPath: DaemonEngine.socket(of: interface))
        }
      }
    }

    @Test func `a variable keeps it in the foreground`() async throws {
      try await LifecycleTests.withDaemon { lone, _ in
        let interface = Laboratory.interfaceName()
        var command = Command(lone.engine.program.path, interface)
        command.variables["WG_PROCESS_FOREGROUND"] = "1"
        let child = try Child(lone.namespace.entering(command))
        try await eventually("it is up", within: .seconds(5)) {
          try await lone.namespace.outcome(Command("wg", "show", interface), within: .seconds(5)).status == 0
        }
        #expect(child.isRunning)
        child.signal(SIGTERM)
        #expect(try await child.wait(within: .seconds(3)) == 0)
      }
    }

    @Test(arguments: ["a/b", "sixteen-letters-"])
    func `a name that is none is refused`(name: String) async throws {
      try await LifecycleTests.withDaemon { lone, _ in
        let outcome = try await lone.runAgain("-f", name)
        #expect(outcome.status != 0 && outcome.status < 128, "refused, not crashed")
      }
    }

    @Test func `it tells its version`() async throws {
      try await LifecycleTests.withDaemon { lone, _ in
        let outcome = try await lone.runAgain("--version")
        #expect(outcome.status == 0)
        #expect(outcome.output.contains(/\d+\.\d+/))
      }
    }

    /// The sockets stay where the daemon is; only the inside moves.
    @Test(arguments: [Far.wireguardGo, .kernel])
    func `the tunnel goes on when the interface is moved to another namespace`(far: Far) async throws {
      try await Pair.with(Scenario(far)) { pair in
        try await pair.establish()
        let inside = try await Namespace.create()
        do {
          try await pair.place.run("ip", "link", "set", pair.near.interface, "netns", inside.name)
          try await inside.script(pair.near.addressing)
          let moved = TunnelEnd(
            site: inside, engine: pair.near.engine, interface: pair.near.interface, identity: pair.near.identity,
            inner: pair.near.inner, settings: pair.near.settings)
          #expect(try await moved.ping(pair.far) == 1)
          #expect(try await pair.far.ping(moved) == 1)
          #expect(try await moved.ping(pair.far, count: 10, interval: 0.5) == 10, "and stays up")
          #expect(try await pair.place.run("ss", "-Hnua").contains(":\(Pair.nearPort) "))
        } catch {
          await inside.delete()
          throw error
        }
        await inside.delete()
        let child = try #require((pair.near.engine as? DaemonEngine)?.child)
        #expect(try await child.wait(within: .seconds(5)) == 0, "it ends with the namespace that had the interface")
      }
    }
  }
}
