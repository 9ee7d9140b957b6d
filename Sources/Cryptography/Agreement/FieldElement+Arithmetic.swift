extension FieldElement {
  /// The sum; L is the sum of the operands'.
  @inline(__always)
  static func + (x: FieldElement, y: FieldElement) -> FieldElement {
    FieldElement(l0: x.l0 &+ y.l0, l1: x.l1 &+ y.l1, l2: x.l2 &+ y.l2, l3: x.l3 &+ y.l3, l4: x.l4 &+ y.l4)
  }

  /// The difference, for operands with L < 2^52: four times the prime is added so that no limb wraps.
  @inline(__always)
  static func - (x: FieldElement, y: FieldElement) -> FieldElement {
    // 4 · (2^255 − 19), limb by limb; each is at least 2^53 − 76.
    let low: UInt64 = 4 &* 0x7_ffff_ffff_ffed
    let high: UInt64 = 4 &* 0x7_ffff_ffff_ffff
    return FieldElement(
      l0: x.l0 &+ low &- y.l0, l1: x.l1 &+ high &- y.l1, l2: x.l2 &+ high &- y.l2,
      l3: x.l3 &+ high &- y.l3, l4: x.l4 &+ high &- y.l4)
  }

  /// The same number, of limbs up to 64 bits; L < 2^52.
  @inline(__always)
  func carried() -> FieldElement {
    FieldElement(
      l0: l0 & limbMask &+ (l4 &>> 51) &* 19, l1: l1 & limbMask &+ l0 &>> 51, l2: l2 & limbMask &+ l1 &>> 51,
      l3: l3 & limbMask &+ l2 &>> 51, l4: l4 & limbMask &+ l3 &>> 51)
  }

  /// The product; L < 2^52.
  @inline(__always)
  static func * (x: FieldElement, y: FieldElement) -> FieldElement {
    // A limb product beyond 2^255 comes back multiplied by 19, which is folded into y: 19 · 2^54 < 2^59.
    let y1 = y.l1 &* 19
    let y2 = y.l2 &* 19
    let y3 = y.l3 &* 19
    let y4 = y.l4 &* 19
    let r0 = product(x.l0, y.l0) &+ product(x.l1, y4) &+ product(x.l2, y3) &+ product(x.l3, y2) &+ product(x.l4, y1)
    let r1 = product(x.l0, y.l1) &+ product(x.l1, y.l0) &+ product(x.l2, y4) &+ product(x.l3, y3) &+ product(x.l4, y2)
    let r2 = product(x.l0, y.l2) &+ product(x.l1, y.l1) &+ product(x.l2, y.l0) &+ product(x.l3, y4) &+ product(x.l4, y3)
    let r3 =
      product(x.l0, y.l3) &+ product(x.l1, y.l2) &+ product(x.l2, y.l1) &+ product(x.l3, y.l0) &+ product(x.l4, y4)
    let r4 =
      product(x.l0, y.l4) &+ product(x.l1, y.l3) &+ product(x.l2, y.l2) &+ product(x.l3, y.l1) &+ product(x.l4, y.l0)
    return carried(r0, r1, r2, r3, r4)
  }

  /// The square; L < 2^52.
  @inline(__always)
  func squared() -> FieldElement {
    let d0 = l0 &* 2
    let d1 = l1 &* 2
    let n3 = l3 &* 19
    let n4 = l4 &* 19
    let r0 = product(l0, l0) &+ product(d1, n4) &+ product(l2 &* 2, n3)
    let r1 = product(d0, l1) &+ product(l2 &* 2, n4) &+ product(l3, n3)
    let r2 = product(d0, l2) &+ product(l1, l1) &+ product(l3 &* 2, n4)
    let r3 = product(d0, l3) &+ product(d1, l2) &+ product(l4, n4)
    let r4 = product(d0, l4) &+ product(d1, l3) &+ product(l2, l2)
    return Self.carried(r0, r1, r2, r3, r4)
  }

  /// The square taken `count` times.
  @inline(__always)
  func squared(times count: Int) -> FieldElement {
    var result = self
    for _ in 0..<count { result = result.squared() }
    return result
  }

  /// 121665 times the number, (A − 2) / 4 of the curve; L < 2^52.
  @inline(__always)
  func timesA24() -> FieldElement {
    let a24: UInt64 = 121_665
    return Self.carried(
      product(l0, a24), product(l1, a24), product(l2, a24), product(l3, a24), product(l4, a24))
  }

  /// The inverse, by raising to 2^255 − 21; zero for zero.
  func inverted() -> FieldElement {
    // `pN` is the number raised to 2^N − 1.
    let p1 = self
    let x2 = p1.squared()
    let x9 = x2.squared(times: 2) * p1
    let x11 = x9 * x2
    let p5 = x11.squared() * x9
    let p10 = p5.squared(times: 5) * p5
    let p20 = p10.squared(times: 10) * p10
    let p40 = p20.squared(times: 20) * p20
    let p50 = p40.squared(times: 10) * p10
    let p100 = p50.squared(times: 50) * p50
    let p200 = p100.squared(times: 100) * p100
    let p250 = p200.squared(times: 50) * p50
    return p250.squared(times: 5) * x11
  }

  /// Carries five columns, each below 2^115, into limbs with L < 2^52.
  @inline(__always)
  private static func carried(
    _ r0: UInt128, _ r1: UInt128, _ r2: UInt128, _ r3: UInt128, _ r4: UInt128
  ) -> FieldElement {
    let c1 = r1 &+ wide(excess(r0))
    let c2 = r2 &+ wide(excess(c1))
    let c3 = r3 &+ wide(excess(c2))
    let c4 = r4 &+ wide(excess(c3))
    let l0 = r0._low & limbMask &+ excess(c4) &* 19
    return FieldElement(
      l0: l0 & limbMask, l1: c1._low & limbMask &+ l0 &>> 51, l2: c2._low & limbMask, l3: c3._low & limbMask,
      l4: c4._low & limbMask)
  }

  /// What a column below 2^115 has beyond its 51 bits.
  @inline(__always)
  private static func excess(_ column: UInt128) -> UInt64 {
    column._high &<< 13 | column._low &>> 51
  }
}
