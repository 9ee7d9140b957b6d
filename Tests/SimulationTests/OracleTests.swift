import Testing
import Tunnel

@testable import Simulation

/// Each oracle must object when what it knows and what the machine does differ; otherwise it would agree with anything.
struct OracleTests {
  /// Something that is changed behind the back of the oracles while a packet is on its way from device 1 to device 0.
  enum Lie: CaseIterable {
    case presharedKey, peers, isUp, endpoint, allowedIPs, births, confirmation
    case recipient, sender, repetition, content, counter, addressee, packets

    /// What the oracle says then.
    var objection: String {
      switch self {
      case .presharedKey: "derived from two preshared keys"
      case .peers: "peers are missing or left over"
      case .isUp: "the interface is neither up nor down"
      case .endpoint: "endpoint moved without an authentic message"
      case .allowedIPs: "is deliver, and should be rejected"
      case .births: "that nobody derived"
      case .confirmation: "a responder sends before it has heard the initiator"
      case .recipient: "was for another device"
      case .sender: "is said to come from another peer"
      case .repetition: "was delivered twice"
      case .content: "was changed"
      case .counter: "covers two ciphertexts"
      case .addressee: "was for somebody else"
      case .packets: "packets are miscounted"
      }
    }
  }

  @Test(arguments: Lie.allCases)
  func `an oracle that was told something else objects`(lie: Lie) {
    let world = Scenario.twoDevices()
    if lie != .presharedKey && lie != .addressee { Scenario.meet(world) }
    world.send(1, from: world.nodes[1], to: world.nodes[0], isHonest: true)
    tell(lie, world)
    if lie == .confirmation || lie == .counter {
      world.send(1, from: world.nodes[0], to: world.nodes[1], isHonest: true)
    }
    world.run(until: world.now + .seconds(3))
    #expect(world.book.failure?.contains(lie.objection) == true, "it says: \(world.book.failure ?? "nothing")")
  }

  private func tell(_ lie: Lie, _ world: World) {
    let settings = world.nodes[0].settings
    let last = world.book.packets.count - 1
    let packet = world.book.packets[last]
    switch lie {
    case .presharedKey: settings.peers[0].presharedKey = Octets32(repeating: 7)
    case .peers: settings.peers = []
    case .isUp: settings.isUp = false
    case .endpoint: settings.peers[0].endpoint = world.nodes[0].endpoint
    case .allowedIPs: settings.peers[0].allowedIPs = []
    case .births: world.nodes[0].device.oracle?.births = [:]
    case .confirmation: world.nodes[0].device.oracle?.confirmed = []
    case .recipient:
      world.book.packets[last] = Book.Packet(octets: packet.octets, sender: 1, recipient: 9, fault: .none)
    case .sender: world.book.packets[last] = Book.Packet(octets: packet.octets, sender: 9, recipient: 0, fault: .none)
    case .repetition: world.book.packets[last].isDelivered = true
    case .content:
      let other = packet.octets.dropLast() + [packet.octets[packet.octets.count - 1] &+ 1]
      world.book.packets[last] = Book.Packet(octets: Array(other), sender: 1, recipient: 0, fault: .none)
    case .counter:
      for (place, frame) in world.book.sealed {
        world.book.sealed[Book.Place(key: place.key, counter: place.counter + 1)] = frame
      }
    case .addressee: settings.publicKey = Octets32(repeating: 9)
    case .packets: settings.peers[0].expectedPackets += 1
    }
  }
}
