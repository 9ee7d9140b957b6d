public import Octets
public import Timeline

// What `observe=1` tells of an interface beyond its configuration. Nothing in it is secret. The machine has the same facts in
// types of its own (`PeerProgress`): this module knows no machine, for the program for Windows has the one without the other.

/// How busy an interface is.
@frozen
public struct ObservedInterface: BitwiseCopyable, Sendable {
  /// Whether the interface carries traffic.
  public var isUp = false
  /// Whether handshakes have to prove their address first.
  public var isUnderLoad = false
  /// Handshake messages that wait for a worker.
  public var queuedHandshakes: UInt64 = 0
  /// Packets that wait for a session, of all peers.
  public var stagedPackets: UInt64 = 0
  /// Sessions of all peers, up to three of each.
  public var sessions: UInt64 = 0
  /// Bursts under way.
  public var bursts: UInt64 = 0
  /// The MTU of the interface, as it was last read; nil when the target does not know it.
  public var mtu: UInt64?
  /// Bytes of memory of datagrams that wait to be received; nil when the target does not know it.
  public var receiveQueueBytes: UInt64?
  /// Datagrams that the system gave up since the port was opened, for want of memory or by a wrong checksum; nil when the
  /// target does not know it.
  public var receiveDrops: UInt64?

  /// An interface that is down.
  public init() {}
}

/// How often packets and messages went no further for one reason.
@frozen
public struct ObservedTally: Sendable {
  /// The reason.
  public let reason: ReasonName
  /// How often, since the interface was made.
  public let count: UInt64

  /// A reason with its count.
  public init(reason: ReasonName, count: UInt64) {
    self.reason = reason
    self.count = count
  }
}

/// How much a worker has worked: a thread, or whatever else works by itself.
@frozen
public struct ObservedWorker: Sendable {
  /// The worker in lower case and underscores, at most 24 bytes: stable, for scripts and metrics.
  public let name: StaticString
  /// The processor time that it has used since it began.
  public let processorTime: Interval

  /// A worker with its time.
  public init(name: StaticString, processorTime: Interval) {
    self.name = name
    self.processorTime = processorTime
  }
}

/// How far things are with a peer.
@frozen
public struct ObservedPeer: Sendable {
  /// The public key.
  public var publicKey = Octets32()
  /// Initiations sent in the present attempt, or in the last one when it ended without a session.
  public var initiations: UInt8 = 0
  /// Whether an initiation awaits its response.
  public var awaitsResponse = false
  /// Since we last sent a handshake message.
  public var sinceMessage: Interval?
  /// From our last answered initiation to its response.
  public var roundTrip: Interval?
  /// The age of the session that is sent with.
  public var sessionAge: Interval?
  /// Whether we sent the initiation of that session.
  public var sessionIsInitiator = false
  /// Packets sent in that session.
  public var sessionPackets: UInt64 = 0
  /// The age of the session whose keys the peer has not shown to have.
  public var unconfirmedAge: Interval?
  /// Whether a cookie of the peer is held.
  public var holdsCookie = false
  /// Packets that wait for a session.
  public var stagedPackets: UInt64 = 0
  /// Packets that the peer has sent to here, as far as their numbers tell.
  public var expectedPackets: UInt64 = 0
  /// Those of them that were accepted: the others were lost on the way, or are late.
  public var receivedPackets: UInt64 = 0
  /// Why a handshake with the peer last went no further; a tally's reason.
  public var refusal: ReasonName?
  /// Since then.
  public var sinceRefusal: Interval?
  /// Since the peer last moved to another endpoint by itself.
  public var sinceRoaming: Interval?

  /// A peer of which nothing is known.
  public init() {}
}
