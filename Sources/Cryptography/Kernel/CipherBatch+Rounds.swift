// Half quarter rounds (RFC 8439 §2.1), four side by side: the order in which the instructions are wanted.
extension CipherBatch {
  @inline(__always)
  mutating func columnsFirstHalf() {
    firstHalf(&a0, &b0, &c0, &d0)
    firstHalf(&a1, &b1, &c1, &d1)
    firstHalf(&a2, &b2, &c2, &d2)
    firstHalf(&a3, &b3, &c3, &d3)
  }

  @inline(__always)
  mutating func columnsSecondHalf() {
    secondHalf(&a0, &b0, &c0, &d0)
    secondHalf(&a1, &b1, &c1, &d1)
    secondHalf(&a2, &b2, &c2, &d2)
    secondHalf(&a3, &b3, &c3, &d3)
  }

  @inline(__always)
  mutating func diagonalsFirstHalf() {
    firstHalf(&a0, &b1, &c2, &d3)
    firstHalf(&a1, &b2, &c3, &d0)
    firstHalf(&a2, &b3, &c0, &d1)
    firstHalf(&a3, &b0, &c1, &d2)
  }

  @inline(__always)
  mutating func diagonalsSecondHalf() {
    secondHalf(&a0, &b1, &c2, &d3)
    secondHalf(&a1, &b2, &c3, &d0)
    secondHalf(&a2, &b3, &c0, &d1)
    secondHalf(&a3, &b0, &c1, &d2)
  }

  @inline(__always)
  private func firstHalf(_ a: inout Lanes, _ b: inout Lanes, _ c: inout Lanes, _ d: inout Lanes) {
    a = Lanes.sum(a, b)
    d = Lanes.rotated16(Lanes.exclusiveOr(d, a))
    c = Lanes.sum(c, d)
    b = Lanes.rotated12(Lanes.exclusiveOr(b, c))
  }

  @inline(__always)
  private func secondHalf(_ a: inout Lanes, _ b: inout Lanes, _ c: inout Lanes, _ d: inout Lanes) {
    a = Lanes.sum(a, b)
    d = Lanes.rotated8(Lanes.exclusiveOr(d, a))
    c = Lanes.sum(c, d)
    b = Lanes.rotated7(Lanes.exclusiveOr(b, c))
  }
}
