/// A ChaCha20 block in each 128-bit part of `Lanes`, a vector for each row of its four by four words.
///
/// A packet of a few blocks is done sooner this way than in lanes that are mostly empty: there is nothing to transpose.
struct CipherRows<Lanes: CipherLanes>: BitwiseCopyable {
  var a, b, c, d: Lanes

  /// The blocks to a row.
  static var blockCount: Int { Lanes.laneCount / 4 }

  /// The input blocks from number `block` on.
  @inline(__always)
  init(_ input: CipherInput, block: UInt32) {
    a = Lanes(repeating: Lanes.Row(0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574))
    b = Lanes(repeating: input.row(0))
    c = Lanes(repeating: input.row(1))
    d = Lanes.sum(Lanes(repeating: input.counters(block)), Lanes.partNumbers)
  }

  /// A double round (RFC 8439 §2.3).
  @inline(__always)
  mutating func permuteOnce() {
    quarterRounds()
    b = Lanes.turned1(b)
    c = Lanes.turned2(c)
    d = Lanes.turned3(d)
    quarterRounds()
    b = Lanes.turned3(b)
    c = Lanes.turned2(c)
    d = Lanes.turned1(d)
  }

  /// Adds the input blocks and writes the key stream to `target`.
  @inline(__always)
  mutating func finish(_ input: CipherInput, block: UInt32, to target: UnsafeMutableRawPointer) {
    let start = CipherRows(input, block: block)
    a = Lanes.sum(a, start.a)
    b = Lanes.sum(b, start.b)
    c = Lanes.sum(c, start.c)
    d = Lanes.sum(d, start.d)
    // SAFETY: the caller gives room for the blocks of the lanes.
    unsafe Lanes.store(self, to: target)
  }

  @inline(__always)
  private mutating func quarterRounds() {
    a = Lanes.sum(a, b)
    d = Lanes.rotated16(Lanes.exclusiveOr(d, a))
    c = Lanes.sum(c, d)
    b = Lanes.rotated12(Lanes.exclusiveOr(b, c))
    a = Lanes.sum(a, b)
    d = Lanes.rotated8(Lanes.exclusiveOr(d, a))
    c = Lanes.sum(c, d)
    b = Lanes.rotated7(Lanes.exclusiveOr(b, c))
  }
}
