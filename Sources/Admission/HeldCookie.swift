public import Cryptography
internal import Messages
public import Octets
public import Timeline

/// The initiator's side of cookies, one per peer: the MAC1 a cookie reply must answer, and the cookie held
/// (WG §6.6; protocol §7.3).
public struct HeldCookie: BitwiseCopyable, Sendable {
  /// Seconds before the responder replaces its secret at which its cookie is no longer used (protocol §7.3: 120 − 5).
  static var margin: UInt64 { 5 }
  /// The age at which a cookie is no longer used: 115 s.
  public static var lifetime: Interval {
    .nanoseconds(CookieSecret.lifetime.nanoseconds - Interval.seconds(margin).nanoseconds)
  }

  private var lastSentMAC1 = Octets16()
  private var awaitsReply = false
  private var cookie = Octets16()
  private var received: Instant?

  /// No cookie, and no message that one could answer.
  public init() {}

  /// The cookie to make MAC2 with, while it is younger than 115 s.
  public func cookie(at now: Instant) -> Octets16? {
    guard let received, now < received + Self.lifetime else { return nil }
    return cookie
  }

  /// Writes both MACs into a complete handshake message for the peer, and remembers MAC1 for a reply.
  ///
  /// `key` is the peer's `MACKeys.mac1`. Traps when `message` is neither 148 nor 92 bytes.
  public mutating func stamp(_ message: inout MutableRawSpan, key: BLAKE2s.PreparedKey, at now: Instant) {
    lastSentMAC1 = HandshakeMACs.stamp(&message, key: key, cookie: cookie(at: now))
    awaitsReply = true
  }

  /// Takes the cookie out of `reply`, any bytes; false, and nothing changed, when it does not open or when no MAC1 is
  /// unanswered. A second reply to one message is ignored.
  ///
  /// `cookieKey` is the peer's `MACKeys.cookie`.
  public mutating func accept(_ reply: RawSpan, cookieKey: Octets32, at now: Instant) -> Bool {
    guard awaitsReply,
      let opened = CookieReply.open(reply, lastSentMAC1: lastSentMAC1, cookieKey: cookieKey)
    else { return false }
    cookie = opened
    received = now
    awaitsReply = false
    return true
  }

  /// Forgets everything; secrets are overwritten in place.
  public mutating func wipe() {
    secureWipe(&self)
    received = nil
    awaitsReply = false
  }
}
