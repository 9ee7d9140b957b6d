/// Why a packet or message went no further. Anyone can cause these: they are counted, never answered, never logged
/// one by one.
@frozen
public enum Rejection: UInt8, BitwiseCopyable, Sendable {
  /// The interface is down.
  case interfaceDown
  /// Not a WireGuard message: too short, unknown type, reserved bits, wrong length.
  case malformed
  /// No private key is configured.
  case noIdentity
  /// MAC1 does not verify: the sender does not know our public key.
  case badMAC1
  /// Under load, and MAC2 does not verify; a cookie reply was sent.
  case cookieDemanded
  /// Under load, and the source has used up its handshakes.
  case rateLimited
  /// The handshake queue is full.
  case handshakeQueueFull
  /// No handshake or session has this receiver index.
  case unknownIndex
  /// The cookie reply answers nothing we sent or does not decrypt.
  case badCookie
  /// A handshake message does not decrypt, or a Diffie-Hellman result is zero.
  case handshakeFailed
  /// The initiator's public key is not configured.
  case unknownPeer
  /// The initiation's timestamp is not newer than the last, or it came within 20 ms of the last.
  case staleInitiation
  /// The handshake or the peer changed while the message was worked on.
  case superseded
  /// The session is too old.
  case expired
  /// The tag of a data packet does not verify.
  case unauthentic
  /// The counter was seen before or is too old.
  case replayed
  /// The inner packet is neither IPv4 nor IPv6, or too short for its header.
  case innerVersion
  /// The inner packet claims more bytes than there are.
  case innerLength
  /// The inner source address does not belong to the peer.
  case innerSource
  /// No peer's allowed IPs contain the destination.
  case noRoute
  /// The peer has no endpoint.
  case noEndpoint
  /// The peer's or the interface's staging queue is full; the oldest packet was dropped.
  case stagingFull
  /// More bursts are under way than the limits allow.
  case tooManyBursts
  /// The host has not taken the messages that wait to be sent.
  case messageQueueFull
  /// The host has no storage left.
  case noStorage
  /// A packet for the tunnel is a message that the tunnel itself has sent: its endpoint is routed into it.
  case ownMessage
}

/// How often each rejection happened.
public struct RejectionCounters: BitwiseCopyable, Sendable {
  var tallies: InlineArray<32, UInt64> = InlineArray(repeating: 0)

  init() {}

  mutating func count(_ rejection: Rejection, by amount: UInt64 = 1) {
    tallies[Int(rejection.rawValue)] &+= amount
  }

  /// The tally of `rejection` since the machine was made.
  public subscript(_ rejection: Rejection) -> UInt64 { tallies[Int(rejection.rawValue)] }
}

extension Rejection {
  /// What it is called where people and programs read it: stable.
  public var name: StaticString {
    switch self {
    case .interfaceDown: "interface_down"
    case .malformed: "malformed"
    case .noIdentity: "no_identity"
    case .badMAC1: "bad_mac1"
    case .cookieDemanded: "cookie_demanded"
    case .rateLimited: "rate_limited"
    case .handshakeQueueFull: "handshake_queue_full"
    case .unknownIndex: "unknown_index"
    case .badCookie: "bad_cookie"
    case .handshakeFailed: "handshake_failed"
    case .unknownPeer: "unknown_peer"
    case .staleInitiation: "stale_initiation"
    case .superseded: "superseded"
    case .expired: "expired"
    case .unauthentic: "unauthentic"
    case .replayed: "replayed"
    case .innerVersion: "inner_version"
    case .innerLength: "inner_length"
    case .innerSource: "inner_source"
    case .noRoute: "no_route"
    case .noEndpoint: "no_endpoint"
    case .stagingFull: "staging_full"
    case .tooManyBursts: "too_many_bursts"
    case .messageQueueFull: "message_queue_full"
    case .noStorage: "no_storage"
    case .ownMessage: "own_message"
    }
  }
}
