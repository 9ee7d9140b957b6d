internal import Cryptography
public import Octets

/// The interface's static key pair.
public struct Identity: BitwiseCopyable, Sendable {
  /// The private key, clamped.
  public private(set) var privateKey: Octets32
  /// The public key.
  public private(set) var publicKey: Octets32

  /// The identity of these 32 bytes, which are clamped; nil when all are zero, which means "no identity" (protocol §3).
  /// One X25519.
  public init?(privateKey: borrowing Octets32) {
    guard !privateKey.isZero else { return nil }
    self.privateKey = copy privateKey
    X25519.clamp(&self.privateKey)
    publicKey = X25519.publicKey(self.privateKey.bytes)
  }

  /// The static-static secret with a peer, which handshakes with it need: computed once for each pair of keys. All zero
  /// when the peer's key is a point of small order; every handshake with that peer is then refused. One X25519.
  public func staticStatic(with remotePublic: Octets32) -> Octets32 {
    X25519.agree(privateKey.bytes, remotePublic.bytes) ?? Octets32()
  }

  /// Overwrites the keys with zeros in place.
  public mutating func wipe() {
    secureWipe(&self)
  }
}
