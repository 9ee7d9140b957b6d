internal import COctets
public import Octets

/// The Diffie-Hellman function of RFC 7748 over Curve25519, on u-coordinates only.
///
/// Private keys are clamped inside, so any 32 bytes are one. The top bit of a public key is ignored, and numbers that are
/// not reduced are taken modulo the prime, as the RFC asks.
public enum X25519 {
  /// The public key of a 32-byte private key. A third of a scalar multiplication.
  public static func publicKey(_ privateKey: RawSpan) -> Octets32 {
    let key = multiplyBase(privateKey)
    octets_wipe_stack(2048)
    return key
  }

  /// The shared secret of a 32-byte private and a 32-byte public key; nil when it is all zero, which a point of small
  /// order makes it. One scalar multiplication.
  public static func agree(_ privateKey: RawSpan, _ publicKey: RawSpan) -> Octets32? {
    let secret = multiply(privateKey, publicKey)
    octets_wipe_stack(2048)
    return secret.isZero ? nil : secret
  }

  /// Makes 32 random bytes a private key in its canonical form.
  public static func clamp(_ key: inout Octets32) {
    key[0] &= 248
    key[31] = (key[31] & 127) | 64
  }

  /// The Montgomery ladder of RFC 7748 §5: the same sequence of operations and addresses for every scalar and point.
  @inline(never)
  package static func multiply(_ privateKey: RawSpan, _ point: RawSpan) -> Octets32 {
    precondition(privateKey.byteCount == 32 && point.byteCount == 32)
    var scalar = Octets32(privateKey)
    clamp(&scalar)
    var ladder = Ladder(point: FieldElement(point))
    var swapped: UInt64 = 0
    for position in (0..<255).reversed() {
      let bit = UInt64(scalar[position &>> 3] &>> UInt8(truncatingIfNeeded: position & 7)) & 1
      ladder.swap(if: swapped ^ bit)
      swapped = bit
      ladder.step()
    }
    // Bit 0 of a clamped scalar is zero, so nothing is left swapped.
    let result = ladder.affine()
    secureWipe(&ladder)
    scalar.wipe()
    return result
  }
}

/// Two neighbouring multiples of a point in projective coordinates, whose difference is always that point.
private struct Ladder: BitwiseCopyable {
  let point: FieldElement
  var x2: FieldElement
  var z2: FieldElement
  var x3: FieldElement
  var z3: FieldElement

  init(point: FieldElement) {
    self.point = point
    x2 = .one
    z2 = .zero
    x3 = point
    z3 = .one
  }

  /// Exchanges the two multiples when `bit` is 1, leaves them when it is 0.
  @inline(__always)
  mutating func swap(if bit: UInt64) {
    let mask = allOnes(if: bit)
    FieldElement.exchange(&x2, &x3, mask: mask)
    FieldElement.exchange(&z2, &z3, mask: mask)
  }

  /// Doubles the first multiple and adds it to the second; the letters are those of RFC 7748 §5.
  @inline(__always)
  mutating func step() {
    let a = x2 + z2
    let b = x2 - z2
    let c = x3 + z3
    let d = x3 - z3
    let da = d * a
    let cb = c * b
    x3 = (da + cb).squared()
    z3 = point * (da - cb).squared()
    let aa = a.squared()
    let bb = b.squared()
    let e = aa - bb
    x2 = aa * bb
    z2 = e * (aa + e.timesA24())
  }

  /// The u-coordinate of the first multiple; zero for the point at infinity.
  func affine() -> Octets32 {
    (x2 * z2.inverted()).canonical()
  }
}
