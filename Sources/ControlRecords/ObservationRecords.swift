// The records of OBSERVE, a request of ours beside those of the contract: how far handshakes have come, what was refused and
// why, and what was lost. Nothing in them is secret. Fixed offsets, little-endian, every size a multiple of eight: one
// record of the interface, then one of each reason, then one of each peer.
//
// They grow at their ends. A reader takes the sizes from the first record, passes over what it does not know, and refuses
// another version: that would mean something else by the same bytes.

/// The interface's record of an observation.
public enum ObservationLayout {
  /// Bytes of it.
  public static var byteCount: Int { 64 }
  /// 32 bits: `version`.
  public static var version: Int { 0 }
  /// 16 bits each: the sizes of this record, of a reason's and of a peer's.
  public static var sizes: Int { 4 }
  /// 32 bits of `ObservationFlag`.
  public static var flags: Int { 12 }
  /// 32 bits: the reasons that follow.
  public static var reasonCount: Int { 16 }
  /// 32 bits: the peers that follow them.
  public static var peerCount: Int { 20 }
  /// 64 bits: handshake messages that wait for a worker.
  public static var queuedHandshakes: Int { 24 }
  /// 64 bits: packets that wait for a session.
  public static var stagedPackets: Int { 32 }
  /// 64 bits: sessions of all peers.
  public static var sessions: Int { 40 }
  /// 64 bits: bursts under way.
  public static var bursts: Int { 48 }

  /// The version of the records that are described here.
  public static var currentVersion: UInt32 { 1 }
}

/// Flags of the interface's record of an observation.
public enum ObservationFlag {
  /// The interface carries traffic.
  public static var isUp: UInt32 { 0x1 }
  /// Handshakes have to prove their address first.
  public static var isUnderLoad: UInt32 { 0x2 }
}

/// A reason's record.
public enum ReasonLayout {
  /// Bytes of it.
  public static var byteCount: Int { 32 }
  /// 64 bits: how often it was given since the adapter was made.
  public static var count: Int { 0 }
  /// 24 bytes: its name in ASCII, zeros behind it.
  public static var name: Int { 8 }
}

/// A peer's record of an observation. Spans of time are in nanoseconds.
public enum ObservedPeerLayout {
  /// Bytes of it.
  public static var byteCount: Int { 144 }
  /// 32 bytes.
  public static var publicKey: Int { 0 }
  /// 32 bits of `ObservedPeerFlag`.
  public static var flags: Int { 32 }
  /// 32 bits: initiations sent in the present attempt.
  public static var initiations: Int { 36 }
  /// 64 bits: since the last handshake message that was sent.
  public static var sinceMessage: Int { 40 }
  /// 64 bits: from the last initiation that was answered to its response.
  public static var roundTrip: Int { 48 }
  /// 64 bits: the age of the session that is sent with.
  public static var sessionAge: Int { 56 }
  /// 64 bits: packets sent in it.
  public static var sessionPackets: Int { 64 }
  /// 64 bits: the age of the session whose keys the peer has not shown to have.
  public static var unconfirmedAge: Int { 72 }
  /// 64 bits: packets that wait for a session.
  public static var stagedPackets: Int { 80 }
  /// 64 bits: packets that the peer has sent to here, as far as their numbers tell.
  public static var expectedPackets: Int { 88 }
  /// 64 bits: those of them that were accepted.
  public static var receivedPackets: Int { 96 }
  /// 64 bits: since the last refusal.
  public static var sinceRefusal: Int { 104 }
  /// 64 bits: since the peer last moved to another endpoint by itself.
  public static var sinceRoaming: Int { 112 }
  /// 24 bytes: why a handshake last went no further, as in a reason's record.
  public static var refusal: Int { 120 }
}

/// Flags of a peer's record of an observation: which fields are meant, and what has no field.
public enum ObservedPeerFlag {
  /// An initiation awaits its response.
  public static var awaitsResponse: UInt32 { 0x001 }
  /// We sent the initiation of the session that is sent with.
  public static var sessionIsInitiator: UInt32 { 0x002 }
  /// A cookie of the peer is held.
  public static var holdsCookie: UInt32 { 0x004 }
  /// A handshake message was sent.
  public static var hasMessage: UInt32 { 0x008 }
  /// A handshake that began here was answered.
  public static var hasRoundTrip: UInt32 { 0x010 }
  /// There is a session to send with.
  public static var hasSession: UInt32 { 0x020 }
  /// There is a session whose keys the peer has not shown to have.
  public static var hasUnconfirmed: UInt32 { 0x040 }
  /// A handshake with the peer went no further.
  public static var hasRefusal: UInt32 { 0x080 }
  /// The peer has moved.
  public static var hasRoamed: UInt32 { 0x100 }
}
