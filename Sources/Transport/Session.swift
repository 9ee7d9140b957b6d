public import Octets
public import Timeline

/// One session of a peer: two keys, a sending counter and a replay window (WG §5.4.5, §5.4.6).
///
/// A session stays where it is in memory from its first ticket to its last: tickets hold the addresses of its keys.
/// It does not know which slot it occupies, whose it is to the protocol's timers, or what its packets contain.
public struct Session: BitwiseCopyable, Sendable {
  /// First in memory: tickets hold the addresses of these two (`Slab.sealTicket`, `Slab.openTicket`).
  var keys: InlineArray<2, Octets32>
  /// The index we gave the peer: what its data packets carry.
  public let localIndex: UInt32
  /// The index the peer gave us: what our data packets carry.
  public let remoteIndex: UInt32
  /// When the keys were derived here.
  public let born: Instant
  /// Whether we sent the initiation.
  public let isInitiator: Bool
  /// The place of the peer this session belongs to.
  public let owner: UInt32
  /// The next counter to send with.
  public internal(set) var sendingCounter: UInt64 = 0
  /// Cleared for good when a limit is reached or the identity changes.
  public internal(set) var maySend = true
  /// Cleared for good when the session is too old to receive.
  public internal(set) var mayReceive = true
  /// Set when the session has left its slot: it ends with its last ticket.
  public internal(set) var isRetired = false
  /// Tickets handed out and not ended.
  public internal(set) var outstanding: UInt32 = 0
  var window = ReplayWindow()

  /// A session from freshly derived keys.
  public init(
    sendingKey: Octets32, receivingKey: Octets32, localIndex: UInt32, remoteIndex: UInt32, isInitiator: Bool,
    owner: UInt32, born: Instant
  ) {
    keys = [sendingKey, receivingKey]
    self.localIndex = localIndex
    self.remoteIndex = remoteIndex
    self.isInitiator = isInitiator
    self.owner = owner
    self.born = born
  }

  /// What seals what this side sends. For tests that check what was sealed.
  package var sendingKey: Octets32 { keys[0] }
  /// What opens what this side receives. For tests that check what was opened.
  package var receivingKey: Octets32 { keys[1] }

  /// Whether `count` more packets may be sent at `now`. Reaching a limit stops sending for good.
  public mutating func canSend(_ count: Int, at now: Instant) -> Bool {
    guard maySend else { return false }
    let room = SessionLimit.rejectAfterMessages &- sendingCounter
    if now.since(born) >= SessionLimit.rejectAfterTime || UInt64(count) > room {
      maySend = false
    }
    return maySend
  }

  /// Whether packets may be received at `now`. Reaching the age limit stops receiving for good.
  public mutating func canReceive(at now: Instant) -> Bool {
    if now.since(born) >= SessionLimit.rejectAfterTime { mayReceive = false }
    return mayReceive
  }

  /// Stops sending for good; receiving goes on until the session expires.
  public mutating func forbidSending() {
    maySend = false
  }

  /// Whether having sent should bring a new handshake: too many messages, or our own session has come of age.
  public func needsRekeyAfterSending(at now: Instant) -> Bool {
    guard maySend else { return false }
    return sendingCounter > SessionLimit.rekeyAfterMessages
      || (isInitiator && now.since(born) >= SessionLimit.rekeyAfterTime)
  }

  /// Whether having received should bring a new handshake: our own session is about to expire.
  public func needsRekeyAfterReceiving(at now: Instant) -> Bool {
    maySend && isInitiator && now.since(born) >= SessionLimit.rekeyOnReceiveAfterTime
  }

  /// Accepts the counter of an authenticated packet at most once.
  public mutating func acceptCounter(_ counter: UInt64) -> Bool {
    window.accept(counter)
  }

  /// How many packets the peer has sent, as far as those tell that were accepted: the highest counter and one.
  public var expectedPackets: UInt64 { window.top }

  /// Marks the session as out of its slot; returns whether nothing is outstanding, so that it can be wiped.
  public mutating func retire() -> Bool {
    isRetired = true
    maySend = false
    mayReceive = false
    return outstanding == 0
  }

  /// Ends one ticket; returns whether the session is retired and this was the last, so that it can be wiped.
  public mutating func endTicket() -> Bool {
    precondition(outstanding > 0)
    outstanding &-= 1
    return isRetired && outstanding == 0
  }
}
