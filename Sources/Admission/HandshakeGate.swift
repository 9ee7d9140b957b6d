public import Containers
internal import Messages
public import Octets
public import Timeline

/// What to do with a handshake message whose MAC1 is right.
@frozen
public enum Admittance: UInt8, BitwiseCopyable, Sendable {
  /// Go on with the handshake.
  case process
  /// Answer with `HandshakeGate.reply`, and drop it.
  case answerWithCookie
  /// Drop it silently.
  case drop
}

/// The decision of one interface about handshake messages: the under-load rule, MAC2 and the rate limit, in this order
/// (protocol §7.4). One lane owns it.
public struct HandshakeGate: ~Copyable {
  private var load = LoadGauge()
  private var secret = CookieSecret()
  private var limiter: RateLimiter

  /// The gate of an idle interface; `key` is 16 random bytes for the rate limiter's table.
  public init(key: borrowing Octets16, storage: Storage) {
    limiter = RateLimiter(key: key, storage: storage)
  }

  /// Decides about `message` from `source` while `queued` messages wait. Call it only after MAC1 was found right: neither
  /// the rate limiter nor a cookie reply may be reached without it.
  public mutating func judge(
    _ message: RawSpan, from source: Endpoint, queued: Int, at now: Instant
  ) -> Admittance {
    guard load.isUnderLoad(queued: queued, at: now) else { return .process }
    guard let cookie = secret.cookie(of: source, at: now), HandshakeMACs.verifyMAC2(of: message, cookie: cookie) else {
      return .answerWithCookie
    }
    return limiter.allow(source.address, at: now) ? .process : .drop
  }

  /// Whether the interface is under load while `queued` messages wait.
  public func isUnderLoad(queued: Int, at now: Instant) -> Bool {
    var load = load
    return load.isUnderLoad(queued: queued, at: now)
  }

  /// Writes the cookie reply of 64 bytes to `message` from `source`; false when `message` is no handshake message.
  ///
  /// - Parameters:
  ///   - message: the handshake message.
  ///   - source: where it came from.
  ///   - cookieKey: our own `MACKeys.cookie`.
  ///   - nonce: 24 random bytes, never used again.
  ///   - random: 32 random bytes, taken as the cookie secret when that is stale and otherwise ignored.
  ///   - now: the time.
  ///   - reply: at least 64 bytes.
  public mutating func reply(
    to message: RawSpan, from source: Endpoint, cookieKey: Octets32, nonce: FixedOctets<24>,
    random: borrowing Octets32, at now: Instant, into reply: inout MutableRawSpan
  ) -> Bool {
    if secret.isStale(at: now) { secret.replace(with: random, at: now) }
    guard let cookie = secret.cookie(of: source, at: now) else { return false }
    return CookieReply.emit(cookie: cookie, answering: message, cookieKey: cookieKey, nonce: nonce, into: &reply)
  }

  /// Forgets idle sources, a bounded number, and returns when to call again; see `RateLimiter.advance`.
  public mutating func advance(to now: Instant) -> Instant {
    limiter.advance(to: now)
  }

  /// Overwrites the cookie secret with zeros in place.
  public mutating func wipe() {
    secret.wipe()
  }
}
