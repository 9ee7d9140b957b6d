/// What the input blocks of one packet have in common: the key, where the caller keeps it, and the nonce.
@safe
struct CipherInput {
  private let key: UnsafeRawPointer
  fileprivate let counter: UInt64

  /// The input of the packet number `counter` under the 32 bytes at `key`, which stay there while this value is used.
  @unsafe @inline(__always)
  init(key: UnsafeRawPointer, counter: UInt64) {
    unsafe self.key = unsafe key
    self.counter = counter
  }

  /// Word `index` of the 32-byte key.
  @inline(__always)
  func word(_ index: Int) -> UInt32 {
    // SAFETY: `key` has 32 bytes for as long as the packet is worked on; every index here is 0 … 7.
    unsafe key.loadUnaligned(fromByteOffset: index &* 4, as: UInt32.self)
  }
}

extension CipherInput {
  /// The first or the second half of the key.
  @inline(__always)
  func row(_ index: Int) -> SIMD4<UInt32> {
    // SAFETY: as for `word`.
    unsafe key.loadUnaligned(fromByteOffset: index &* 16, as: SIMD4<UInt32>.self)
  }

  /// The last row of an input block: its number and the nonce.
  @inline(__always)
  func counters(_ block: UInt32) -> SIMD4<UInt32> {
    SIMD4(block, 0, UInt32(truncatingIfNeeded: counter), UInt32(truncatingIfNeeded: counter &>> 32))
  }
}

extension CipherBatch {
  /// The input blocks from number `block` on.
  @inline(__always)
  init(_ input: CipherInput, block: UInt32) {
    a0 = Lanes(repeating: 0x6170_7865)
    a1 = Lanes(repeating: 0x3320_646e)
    a2 = Lanes(repeating: 0x7962_2d32)
    a3 = Lanes(repeating: 0x6b20_6574)
    b0 = Lanes(repeating: input.word(0))
    b1 = Lanes(repeating: input.word(1))
    b2 = Lanes(repeating: input.word(2))
    b3 = Lanes(repeating: input.word(3))
    c0 = Lanes(repeating: input.word(4))
    c1 = Lanes(repeating: input.word(5))
    c2 = Lanes(repeating: input.word(6))
    c3 = Lanes(repeating: input.word(7))
    d0 = Lanes(countingFrom: block)
    d1 = Lanes(repeating: 0)
    d2 = Lanes(repeating: UInt32(truncatingIfNeeded: input.counter))
    d3 = Lanes(repeating: UInt32(truncatingIfNeeded: input.counter &>> 32))
  }

  /// Adds the input blocks and writes the key stream to `target`.
  @inline(__always)
  mutating func finish(_ input: CipherInput, block: UInt32, to target: UnsafeMutableRawPointer) {
    let start = CipherBatch(input, block: block)
    a0 = Lanes.sum(a0, start.a0)
    a1 = Lanes.sum(a1, start.a1)
    a2 = Lanes.sum(a2, start.a2)
    a3 = Lanes.sum(a3, start.a3)
    b0 = Lanes.sum(b0, start.b0)
    b1 = Lanes.sum(b1, start.b1)
    b2 = Lanes.sum(b2, start.b2)
    b3 = Lanes.sum(b3, start.b3)
    c0 = Lanes.sum(c0, start.c0)
    c1 = Lanes.sum(c1, start.c1)
    c2 = Lanes.sum(c2, start.c2)
    c3 = Lanes.sum(c3, start.c3)
    d0 = Lanes.sum(d0, start.d0)
    d1 = Lanes.sum(d1, start.d1)
    d2 = Lanes.sum(d2, start.d2)
    d3 = Lanes.sum(d3, start.d3)
    unsafe Lanes.store(self, to: target)
  }
}

extension CipherBatch where Lanes: WovenLanes {
  /// Turns the input blocks into key stream, and absorbs waiting blocks of Poly1305 meanwhile: the one keeps the vector
  /// units busy, the other the integer units.
  @inline(__always)
  mutating func permute(weaving absorber: inout CipherAbsorber) {
    for _ in 0..<10 {
      columnsFirstHalf()
      absorber.step(if: Lanes.weave >= 4, stride: Lanes.stride)
      columnsSecondHalf()
      absorber.step(if: Lanes.weave >= 2, stride: Lanes.stride)
      diagonalsFirstHalf()
      absorber.step(if: Lanes.weave >= 4, stride: Lanes.stride)
      diagonalsSecondHalf()
      absorber.step(if: true, stride: Lanes.stride)
    }
  }
}
