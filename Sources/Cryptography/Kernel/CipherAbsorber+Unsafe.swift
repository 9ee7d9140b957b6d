/// Poly1305 with a queue: ciphertext that waits to be absorbed, one 16-byte block at a time.
@safe
struct CipherAbsorber {
  private var poly: Poly1305
  private var next: UnsafeRawPointer
  private var end: UnsafeRawPointer

  /// An authenticator under the first 16 bytes of `oneTimeKey`, with nothing waiting.
  @unsafe @inline(__always)
  init(oneTimeKey: UnsafeRawPointer) {
    // SAFETY: the caller gives at least 16 bytes.
    unsafe poly = Poly1305(
      low: oneTimeKey.loadUnaligned(as: UInt64.self),
      high: oneTimeKey.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    unsafe next = oneTimeKey
    unsafe end = oneTimeKey
  }

  /// `poly` with a queue, nothing waiting; `place` is never read.
  @inline(__always)
  init(_ poly: Poly1305, idleAt place: UnsafeRawPointer) {
    self.poly = poly
    unsafe next = place
    unsafe end = place
  }

  /// An authenticator without a key, for as long as nothing is to be absorbed; `place` is never read.
  @inline(__always)
  init(idleAt place: UnsafeRawPointer) {
    poly = Poly1305(low: 0, high: 0)
    unsafe next = place
    unsafe end = place
  }

  /// Makes `byteCount` bytes at `text` wait; they stay unchanged until they are absorbed. Nothing else may be waiting.
  @unsafe @inline(__always)
  mutating func enqueue(_ text: UnsafeRawPointer, byteCount: Int) {
    unsafe next = text
    unsafe end = text + byteCount
  }

  /// Absorbs `stride` blocks if they wait, where the weave has a step at all.
  ///
  /// The branch depends on lengths only. It also ends a basic block, which keeps the optimiser from reordering the
  /// vector instructions around it to their disadvantage.
  @inline(__always)
  mutating func step(if woven: Bool, stride: Int) {
    guard unsafe woven && end - next >= stride &* 16 else { return }
    absorbBlock()
    if stride == 2 { absorbBlock() }
  }

  /// Absorbs everything that waits, the last block filled up with zeros.
  @inline(__always)
  mutating func drain() {
    while unsafe end - next >= 16 { absorbBlock() }
    let rest = unsafe end - next
    guard rest > 0 else { return }
    var low: UInt64 = 0
    var high: UInt64 = 0
    for i in 0..<rest {
      // SAFETY: 0 ≤ i < rest bytes wait.
      let byte = unsafe UInt64(next.load(fromByteOffset: i, as: UInt8.self))
      if i < 8 { low |= byte &<< UInt64(i &* 8) } else { high |= byte &<< UInt64((i &- 8) &* 8) }
    }
    poly.absorb(low, high)
    unsafe next = end
  }

  /// Absorbs the closing block: no additional data, and `byteCount` bytes of ciphertext.
  @inline(__always)
  mutating func close(byteCount: Int) {
    poly.absorb(0, UInt64(truncatingIfNeeded: byteCount))
  }

  /// The tag under this pad.
  @inline(__always)
  func tag(padLow: UInt64, padHigh: UInt64) -> (low: UInt64, high: UInt64) {
    poly.tag(padLow: padLow, padHigh: padHigh)
  }

  @inline(__always)
  private mutating func absorbBlock() {
    // SAFETY: 16 bytes wait at `next`.
    unsafe poly.absorb(next.loadUnaligned(as: UInt64.self), next.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    unsafe next += 16
  }
}
