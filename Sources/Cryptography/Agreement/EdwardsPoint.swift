/// A point of the Edwards curve −x² + y² = 1 + d·x²·y², which is Curve25519 in other coordinates:
/// u = (1 + y) / (1 − y).
///
/// Extended coordinates: x = X/Z, y = Y/Z, T = XY/Z (Hisil, Wong, Carter, Dawson: *Twisted Edwards Curves Revisited*,
/// §3). The formulas hold for all points. Coordinates have L < 2^52.
struct EdwardsPoint: BitwiseCopyable, Sendable {
  var x: FieldElement
  var y: FieldElement
  var z: FieldElement
  var t: FieldElement

  /// The neutral point.
  static var neutral: EdwardsPoint {
    EdwardsPoint(x: .zero, y: .one, z: .one, t: .zero)
  }

  /// Adds a point given in affine coordinates. Seven products.
  @inline(__always)
  mutating func add(_ other: AffineEdwardsPoint) {
    let a = (y - x) * other.difference
    let b = (y + x) * other.sum
    let c = t * other.product
    let d = z + z
    let e = b - a
    let f = d - c
    let g = d + c
    let h = b + a
    x = e * f
    y = g * h
    z = f * g
    t = e * h
  }

  /// Doubles the point. Five products, three squares.
  mutating func double() {
    let a = x.squared()
    let b = y.squared()
    let c = z.squared()
    // The signs of the reference are turned around, F is carried: one difference more would be too much for a product.
    let e = (x + x) * y
    let g = b - a
    let h = a + b
    let f = c + c - g.carried()
    x = e * f
    y = g * h
    z = f * g
    t = e * h
  }

  /// The u-coordinate on Curve25519; zero for the neutral point.
  func montgomery() -> FieldElement {
    (z + y) * (z - y).inverted()
  }
}

/// A point by y + x, y − x and 2·d·x·y, with L < 2^52: what an addition needs of it.
struct AffineEdwardsPoint: BitwiseCopyable, Sendable {
  var sum: FieldElement
  var difference: FieldElement
  var product: FieldElement
}
