internal import Admission
public import Containers
internal import Handshake
public import Octets
public import Timeline
public import Transport

/// How far the machine has come with a peer: what someone needs to know who asks why there is no session. No secrets.
@frozen
public struct PeerProgress: BitwiseCopyable, Sendable {
  /// The peer's number: they rise in the order of creation, from 1.
  public var number: UInt64 = 0
  /// The public key.
  public var publicKey = Octets32()
  /// Initiations sent in the present attempt, or in the last one when it ended without a session.
  public var initiations: UInt8 = 0
  /// Whether an initiation awaits its response.
  public var awaitsResponse = false
  /// Since we last sent a handshake message; nil when none was sent since the interface came up.
  public var sinceMessage: Interval?
  /// From our last answered initiation to its response; nil before the first.
  public var roundTrip: Interval?
  /// The age of the session that is sent with; nil when there is none.
  public var sessionAge: Interval?
  /// Whether we sent the initiation of that session.
  public var sessionIsInitiator = false
  /// Packets sent in that session, the keepalives among them.
  public var sessionPackets: UInt64 = 0
  /// The age of the session whose keys the peer has not shown to have; nil when there is none.
  public var unconfirmedAge: Interval?
  /// Whether a cookie of the peer is held: it was under load less than two minutes ago.
  public var holdsCookie = false
  /// Packets that wait for a session.
  public var staged = 0
  /// How many packets the peer has sent to here, as far as is known, and how many of them were accepted.
  public var reception = ReceptionTally()
  /// Why a handshake with the peer last went no further; nil when none did.
  public var refusal: Rejection?
  /// Since then.
  public var sinceRefusal: Interval?
  /// Since the peer last moved to another endpoint by itself; nil when it never did.
  public var sinceRoaming: Interval?

  init() {}
}

/// How busy the machine is. No secrets.
@frozen
public struct MachineProgress: BitwiseCopyable, Sendable {
  /// Whether the interface carries traffic.
  public let isUp: Bool
  /// Whether handshakes have to prove their address first.
  public let isUnderLoad: Bool
  /// Handshake messages that wait for a worker.
  public let queuedHandshakes: Int
  /// Packets that wait for a session, of all peers.
  public let staged: Int
  /// Sessions of all peers, up to three of each.
  public let sessions: Int
  /// Bursts under way.
  public let bursts: Int
  /// How often each kind of packet or message was refused.
  public let rejections: RejectionCounters
}

extension Machine {
  /// How busy the machine is at `now`.
  public func progress(at now: Instant) -> MachineProgress {
    MachineProgress(
      isUp: isUp, isUnderLoad: gate.isUnderLoad(queued: received.count, at: now), queuedHandshakes: received.count,
      staged: stagedCount, sessions: sessions.count, bursts: bursts.count, rejections: rejections)
  }

  /// How far things are with `peer` at `now`; nil when it is gone.
  public func progress(of peer: Handle, at now: Instant) -> PeerProgress? {
    guard peers.contains(peer) else { return nil }
    var progress = PeerProgress()
    progress.number = peers[peer].number
    progress.publicKey = peers[peer].publicKey
    progress.initiations = peers[peer].timers.attempts
    progress.awaitsResponse = peers[peer].handshake != .none
    if let sent = peers[peer].lastHandshakeSent { progress.sinceMessage = now.since(sent) }
    progress.roundTrip = peers[peer].roundTrip
    if peers[peer].current != .none {
      let session = peers[peer].current
      progress.sessionAge = now.since(sessions[session].born)
      progress.sessionIsInitiator = sessions[session].isInitiator
      progress.sessionPackets = sessions[session].sendingCounter
    }
    if peers[peer].next != .none { progress.unconfirmedAge = now.since(sessions[peers[peer].next].born) }
    progress.holdsCookie = peers[peer].cookie.cookie(at: now) != nil
    progress.staged = peers[peer].staged.count
    progress.reception = peers[peer].reception
    if let refusal = peers[peer].refusal {
      progress.refusal = refusal
      progress.sinceRefusal = now.since(peers[peer].refused)
    }
    if let roamed = peers[peer].roamed { progress.sinceRoaming = now.since(roamed) }
    return progress
  }

  /// Counts a handshake with `peer` that went no further, and remembers it as the last.
  mutating func reject(_ rejection: Rejection, of peer: Handle, _ now: Instant) {
    reject(rejection)
    guard peers.contains(peer) else { return }
    peers[peer].refusal = rejection
    peers[peer].refused = now
  }
}
