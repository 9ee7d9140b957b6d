import Glibc
import Testing
import Timeline

@testable import LinuxTunnel

struct WorkerClocksTests {
  @Test func `a thread that works uses processor time, one that waits does not, one that has ended none`() throws {
    let clocks = WorkerClocks()
    #expect(WorkerKind.allCases.allSatisfy { clocks.time(of: $0) == .nanoseconds(0) })
    let worker = try Worker("test") {
      clocks.enter(.transmit)
      var spins: UInt64 = 0
      while clocks.time(of: .transmit) < .milliseconds(50) { spins &+= 1 }
      clocks.enter(.receive)
      // Until the other has looked.
      while clocks.time(of: .control) == .nanoseconds(0) { usleep(1000) }
    }
    for _ in 0..<5000 where clocks.time(of: .receive) == .nanoseconds(0) { usleep(1000) }
    let before = clocks.time(of: .receive)
    #expect(before >= .milliseconds(50) && clocks.time(of: .handshake) == .nanoseconds(0))
    usleep(50_000)
    let after = clocks.time(of: .receive)
    #expect(after >= before && after < before + .milliseconds(40))
    clocks.enter(.control)
    #expect(clocks.time(of: .control) > .nanoseconds(0))
    worker.join()
    // The kernel tells whoever waits before it has forgotten the thread.
    for _ in 0..<5000 where clocks.time(of: .receive) != .nanoseconds(0) { usleep(1000) }
    #expect(clocks.time(of: .receive) == .nanoseconds(0))
  }
}
