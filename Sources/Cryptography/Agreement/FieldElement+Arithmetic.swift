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

  /// The product; L < 2^52.
  @inline(__always)
  static func * (x: FieldElement, y: FieldElement) -> FieldElement {
    // A limb product beyond 2^255 comes back multiplied by 19, which is folded into y: 19 · 2^54 < 2^59.
    let y1 = y.l1 &* 19
    let y2 = y.l2 &* 19
    let y3 = y.l3 &* 19
    let y4 = y.l4 &* 19
    let r0 = wide(x.l0, y.l0) &+ wide(x.l1, y4) &+ wide(x.l2, y3) &+ wide(x.l3, y2) &+ wide(x.l4, y1)
    let r1 = wide(x.l0, y.l1) &+ wide(x.l1, y.l0) &+ wide(x.l2, y4) &+ wide(x.l3, y3) &+ wide(x.l4, y2)
    let r2 = wide(x.l0, y.l2) &+ wide(x.l1, y.l1) &+ wide(x.l2, y.l0) &+ wide(x.l3, y4) &+ wide(x.l4, y3)
    let r3 = wide(x.l0, y.l3) &+ wide(x.l1, y.l2) &+ wide(x.l2, y.l1) &+ wide(x.l3, y.l0) &+ wide(x.l4, y4)
    let r4 = wide(x.l0, y.l4) &+ wide(x.l1, y.l3) &+ wide(x.l2, y.l2) &+ wide(x.l3, y.l1) &+ wide(x.l4, y.l0)
    return carried(r0, r1, r2, r3, r4)
  }

  /// The square; L < 2^52.
  @inline(__always)
  func squared() -> FieldElement {
    let d0 = l0 &* 2
    let d1 = l1 &* 2
    let n3 = l3 &* 19
    let n4 = l4 &* 19
    let r0 = Self.wide(l0, l0) &+ Self.wide(d1, n4) &+ Self.wide(l2 &* 2, n3)
    let r1 = Self.wide(d0, l1) &+ Self.wide(l2 &* 2, n4) &+ Self.wide(l3, n3)
    let r2 = Self.wide(d0, l2) &+ Self.wide(l1, l1) &+ Self.wide(l3 &* 2, n4)
    let r3 = Self.wide(d0, l3) &+ Self.wide(d1, l2) &+ Self.wide(l4, n4)
    let r4 = Self.wide(d0, l4) &+ Self.wide(d1, l3) &+ Self.wide(l2, l2)
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
      Self.wide(l0, a24), Self.wide(l1, a24), Self.wide(l2, a24), Self.wide(l3, a24), Self.wide(l4, a24))
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

  /// The full 128-bit product.
  @inline(__always)
  private static func wide(_ x: UInt64, _ y: UInt64) -> UInt128 {
    UInt128(truncatingIfNeeded: x) &* UInt128(truncatingIfNeeded: y)
  }

  /// Carries five columns, each below 2^115, into limbs with L < 2^52.
  @inline(__always)
  private static func carried(
    _ r0: UInt128, _ r1: UInt128, _ r2: UInt128, _ r3: UInt128, _ r4: UInt128
  ) -> FieldElement {
    let c1 = r1 &+ r0 &>> 51
    let c2 = r2 &+ c1 &>> 51
    let c3 = r3 &+ c2 &>> 51
    let c4 = r4 &+ c3 &>> 51
    let l0 = low(r0) &+ UInt64(truncatingIfNeeded: c4 &>> 51) &* 19
    return FieldElement(
      l0: l0 & limbMask, l1: low(c1) &+ l0 &>> 51, l2: low(c2), l3: low(c3), l4: low(c4))
  }

  @inline(__always)
  private static func low(_ column: UInt128) -> UInt64 {
    UInt64(truncatingIfNeeded: column) & limbMask
  }
}
