import Testing
import Tunnel

@testable import Simulation

/// Scenarios that a random world rarely plays to their end.
struct ScenarioTests {
  /// Device 0 is flooded, with all its workers away, for `seconds`.
  private func flood(_ world: World, seconds: Int) {
    let node = world.nodes[0]
    node.device.handshakeWorkers = 0
    for second in 0..<seconds {
      world.after(.seconds(UInt64(second))) { world in
        guard let key = node.settings.publicKey else { return }
        world.floodOnce(node, key, second == 0 ? 520 : 5)
      }
    }
  }

  @Test func `a peer gets through a flood with its cookie`() {
    let world = Scenario.twoDevices()
    flood(world, seconds: 8)
    world.after(.milliseconds(1500)) { $0.send(1, from: $0.nodes[1], to: $0.nodes[0], isHonest: true) }
    world.run(until: world.now + .milliseconds(2500))
    #expect(world.nodes[1].device.machine.rejections[.badCookie] == 0)
    let queued = world.nodes[0].device.machine.census.queuedHandshakes
    world.run(until: world.now + .seconds(6))
    #expect(world.nodes[0].device.machine.census.queuedHandshakes == queued + 1)
    world.nodes[0].device.handshakeWorkers = 1
    world.act(on: world.nodes[0]) { _, _ in }
    world.run(until: world.now + .seconds(2))
    #expect(Scenario.hasArrived(world))
    #expect(world.book.failure == nil)
  }

  @Test func `a cookie that is too old is asked for again`() {
    let world = Scenario.twoDevices()
    for _ in 0..<2 {
      let cookies = world.book.tally.cookies
      world.bringDown(world.nodes[0])
      world.bringUp(world.nodes[0])
      world.bringDown(world.nodes[1])
      world.bringUp(world.nodes[1])
      flood(world, seconds: 8)
      world.after(.milliseconds(1500)) { $0.send(1, from: $0.nodes[1], to: $0.nodes[0], isHonest: true) }
      world.run(until: world.now + .milliseconds(2500))
      // The flood's messages were answered too: what counts is that the peer's own one was.
      #expect(world.nodes[0].device.machine.census.queuedHandshakes == 512)
      #expect(world.book.tally.cookies > cookies)
      world.run(until: world.now + .seconds(6))
      #expect(world.nodes[0].device.machine.census.queuedHandshakes == 513)
      world.nodes[0].device.handshakeWorkers = 1
      world.act(on: world.nodes[0]) { _, _ in }
      world.run(until: world.now + .seconds(125))
      #expect(Scenario.hasArrived(world))
    }
    #expect(world.book.failure == nil)
  }

  @Test func `a replayed initiation makes no session, whenever it comes`() throws {
    let world = Scenario.twoDevices()
    Scenario.meet(world)
    let sessions = world.book.tally.sessions
    var replay = try #require(world.network.overheardInitiations.last)
    replay.from = Endpoint(IPAddress(v4: 0xcb00_7101), port: 7)
    for delay in [0, 19, 20, 21, 1000, 200_000, 600_000] {
      world.network.inject(replay, after: .milliseconds(UInt64(delay)), at: world.now)
    }
    world.run(until: world.now + .seconds(601))
    #expect(world.book.tally.sessions == sessions)
    #expect(world.nodes[0].device.machine.rejections[.staleInitiation] == 7)
    #expect(world.book.failure == nil)
  }

  @Test(arguments: 0..<20)
  func `simultaneous initiations end in a session`(seed: Int) {
    let world = Scenario.twoDevices(seed: UInt64(seed))
    world.send(1, from: world.nodes[0], to: world.nodes[1], isHonest: true)
    world.send(1, from: world.nodes[1], to: world.nodes[0], isHonest: true)
    world.run(until: world.now + .seconds(30))
    #expect(world.book.packets.allSatisfy { $0.isDelivered })
    #expect(world.book.failure == nil)
  }

  @Test func `the window is as wide as it must be, and no wider`() {
    var (delivered, refused) = (0, 0)
    for seed in 0..<24 {
      let world = Scenario.twoDevices(seed: UInt64(seed))
      Scenario.meet(world)
      let first = world.book.packets.count
      world.runAhead(world.nodes[1])
      world.run(until: world.now + .seconds(2))
      #expect(world.book.packets.count == first + 2)
      #expect(world.book.packets[first + 1].isDelivered)
      if world.book.packets[first].isDelivered { delivered += 1 } else { refused += 1 }
      #expect(world.book.failure == nil)
    }
    #expect(delivered > 0 && refused > 0)
  }

  @Test func `work that ends after its session, its peer and its interface are gone does no harm`() {
    let world = Scenario.twoDevices()
    Scenario.meet(world)
    world.plan.slowness = 1
    world.plan.slowest = .seconds(100)
    for _ in 0..<20 {
      world.send(3, from: world.nodes[0], to: world.nodes[1], isHonest: true)
      world.send(3, from: world.nodes[1], to: world.nodes[0], isHonest: true)
    }
    let peer = world.nodes[0].settings.peers[0]
    world.after(.milliseconds(100)) { $0.remove(peer, from: $0.nodes[0]) }
    world.after(.milliseconds(200)) { $0.bringDown($0.nodes[1]) }
    world.run(until: world.now + .seconds(200))
    for node in world.nodes { world.retire(node) }
    #expect(world.book.failure == nil)
  }
}
