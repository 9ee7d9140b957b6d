internal import Admission
internal import Containers
internal import Handshake
internal import Octets
internal import Timeline
internal import Transport

/// Everything the machine knows of one peer. Sessions, handshakes, staged packets and bursts live in pools of their
/// own, so a configured peer that never speaks costs only this.
struct Peer: BitwiseCopyable {
  let publicKey: Octets32
  /// What the peer is called in logs: numbers rise in the order of creation.
  var number: UInt64 = 0
  /// The places of the peers created before and after.
  var before: UInt32 = .max
  var after: UInt32 = .max
  var presharedKey = Octets32()
  /// What X25519 of the static keys gives.
  var staticStatic = Octets32()
  /// Whether `staticStatic` was computed since the last change of the private key.
  var staticStaticIsKnown = false

  /// Where the peer stands in each `PeerLine`.
  var lines = InlineArray<2, PeerLineLink>(repeating: PeerLineLink())

  var path: Path?
  var keepaliveInterval: UInt16 = 0

  // Handshake.
  /// The initiation we sent and await an answer to.
  var handshake = Handle.none
  var cookie = HeldCookie()
  var history = InitiationHistory()
  var lastHandshakeSent: Instant?
  /// The wall time whose timestamp our last initiation carried.
  var lastStamped = WallTime(seconds: 0, nanoseconds: 0)

  // Sessions.
  var previous = Handle.none
  var current = Handle.none
  var next = Handle.none
  /// Set once the current session asked for its successor because it received near its end.
  var askedInLastMinute = false

  var timers = PeerTimers()
  /// By how much longer than others the peer may be silent before this session's successor is asked for.
  var hearingJitter = Interval.nanoseconds(0)
  /// The machine was suspended while the peer had a session or asked for one.
  var awaitsResumption = false

  // Data path.
  var staged = PacketQueue()
  var keepaliveIsStaged = false
  var outbound = BurstQueue()
  var inbound = BurstQueue()

  // What is shown.
  var receivedBytes: UInt64 = 0
  var sentBytes: UInt64 = 0
  var reception = ReceptionTally()
  var lastHandshake = WallTime(seconds: 0, nanoseconds: 0)
  /// From the initiation to the response of the last handshake that we began.
  var roundTrip: Interval?
  /// Why a handshake last went no further, and when.
  var refusal: Rejection?
  var refused = Instant.distantFuture
  /// When an authenticated packet last came from another endpoint than those before it; nil is never.
  var roamed: Instant?

  init(publicKey: Octets32) {
    self.publicKey = publicKey
  }

  /// The peer's name where randomness and logs need one.
  var subject: UInt64 { publicKey.bytes.littleEndian64(at: 0) }
}

/// The five timers of WG §6, as deadlines; the distant future means "not armed".
struct PeerTimers: BitwiseCopyable {
  var retransmit = Instant.distantFuture
  var passiveKeepalive = Instant.distantFuture
  var newHandshake = Instant.distantFuture
  var zeroKeys = Instant.distantFuture
  var persistentKeepalive = Instant.distantFuture
  /// Data arrived while the passive keepalive was already pending.
  var needsAnotherKeepalive = false
  /// The passive keepalive that is on its way is to be followed by another.
  var repeatsPassiveKeepalive = false
  /// Initiations sent in this attempt.
  var attempts: UInt8 = 0

  /// The earliest deadline.
  var earliest: Instant {
    min(retransmit, min(passiveKeepalive, min(newHandshake, min(zeroKeys, persistentKeepalive))))
  }

  /// Disarms all five; the attempt counter stays.
  mutating func stop() {
    let attempts = attempts
    self = PeerTimers()
    self.attempts = attempts
  }
}
