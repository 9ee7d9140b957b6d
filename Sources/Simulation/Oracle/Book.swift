public import Tunnel

/// What is known of everything that all devices of a world did.
final class Book {
  /// The first thing that went wrong.
  private(set) var failure: String?

  /// A counter of a session, in one direction.
  struct Place: Hashable {
    let key: UInt64
    let counter: UInt64
  }

  /// Every data message ever sealed.
  var sealed: [Place: [UInt8]] = [:]

  /// An inner packet that a device was asked to send.
  struct Packet {
    let octets: [UInt8]
    let sender: Int
    /// The device it was routed to.
    let recipient: Int
    let fault: InnerTraffic.Fault
    var isDelivered = false
  }

  var packets: [Packet] = []

  /// A handshake message that was sent, by its ephemeral.
  struct HandshakeRecord {
    let sender: Int
    /// The public key of the addressee.
    let addressee: Octets32
    let presharedKey: Octets32
    var isAccepted = false
  }

  var initiations: [UInt64: HandshakeRecord] = [:]
  var responses: [UInt64: HandshakeRecord] = [:]
  /// Whose each public key is or was.
  var owners: [UInt64: Int] = [:]
  /// Called when a device has derived a session: device, public key of the peer, the device's clock.
  var onBirth: ((Int, Octets32, Instant) -> Void)?

  var tally = Tally()
  /// Called with what happens, for a person who reads along.
  var onNote: ((String) -> Void)?

  /// Tells a person who reads along what happens.
  func note(_ text: @autoclosure () -> String) { onNote?(text()) }

  /// Notes that something went wrong.
  func fail(_ text: String) {
    note(text)
    if failure == nil { failure = text }
  }

  /// Numbers a packet and remembers it; `make` gets the number.
  func enter(sender: Int, recipient: Int, fault: InnerTraffic.Fault, _ make: (Int) -> [UInt8]) -> [UInt8] {
    let octets = make(packets.count)
    packets.append(Packet(octets: octets, sender: sender, recipient: recipient, fault: fault))
    return octets
  }
}

/// How much happened in a world.
public struct Tally: Sendable {
  /// Steps of the scheduler.
  public var steps = 0
  /// Inner packets that devices were asked to send.
  public var packets = 0
  /// Inner packets that were delivered.
  public var deliveries = 0
  /// Data messages that were sealed.
  public var seals = 0
  /// Sessions that were derived, each side counted.
  public var sessions = 0
  /// Datagrams that were not accepted, and initiations that were refused.
  public var rejections = 0
  /// Cookie replies.
  public var cookies = 0
  /// The longest time that devices took to talk again after trouble had ended.
  public var slowestRecovery = Interval.nanoseconds(0)

  /// Nothing.
  public init() {}

  /// Adds what happened in another world.
  public static func += (left: inout Tally, right: Tally) {
    left.steps += right.steps
    left.packets += right.packets
    left.deliveries += right.deliveries
    left.seals += right.seals
    left.sessions += right.sessions
    left.rejections += right.rejections
    left.cookies += right.cookies
    left.slowestRecovery = max(left.slowestRecovery, right.slowestRecovery)
  }
}
