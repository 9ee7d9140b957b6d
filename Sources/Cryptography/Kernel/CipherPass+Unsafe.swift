internal import Octets

/// One pass of ChaCha20-Poly1305 over a packet in place, in batches as wide as `Lanes`.
///
/// Key stream is made a batch at a time into a buffer on the stack. While the next batch is permuted, Poly1305 absorbs
/// the ciphertext of the one before it: just written when sealing, not yet overwritten when opening, which is why
/// opening exclusive-ors only after the permutation. Neither direction reads what it has already changed.
enum CipherPass<Lanes: WovenLanes> {
  /// Encrypts `count` bytes at `text` and returns the tag.
  @inline(__always)
  static func seal(_ input: CipherInput, _ text: UnsafeMutableRawPointer, count: Int) -> (low: UInt64, high: UInt64) {
    unsafe run(input, text, count: count, sealing: true)
  }

  /// Decrypts `count` bytes at `text`, whether or not they are genuine, and returns the tag they should have.
  @inline(__always)
  static func open(_ input: CipherInput, _ text: UnsafeMutableRawPointer, count: Int) -> (low: UInt64, high: UInt64) {
    unsafe run(input, text, count: count, sealing: false)
  }

  @inline(__always)
  private static func run(
    _ input: CipherInput, _ text: UnsafeMutableRawPointer, count: Int, sealing: Bool
  ) -> (low: UInt64, high: UInt64) {
    if count <= RowPass<Lanes>.byteLimit {
      return unsafe RowPass<Lanes>.run(input, text, count: count, sealing: sealing)
    }
    let batchByteCount = Lanes.laneCount &* 64
    var buffer = Lanes.buffer
    let isDouble = MemoryLayout<Lanes.Buffer>.size == 2 &* batchByteCount
    // SAFETY: the buffer holds one batch or two; every offset below stays within one and within the `count` bytes of the
    // text.
    return unsafe withUnsafeMutableBytes(of: &buffer) { buffer in
      guard var stream = buffer.baseAddress else { return (0, 0) }
      var spare = unsafe isDouble ? stream + batchByteCount : stream
      var absorber = unsafe CipherAbsorber(idleAt: stream)
      var pad: (low: UInt64, high: UInt64) = (0, 0)
      var block: UInt32 = 0
      // The piece of the text that the key stream in the buffer, from `used` on, is for.
      var start = 0
      var piece = 0
      var used = 0
      while true {
        var batch = CipherBatch<Lanes>(input, block: block)
        batch.permute(weaving: &absorber)
        // Opening still needs the key stream before this one.
        if !sealing && !isDouble { unsafe KeyStream.apply(stream + used, to: text + start, count: piece) }
        unsafe batch.finish(input, block: block, to: spare)
        if !sealing && isDouble { unsafe KeyStream.apply(stream + used, to: text + start, count: piece) }
        unsafe swap(&stream, &spare)
        start &+= piece
        used = 0
        if block == 0 {
          // Block 0 is the one-time key, multiplier and pad, in its first 32 bytes; the rest of it is not used.
          unsafe absorber = CipherAbsorber(oneTimeKey: stream)
          unsafe pad.low = stream.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
          unsafe pad.high = stream.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
          used = 64
        }
        piece = min(count &- start, batchByteCount &- used)
        if sealing { unsafe KeyStream.apply(stream + used, to: text + start, count: piece) }
        unsafe absorber.enqueue(text + start, byteCount: piece)
        if start &+ piece == count { break }
        block &+= UInt32(truncatingIfNeeded: Lanes.laneCount)
      }
      absorber.drain()
      if !sealing { unsafe KeyStream.apply(stream + used, to: text + start, count: piece) }
      absorber.close(byteCount: count)
      let tag = absorber.tag(padLow: pad.low, padHigh: pad.high)
      if let place = buffer.baseAddress { unsafe secureWipe(at: place, byteCount: buffer.count) }
      return tag
    }
  }
}
