public import Containers
public import Octets

/// What the machine wants done, in the order it must be done in. The host takes effects with `Machine.poll` while it
/// holds the lane and carries them out after letting it go.
@frozen
public enum Effect: BitwiseCopyable, Sendable {
  /// The sealed burst may go out to this path now; bursts of one peer come in counter order.
  case send(token: UInt64, path: Path)
  /// The sealed burst must not go out: its peer is gone or the interface is down.
  case discard(token: UInt64)
  /// The opened burst is next in its peer's order: call `accept` with it before the lane is let go.
  case arrived(token: UInt64, burst: Handle)
  /// A peer can send what is staged for it: call `unstage`.
  case transmit(peer: Handle)
  /// The staged packet was dropped: the host may free it.
  case release(packet: UInt64)
  /// A handshake message or cookie reply to send.
  case message(OutgoingMessage)
  /// Something a log may say.
  case report(Report)
}

/// A small message, complete with MACs.
@frozen
public struct OutgoingMessage: BitwiseCopyable, Sendable {
  /// The message, from the start.
  public var octets: FixedOctets<148>
  /// Its length in bytes.
  public var length: Int
  /// Where it goes.
  public var path: Path
  /// The DS field of the outer packet: 0x88 (AF41) on handshakes, 0 on cookie replies.
  public var trafficClass: UInt8
}

/// An event of one peer that a person who reads a log wants to know. Holds no secret.
@frozen
public struct Report: BitwiseCopyable, Sendable {
  /// What happened.
  @frozen
  public enum Event: UInt8, BitwiseCopyable, Sendable {
    /// An initiation was sent.
    case sentInitiation
    /// An initiation of the peer was accepted and answered.
    case sentResponse
    /// A response was accepted: the session is up.
    case receivedResponse
    /// The peer confirmed the session it initiated.
    case sessionConfirmed
    /// A cookie was received and will be used.
    case receivedCookie
    /// No answer to an initiation; another will be sent.
    case retry
    /// No answer to any initiation of the attempt.
    case gaveUp
    /// Data was sent and nothing came back for 15 s.
    case stoppedHearing
    /// All keys of the peer were wiped after 540 s.
    case erased
    /// The peer moved to another endpoint.
    case roamed
  }

  /// What happened.
  public var event: Event
  /// Whose event it is.
  public var peer: Handle
  /// The start of the peer's public key, for a log line.
  public var publicKey: Octets32
  /// The peer's number: they rise in the order of creation, from 1.
  public var number: UInt64
  /// Where the peer was at that time, if that was known.
  public var endpoint: Endpoint?

  /// A report of `event`.
  package init(event: Event, peer: Handle, publicKey: Octets32, number: UInt64, endpoint: Endpoint?) {
    self.event = event
    self.peer = peer
    self.publicKey = publicKey
    self.number = number
    self.endpoint = endpoint
  }
}
