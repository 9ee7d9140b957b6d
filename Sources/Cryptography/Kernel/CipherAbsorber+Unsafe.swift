/// Poly1305 with a queue: ciphertext that waits to be absorbed, one 16-byte block at a time.
@safe
struct CipherAbsorber {
  private var poly: Poly1305
  private var next: UnsafeRawPointer
  /// Where the whole blocks end; `rest` bytes follow them.
  private var end: UnsafeRawPointer
  private var rest = 0

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
    unsafe end = text + (byteCount & ~15)
    rest = byteCount & 15
  }

  /// Absorbs `stride` blocks if they wait, where the weave has a step at all.
  ///
  /// The branch depends on lengths only. It also ends a basic block, which keeps the optimiser from reordering the
  /// vector instructions around it to their disadvantage.
  @inline(__always)
  mutating func step(if woven: Bool, stride: Int) {
    guard unsafe woven && next + stride &* 16 <= end else { return }
    absorbBlock()
    if stride == 2 { absorbBlock() }
  }

  /// Absorbs everything that waits, the last block filled up with zeros.
  @inline(__always)
  mutating func drain() {
    while unsafe next != end { absorbBlock() }
    guard rest > 0 else { return }
    var low: UInt64 = 0
    var high: UInt64 = 0
    // SAFETY: `rest` bytes follow the whole blocks; each of its bits stands for as many of them.
    if rest & 8 != 0 {
      unsafe low = next.loadUnaligned(as: UInt64.self)
      unsafe high = tail(at: next + 8)
    } else {
      unsafe low = tail(at: next)
    }
    poly.absorb(low, high)
    rest = 0
  }

  /// The last `rest` modulo 8 bytes, which are at `place`.
  @inline(__always)
  private func tail(at place: UnsafeRawPointer) -> UInt64 {
    var word: UInt64 = 0
    var offset = 0
    // SAFETY: as in `drain`.
    if rest & 4 != 0 {
      unsafe word = UInt64(place.loadUnaligned(as: UInt32.self))
      offset = 4
    }
    if rest & 2 != 0 {
      unsafe word |= UInt64(place.loadUnaligned(fromByteOffset: offset, as: UInt16.self)) &<< UInt64(offset &* 8)
      offset &+= 2
    }
    if rest & 1 != 0 {
      unsafe word |= UInt64(place.load(fromByteOffset: offset, as: UInt8.self)) &<< UInt64(offset &* 8)
    }
    return word
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
