internal import Octets

extension AffineEdwardsPoint {
  /// The base point.
  static var base: AffineEdwardsPoint {
    AffineEdwardsPoint(
      sum: FieldElement(
        SIMD4(0x2fbc_93c6_f58c_3b85, 0xcf93_2dc6_fb8c_0e19, 0x270b_4898_643d_42c2, 0x07cf_9d3a_33d4_ba65)),
      difference: FieldElement(
        SIMD4(0x9d10_3905_d740_913e, 0xfd39_9f05_d140_beb3, 0xa5c1_8434_688f_8a09, 0x44fd_2f92_98f8_1267)),
      product: FieldElement(
        SIMD4(0xabc9_1205_877a_aa68, 0x26d9_e823_ccaa_c49e, 0x5a1b_7dcb_dd43_598c, 0x6f11_7b68_9f0c_65a8)))
  }

  /// The point with these coordinates, both with L < 2^52.
  fileprivate init(x: FieldElement, y: FieldElement) {
    self.init(
      sum: (y + x).carried(), difference: (y - x).carried(), product: x * y * (curveConstant + curveConstant))
  }

  /// The opposite of the point that the 32 bytes encode (RFC 8032 §5.1.3); nil when they encode none, or not in the one
  /// form that encoding gives.
  static func opposite(ofEncoded bytes: RawSpan) -> AffineEdwardsPoint? {
    let y = FieldElement(bytes)
    let isOdd = bytes.octet(at: 31) & 0x80 != 0
    var canonical = y.canonical()
    if isOdd { canonical[31] |= 0x80 }
    guard canonical == Octets32(bytes) else { return nil }
    let square = y.squared()
    guard let x = squareRoot((square - .one).carried(), over: square * curveConstant + .one) else { return nil }
    let root = x.canonical()
    // Zero is its own opposite, so it has no odd form.
    if root.isZero && isOdd { return nil }
    // Of x and −x take the one whose sign is not the encoded one.
    let isRootOdd = root[0] & 1 == 1
    return AffineEdwardsPoint(x: isRootOdd == isOdd ? (.zero - x).carried() : x, y: y)
  }

  /// The square root of `u / v`; nil when there is none (RFC 8032 §5.1.3).
  private static func squareRoot(_ u: FieldElement, over v: FieldElement) -> FieldElement? {
    let v3 = v.squared() * v
    let uv7 = v3.squared() * v * u
    // uv7 raised to (p − 5) / 8 = 2^252 − 3, all of whose bits are ones but the second.
    var power = uv7
    for bit in (0..<251).reversed() {
      power = power.squared()
      if bit != 1 { power = power * uv7 }
    }
    let root = u * v3 * power
    let check = root.squared() * v
    if (check - u.carried()).canonical().isZero { return root }
    if (check + u).canonical().isZero { return root * rootOfMinusOne }
    return nil
  }
}

extension EdwardsPoint {
  /// The 32 bytes that stand for the point (RFC 8032 §5.1.2).
  func encoded() -> Octets32 {
    let inverse = z.inverted()
    var bytes = (y * inverse).canonical()
    if (x * inverse).canonical()[0] & 1 == 1 { bytes[31] |= 0x80 }
    return bytes
  }

  /// The point in the form in which it is added.
  func affine() -> AffineEdwardsPoint {
    let inverse = z.inverted()
    return AffineEdwardsPoint(x: x * inverse, y: y * inverse)
  }

  /// Whether eight times the point is the neutral one.
  var isOfSmallOrder: Bool {
    var multiple = self
    for _ in 0..<3 { multiple.double() }
    return multiple.x.canonical().isZero && (multiple.y - multiple.z).canonical().isZero
  }
}

/// d of the curve, −121665 / 121666 (RFC 8032 §5.1).
private var curveConstant: FieldElement {
  FieldElement(SIMD4(0x75eb_4dca_1359_78a3, 0x0070_0a4d_4141_d8ab, 0x8cc7_4079_7779_e898, 0x5203_6cee_2b6f_fe73))
}

/// A square root of −1: 2^((p − 1) / 4).
private var rootOfMinusOne: FieldElement {
  FieldElement(SIMD4(0xc4ee_1b27_4a0e_a0b0, 0x2f43_1806_ad2f_e478, 0x2b4d_0099_3dfb_d7a7, 0x2b83_2480_4fc1_df0b))
}
