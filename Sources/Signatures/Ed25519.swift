public import Octets

/// Verification of Ed25519 signatures (RFC 8032 §5.1.7), in its strict form: for one key and one message there is no second
/// encoding of a valid signature.
///
/// Refused beyond what the RFC asks: keys and R in a form other than the one that encoding gives, and keys and R of small
/// order, under which one signature would fit many messages. The equation is the one without the cofactor. This agrees
/// with libsodium's `crypto_sign_verify_detached`.
public enum Ed25519 {
  /// Whether `signature` is the one of `message` under the 32-byte public key `key`. About 250 doublings and 190
  /// additions on the curve and one pass over the message.
  public static func verify(_ signature: FixedOctets<64>, of message: RawSpan, by key: Octets32) -> Bool {
    guard let s = Scalar(canonical: signature.bytes, at: 32),
      let opposite = AffineEdwardsPoint.opposite(ofEncoded: key.bytes)
    else { return false }
    var oppositeKey = EdwardsPoint.neutral
    oppositeKey.add(opposite)
    if oppositeKey.isOfSmallOrder { return false }
    let r = Octets32(signature.bytes)
    var hash = SHA512()
    hash.update(r.bytes)
    hash.update(key.bytes)
    hash.update(message)
    let h = Scalar(reducing: hash.finish())
    // s B − h A, both at once.
    oppositeKey.add(.base)
    let both = oppositeKey.affine()
    var sum = EdwardsPoint.neutral
    for position in (0..<253).reversed() {
      sum.double()
      switch (s.bit(position), h.bit(position)) {
      case (true, true): sum.add(both)
      case (true, false): sum.add(.base)
      case (false, true): sum.add(opposite)
      case (false, false): break
      }
    }
    return !sum.isOfSmallOrder && sum.encoded() == r
  }
}
