import Tunnel

@testable import Simulation

/// Worlds in which nothing happens but what a test makes happen.
enum Scenario {
  /// Two devices on a fair network, each of which knows where the other is.
  static func twoDevices(seed: UInt64 = 1) -> World {
    var plan = Plan()
    plan.keepalives = 0
    plan.laziness = 0
    plan.stepLimit = .max
    let world = World(seed: seed, plan: plan)
    for (node, other) in [(world.nodes[0], world.nodes[1]), (world.nodes[1], world.nodes[0])] {
      world.setEndpoint(other.endpoint, node.settings.peers[0], of: node)
    }
    return world
  }

  /// Has device 1 bring up a session with device 0, confirmed both ways. Device 0 is the responder.
  static func meet(_ world: World) {
    world.send(1, from: world.nodes[1], to: world.nodes[0], isHonest: true)
    world.run(until: world.now + .seconds(1))
    world.send(1, from: world.nodes[0], to: world.nodes[1], isHonest: true)
    world.run(until: world.now + .seconds(1))
  }

  /// Whether the packet that was sent last has arrived.
  static func hasArrived(_ world: World) -> Bool { world.book.packets.last?.isDelivered == true }
}
