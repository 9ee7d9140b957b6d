import Simulation
import Tunnel

/// Two machines on a wire without delay, stepped through virtual time.
final class Pair {
  static let epoch = Instant(nanoseconds: 1_000_000_000_000)

  let alice: Device
  let bob: Device
  let aliceKey: Octets32
  let bobKey: Octets32
  private(set) var now: Now
  /// Consulted for every datagram; false loses it.
  var wire: (WireDatagram) -> Bool = { _ in true }
  /// Every datagram that left, with its sender, lost ones too.
  var sent: [(isAlice: Bool, datagram: WireDatagram, at: Instant)] = []

  static let aliceEndpoint = Endpoint(IPAddress(v4: 0xc000_0201), port: 1001)
  static let bobEndpoint = Endpoint(IPAddress(v4: 0xc000_0202), port: 1002)

  init(presharedKey: Octets32 = Octets32(), limits: MachineLimits = MachineLimits(), isUp: Bool = true) {
    alice = Device(seed: 1, limits: limits)
    bob = Device(seed: 2, limits: limits)
    now = Now(instant: Self.epoch, wall: WallTime(seconds: 1_700_000_000, nanoseconds: 0))
    alice.machine.setPrivateKey(Octets32(repeating: 0x11))
    bob.machine.setPrivateKey(Octets32(repeating: 0x22))
    aliceKey = alice.machine.publicKey!
    bobKey = bob.machine.publicKey!
    connect(alice, bobKey, "10.0.0.2", presharedKey)
    connect(bob, aliceKey, "10.0.0.1", presharedKey)
    alice.machine.setEndpoint(Self.bobEndpoint, for: alicesBob, now)
    if isUp {
      alice.machine.bringUp(now)
      bob.machine.bringUp(now)
    }
  }

  /// Bob, as Alice knows him, and the other way round.
  var alicesBob: Handle { alice.machine.peer(for: bobKey)! }
  var bobsAlice: Handle { bob.machine.peer(for: aliceKey)! }

  private func connect(_ device: Device, _ key: Octets32, _ address: String, _ presharedKey: Octets32) {
    do {
      let peer = try device.machine.addPeer(key)!
      device.machine.setPresharedKey(presharedKey, for: peer)
      let low: UInt32 = address == "10.0.0.1" ? 1 : 2
      try device.machine.insertAllowedIP(Prefix(IPAddress(v4: 0x0a00_0000 + low), length: 32)!, for: peer)
    } catch {
      preconditionFailure("the heap gives storage")
    }
  }

  /// An inner packet from one to the other: IPv4, UDP without content but an identification.
  static func packet(fromAlice: Bool, id: UInt16 = 0, length: Int = 40) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: length)
    bytes[0] = 0x45
    bytes[2] = UInt8(length >> 8)
    bytes[3] = UInt8(truncatingIfNeeded: length)
    bytes[4] = UInt8(id >> 8)
    bytes[5] = UInt8(truncatingIfNeeded: id)
    bytes[8] = 64
    bytes[9] = 17
    (bytes[12], bytes[15]) = (10, fromAlice ? 1 : 2)
    (bytes[16], bytes[19]) = (10, fromAlice ? 2 : 1)
    return bytes
  }

  /// Sends an inner packet and lets everything settle.
  func send(fromAlice: Bool, id: UInt16 = 0) {
    (fromAlice ? alice : bob).transmit([Self.packet(fromAlice: fromAlice, id: id)], now)
    exchange()
  }

  /// Lets both work and the wire deliver until nothing moves.
  func exchange() {
    while true {
      alice.settle(now)
      bob.settle(now)
      if alice.outbox.isEmpty && bob.outbox.isEmpty { return }
      carry(fromAlice: true)
      carry(fromAlice: false)
    }
  }

  private func carry(fromAlice: Bool) {
    let from = fromAlice ? alice : bob
    let to = fromAlice ? bob : alice
    let datagrams = from.outbox
    from.outbox = []
    for datagram in datagrams {
      sent.append((fromAlice, datagram, now.instant))
      guard wire(datagram) else { continue }
      let source = fromAlice ? Self.aliceEndpoint : Self.bobEndpoint
      to.receive([datagram.octets], along: Path(source), trafficClass: datagram.trafficClass, now)
    }
  }

  /// Moves time on by `interval`, stopping at every deadline.
  func pass(_ interval: Interval) { pass(until: now.instant + interval) }

  /// Moves time on to `instant`, stopping at every deadline.
  func pass(until instant: Instant) {
    while true {
      let deadline = min(alice.nextDeadline, bob.nextDeadline)
      guard deadline <= instant else { break }
      set(max(deadline, now.instant))
      alice.advance(to: now)
      bob.advance(to: now)
      exchange()
    }
    set(instant)
  }

  /// Moves time on without running anything.
  func set(_ instant: Instant) {
    let passed = instant.since(now.instant)
    now = Now(instant: instant, wall: now.wall.later(by: passed))
  }

  /// The messages of `kind` that one side sent.
  func count(_ kind: Datagram.Kind, fromAlice: Bool) -> Int {
    sent.count { $0.isAlice == fromAlice && $0.datagram.kind == kind }
  }

  /// Keepalives that one side sent.
  func keepalives(fromAlice: Bool) -> Int {
    sent.count { $0.isAlice == fromAlice && $0.datagram.kind == .data && $0.datagram.octets.count == 32 }
  }
}

extension WireDatagram {
  var kind: Datagram.Kind {
    let octets = octets
    // SAFETY: bytes of an array are initialised.
    return unsafe Datagram.kind(of: octets.span.bytes)
  }
}
