internal import Tunnel

/// Judges one machine: sees every call and effect, keeps a plain model of what must hold, and notes in the book what
/// does not.
final class Oracle {
  let book: Book
  let settings: Settings

  /// When each session was derived here, by its sending key.
  var births: [UInt64: Instant] = [:]
  /// Sessions that have brought an authentic message.
  var confirmed: Set<UInt64> = []
  /// The highest counter that left in each session.
  var lastCounter: [UInt64: UInt64] = [:]
  /// The last inner packet that left for each peer.
  var lastPacket: [UInt64: Int] = [:]
  /// The last datagram of each peer that was accepted, by its number of arrival.
  var lastArrival: [UInt64: Int] = [:]
  /// What each session has accepted, by its receiving key.
  var replays: [UInt64: ReplayModel] = [:]
  /// When a session with each peer was last derived.
  var lastDerived: [UInt64: Instant] = [:]
  /// When an initiation of each peer was last accepted.
  var lastInitiation: [UInt64: Instant] = [:]
  /// Initiations accepted, with the peer.
  var accepted: Set<Acceptance> = []
  /// To whom, and with which preshared key, the message is that the machine posts next.
  var speaking: (addressee: Octets32, presharedKey: Octets32)?

  /// That a peer's initiation was accepted.
  struct Acceptance: Hashable {
    let peer: UInt64
    let ephemeral: UInt64
  }

  /// Ages and distances, by protocol.md §28 and not by the machine.
  static let rejectAfterTime = Interval.seconds(180)
  static let zeroKeys = Interval.seconds(540)
  static let initiationInterval = Interval.milliseconds(20)
  static let loadThreshold = 512

  init(book: Book, settings: Settings) {
    self.book = book
    self.settings = settings
  }

  /// Notes that something went wrong here.
  func fail(_ text: String) { book.fail("device \(settings.device): \(text)") }

  /// The peer a handle names, by the settings; nil when there is none.
  func peer(_ handle: Handle, of machine: borrowing Machine) -> PeerSettings? {
    machine.status(of: handle).flatMap { settings.peer($0.publicKey) }
  }

  /// The machine routed an inner packet.
  func routed(_ destination: IPAddress, to handle: Handle?, by machine: borrowing Machine) {
    let found = handle.flatMap { machine.status(of: $0)?.publicKey }
    if found != settings.owner(of: destination)?.publicKey { fail("a packet was routed to the wrong peer") }
  }

  /// What must hold whenever the machine's effects have been taken and due timers have run.
  func inspect(_ device: Device, _ now: Now) {
    if let broken = device.machine.brokenInvariant() { fail("\(broken)") }
    if device.machine.nextDeadline <= now.instant { fail("a deadline is not after now") }
    if device.machine.census.staged != device.parkedCount { fail("parked packets are lost") }
    if device.machine.isUp != settings.isUp { fail("the interface is neither up nor down") }
    if device.machine.peerCount != settings.peers.count { fail("peers are missing or left over") }
    let bound = 1 << 21
    if device.storage.byteCount > bound { fail("\(device.storage.byteCount) bytes of storage are out") }
    let isIdle = device.handshakesInHand == 0 && device.machine.census.queuedHandshakes == 0
    for peer in settings.peers {
      guard let handle = device.machine.peer(for: peer.publicKey), let status = device.machine.status(of: handle)
      else {
        fail("a peer is missing")
        continue
      }
      if status.sentBytes != peer.sentBytes || status.receivedBytes != peer.receivedBytes {
        fail("a peer's bytes are miscounted")
      }
      if let tally = device.machine.progress(of: handle, at: now.instant)?.reception,
        tally.expected != peer.expectedPackets || tally.received != peer.receivedPackets
      {
        fail("a peer's packets are miscounted")
      }
      if status.endpoint != peer.endpoint { fail("a peer's endpoint moved without an authentic message") }
      if isIdle && device.machine.isForgotten(handle) { fail("packets wait and nothing will send them") }
      guard device.machine.hasSession(handle) else { continue }
      if !settings.isUp { fail("a session outlived the interface") }
      if now.instant.since(lastDerived[handle.bits] ?? now.instant) > Self.zeroKeys { fail("keys outlived 540 s") }
    }
  }
}
