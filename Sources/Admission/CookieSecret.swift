internal import Cryptography
public import Octets
public import Timeline

/// The responder's secret R, from which the cookie of every source follows (WG §5.4.7; protocol §7.2).
public struct CookieSecret: BitwiseCopyable, Sendable {
  /// The age at which a secret is replaced (protocol §28).
  public static var lifetime: Interval { .seconds(120) }

  private var secret = Octets32()
  private var born: Instant?

  /// No secret yet: stale.
  public init() {}

  /// Whether there is no secret or it is 120 s old: then no cookie can be made or checked before `replace`.
  public func isStale(at now: Instant) -> Bool {
    guard let born else { return true }
    return now >= born + Self.lifetime
  }

  /// Takes 32 random bytes as the secret. Every cookie made before becomes void.
  public mutating func replace(with random: borrowing Octets32, at now: Instant) {
    secret = copy random
    born = now
  }

  /// The cookie of `source`: MAC(R, address ‖ port), both in network order; nil while the secret is stale.
  ///
  /// An IPv6 scope is not part of it. The encoding is injective, as the two address lengths differ.
  public func cookie(of source: Endpoint, at now: Instant) -> Octets16? {
    guard !isStale(at: now) else { return nil }
    var encoding = FixedOctets<18>()
    let byteCount = encoding.withMutableBytes { bytes in
      let port = source.address.store(into: &bytes, at: 0)
      bytes.store(bigEndian16: source.port, at: port)
      return port + 2
    }
    return BLAKE2s.mac16(key: secret.bytes, encoding.bytes.extracting(first: byteCount))
  }

  /// Overwrites the secret with zeros in place; stale afterwards.
  public mutating func wipe() {
    secureWipe(&self)
    born = nil
  }
}
