internal import Octets

/// One pass of ChaCha20-Poly1305 over a packet in place with 512-bit vectors.
///
/// With 32 registers two batches are permuted at once, which hides the latency of each; the key stream of up to 32 blocks
/// lies in a buffer before any of it is used. Poly1305 then reads the ciphertext in vectors too: after the exclusive-or
/// when sealing, before it when opening.
enum WidePass {
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
    // Too few blocks for the powers that lanes of Poly1305 need.
    if count <= RowPass<SIMD8<UInt32>>.byteLimit {
      return unsafe RowPass<SIMD8<UInt32>>.run(input, text, count: count, sealing: sealing)
    }
    if count <= RowPass<SIMD16<UInt32>>.byteLimit {
      return unsafe RowPass<SIMD16<UInt32>>.run(input, text, count: count, sealing: sealing)
    }
    var buffer = InlineArray<32, SIMD16<UInt32>>(repeating: SIMD16(repeating: 0))
    // SAFETY: the buffer holds 32 blocks; every offset below stays within it and within the `count` bytes of the text.
    return unsafe withUnsafeMutableBytes(of: &buffer) { buffer in
      guard let stream = buffer.baseAddress else { return (0, 0) }
      // A packet that fits into one piece is one; otherwise every piece but the last is whole groups of Poly1305.
      var piece = count <= 1984 ? count : 1920
      unsafe fill(stream, input, block: 0, count: piece &+ 64)
      // Block 0 is the one-time key, multiplier and pad, in its first 32 bytes; the rest of it is not used.
      let multiplier = unsafe words(stream)
      let pad = unsafe words(stream + 16)
      var poly = Poly1305(low: multiplier.low, high: multiplier.high)
      var lanes = LaneAbsorber(low: multiplier.low, high: multiplier.high)
      var start = 0
      var used = 64
      while true {
        if sealing { unsafe KeyStream.apply(stream + used, to: text + start, count: piece) }
        unsafe lanes.absorb(text + start, groupCount: piece &>> 7)
        if start &+ piece == count { break }
        if !sealing { unsafe KeyStream.apply(stream + used, to: text + start, count: piece) }
        start &+= piece
        piece = min(count &- start, 2048)
        unsafe fill(stream, input, block: UInt32(truncatingIfNeeded: start &>> 6 &+ 1), count: piece)
        used = 0
      }
      lanes.collect(into: &poly)
      let rest = piece & 127
      let tag = unsafe finish(poly, text + start + (piece &- rest), rest: rest, count: count, pad: pad)
      if !sealing { unsafe KeyStream.apply(stream + used, to: text + start, count: piece) }
      unsafe secureWipe(at: stream, byteCount: 2048)
      return tag
    }
  }

  /// Absorbs the last `rest` bytes of ciphertext and the closing block.
  @inline(__always)
  private static func finish(
    _ poly: Poly1305, _ text: UnsafeRawPointer, rest: Int, count: Int, pad: (low: UInt64, high: UInt64)
  ) -> (low: UInt64, high: UInt64) {
    var absorber = unsafe CipherAbsorber(poly, idleAt: text)
    unsafe absorber.enqueue(text, byteCount: rest)
    absorber.drain()
    absorber.close(byteCount: count)
    return absorber.tag(padLow: pad.low, padHigh: pad.high)
  }

  /// Writes at least `count` bytes of key stream from block number `block` on, 2048 at most.
  @inline(never)
  private static func fill(_ stream: UnsafeMutableRawPointer, _ input: CipherInput, block: UInt32, count: Int) {
    if count <= 512 {
      unsafe fillNarrow(stream, input, block: block)
      return
    }
    var batch = CipherBatch<SIMD16<UInt32>>(input, block: block)
    if count <= 1024 {
      batch.permute()
    } else if count <= 1536 {
      var tail = CipherBatch<SIMD8<UInt32>>(input, block: block &+ 16)
      batch.permute(with: &tail)
      unsafe tail.finish(input, block: block &+ 16, to: stream + 1024)
    } else {
      var tail = CipherBatch<SIMD16<UInt32>>(input, block: block &+ 16)
      batch.permute(with: &tail)
      unsafe tail.finish(input, block: block &+ 16, to: stream + 1024)
    }
    unsafe batch.finish(input, block: block, to: stream)
  }

  /// Writes 512 bytes of key stream from block number `block` on.
  @inline(__always)
  private static func fillNarrow(_ stream: UnsafeMutableRawPointer, _ input: CipherInput, block: UInt32) {
    var batch = CipherBatch<SIMD8<UInt32>>(input, block: block)
    batch.permute()
    unsafe batch.finish(input, block: block, to: stream)
  }

  @inline(__always)
  private static func words(_ place: UnsafeRawPointer) -> (low: UInt64, high: UInt64) {
    // SAFETY: the caller gives 16 bytes.
    unsafe (place.loadUnaligned(as: UInt64.self), place.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
  }
}

extension CipherBatch {
  /// Turns the input blocks into key stream.
  @inline(__always)
  fileprivate mutating func permute() {
    for _ in 0..<10 {
      columnsFirstHalf()
      columnsSecondHalf()
      diagonalsFirstHalf()
      diagonalsSecondHalf()
    }
  }

  /// Turns these input blocks and others into key stream, in lock-step.
  @inline(__always)
  fileprivate mutating func permute<Other>(with other: inout CipherBatch<Other>) {
    for _ in 0..<10 {
      columnsFirstHalf()
      other.columnsFirstHalf()
      columnsSecondHalf()
      other.columnsSecondHalf()
      diagonalsFirstHalf()
      other.diagonalsFirstHalf()
      diagonalsSecondHalf()
      other.diagonalsSecondHalf()
    }
  }
}
