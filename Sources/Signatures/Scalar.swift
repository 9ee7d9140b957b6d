internal import Octets

/// A number below the order of the base point, L = 2^252 + 27742317777372353535851937790883648493, as four words, least
/// significant first. Not for secrets.
struct Scalar: BitwiseCopyable {
  private var words: InlineArray<4, UInt64> = [0, 0, 0, 0]

  /// The little-endian number of the 32 bytes at `offset`; nil when it is not below L.
  init?(canonical bytes: RawSpan, at offset: Int) {
    for i in 0..<4 { words[i] = bytes.littleEndian64(at: offset &+ 8 &* i) }
    if !isBelowOrder { return nil }
  }

  /// The little-endian number of 64 bytes, modulo L, bit by bit.
  init(reducing bytes: FixedOctets<64>) {
    for position in (0..<512).reversed() {
      // Below 2 L, which is below 2^254, so nothing is shifted out.
      for i in (1..<4).reversed() { words[i] = words[i] &<< 1 | words[i &- 1] &>> 63 }
      words[0] = words[0] &<< 1 | UInt64(bytes[position &>> 3] &>> UInt8(truncatingIfNeeded: position & 7)) & 1
      if !isBelowOrder { subtractOrder() }
    }
  }

  /// Bit `position`; `0 ≤ position < 256`.
  func bit(_ position: Int) -> Bool {
    words[position &>> 6] &>> UInt64(truncatingIfNeeded: position & 63) & 1 == 1
  }

  private var isBelowOrder: Bool {
    for i in (0..<4).reversed() where words[i] != order[i] { return words[i] < order[i] }
    return false
  }

  private mutating func subtractOrder() {
    var borrow: UInt64 = 0
    for i in 0..<4 {
      let (first, isShort) = words[i].subtractingReportingOverflow(order[i])
      let (second, isShortAgain) = first.subtractingReportingOverflow(borrow)
      words[i] = second
      borrow = isShort || isShortAgain ? 1 : 0
    }
  }
}

private let order: InlineArray<4, UInt64> = [0x5812_631a_5cf5_d3ed, 0x14de_f9de_a2f7_9cd6, 0, 0x1000_0000_0000_0000]
