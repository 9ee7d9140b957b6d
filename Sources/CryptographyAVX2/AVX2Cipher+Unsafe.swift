/// ChaCha20-Poly1305 compiled for processors with AVX2 and BMI2: the passes of `Kernel`, which this module shares with
/// Cryptography, eight blocks wide.
///
/// Nothing here asks whether the processor has these instructions: `CipherKernel.best` does. No function may be inlined
/// into code for other processors, so the two entry points are all there is to call.
public enum AVX2Cipher {
  /// Encrypts `count` bytes at `text` in place under the 32 bytes at `key`, and writes the tag behind them.
  @inline(never)
  public static func seal(
    key: UnsafeRawPointer, counter: UInt64, text: UnsafeMutableRawPointer, count: Int
  ) {
    // SAFETY: the caller gives 32 bytes of key, and `count + 16` bytes of text that nothing else touches meanwhile.
    let input = unsafe CipherInput(key: key, counter: counter)
    let tag = unsafe CipherPass<SIMD8<UInt32>>.seal(input, text, count: count)
    unsafe CipherTag.store(tag, to: text + count)
  }

  /// Decrypts `count` bytes at `text` in place, whatever the tag behind them is; returns zero exactly when it is right.
  @inline(never)
  public static func open(
    key: UnsafeRawPointer, counter: UInt64, text: UnsafeMutableRawPointer, count: Int
  ) -> UInt64 {
    // SAFETY: as for `seal`.
    let input = unsafe CipherInput(key: key, counter: counter)
    let tag = unsafe CipherPass<SIMD8<UInt32>>.open(input, text, count: count)
    return unsafe CipherTag.difference(tag, text + count)
  }
}

// The same under C names, for code that must not see this module: in Embedded Swift its functions could be inlined there.

/// `AVX2Cipher.seal`.
@c(cipher_avx2_seal)
public func sealAsC(
  _ key: UnsafeRawPointer, _ counter: UInt64, _ text: UnsafeMutableRawPointer, _ count: Int
) {
  unsafe AVX2Cipher.seal(key: key, counter: counter, text: text, count: count)
}

/// `AVX2Cipher.open`.
@c(cipher_avx2_open)
public func openAsC(
  _ key: UnsafeRawPointer, _ counter: UInt64, _ text: UnsafeMutableRawPointer, _ count: Int
) -> UInt64 {
  unsafe AVX2Cipher.open(key: key, counter: counter, text: text, count: count)
}

extension SIMD8<UInt32>: WovenLanes {
  static var weave: Int { 4 }
  static var stride: Int { 1 }
  static var buffer: InlineArray<16, Self> { InlineArray(repeating: Self(repeating: 0)) }
}
