internal import Admission
internal import Handshake
public import Octets

/// An identity with everything derived from it: made outside the lane, because it costs an X25519, and taken in there
/// by `Machine.setIdentity`. Holds the private key; `wipe` when done.
public struct PreparedIdentity: BitwiseCopyable, Sendable {
  private(set) var identity: Identity?
  private(set) var macKeys: MACKeys?

  /// The identity of these 32 bytes, which are clamped; 32 zero bytes mean none.
  public init(privateKey: Octets32) {
    identity = Identity(privateKey: privateKey)
    secureWipeStack()
    macKeys = identity.map { MACKeys(of: $0.publicKey) }
  }

  /// The public key; nil for no identity.
  public var publicKey: Octets32? { identity?.publicKey }

  /// Overwrites the keys with zeros in place.
  public mutating func wipe() {
    secureWipe(&identity)
    secureWipe(&macKeys)
  }
}
