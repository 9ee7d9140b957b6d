internal import Octets

/// One pass of ChaCha20-Poly1305 over a short packet in place: all its blocks at once, in two vectors a row.
///
/// Twenty rounds are a long chain of instructions that each wait for the one before; two chains side by side take hardly
/// longer than one.
enum RowPass<Lanes: CipherLanes> {
  /// The most bytes a packet may have here: all blocks but the one-time key's.
  static var byteLimit: Int { (2 &* CipherRows<Lanes>.blockCount &- 1) &* 64 }

  /// Encrypts or decrypts `count ≤ byteLimit` bytes at `text`, and returns the tag of the ciphertext.
  @inline(__always)
  static func run(
    _ input: CipherInput, _ text: UnsafeMutableRawPointer, count: Int, sealing: Bool
  ) -> (low: UInt64, high: UInt64) {
    let half = CipherRows<Lanes>.blockCount
    var buffer = InlineArray<8, Lanes>(repeating: Lanes(repeating: 0))
    // SAFETY: eight vectors are 2 · `half` blocks: the one-time key's and those of `count` bytes.
    return unsafe withUnsafeMutableBytes(of: &buffer) { buffer in
      guard let stream = buffer.baseAddress else { return (0, 0) }
      var first = CipherRows<Lanes>(input, block: 0)
      var second = CipherRows<Lanes>(input, block: UInt32(truncatingIfNeeded: half))
      for _ in 0..<10 {
        first.permuteOnce()
        second.permuteOnce()
      }
      unsafe first.finish(input, block: 0, to: stream)
      unsafe second.finish(input, block: UInt32(truncatingIfNeeded: half), to: stream + half &* 64)
      var absorber = unsafe CipherAbsorber(oneTimeKey: stream)
      let padLow = unsafe stream.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
      let padHigh = unsafe stream.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
      if sealing { unsafe KeyStream.apply(stream + 64, to: text, count: count) }
      unsafe absorber.enqueue(text, byteCount: count)
      absorber.drain()
      if !sealing { unsafe KeyStream.apply(stream + 64, to: text, count: count) }
      absorber.close(byteCount: count)
      let tag = absorber.tag(padLow: padLow, padHigh: padHigh)
      unsafe secureWipe(at: stream, byteCount: buffer.count)
      return tag
    }
  }
}
