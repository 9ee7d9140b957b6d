#if canImport(CryptographySSSE3) && canImport(CryptographyAVX2) && canImport(CryptographyAVX512)
internal import CryptographyAVX2
internal import CryptographyAVX512
internal import CryptographySSSE3

extension CipherKernel {
  /// The fastest kernel that needs no more than `features`.
  public static func best(_ features: ProcessorFeatures) -> CipherKernel {
    if features.hasAVX512 { return .avx512 }
    if features.hasAVX2 { return .avx2 }
    if features.hasSSSE3 { return .ssse3 }
    return .portable
  }

  /// Four blocks side by side in 128-bit vectors, which no system has to save for. Only for processors with `hasSSSE3`.
  package static var ssse3: CipherKernel {
    // SAFETY: both functions touch exactly the bytes `CipherKernel` promises them.
    unsafe CipherKernel(
      name: "SSSE3",
      seal: { unsafe SSSE3Cipher.seal(key: $0, counter: $1, text: $2, count: $3) },
      open: { unsafe SSSE3Cipher.open(key: $0, counter: $1, text: $2, count: $3) })
  }

  /// Eight blocks side by side in 256-bit vectors. Only for processors with `hasAVX2`.
  package static var avx2: CipherKernel {
    // SAFETY: as for `ssse3`.
    unsafe CipherKernel(
      name: "AVX2",
      seal: { unsafe AVX2Cipher.seal(key: $0, counter: $1, text: $2, count: $3) },
      open: { unsafe AVX2Cipher.open(key: $0, counter: $1, text: $2, count: $3) })
  }

  /// Sixteen blocks side by side in 512-bit vectors. Only for processors with `hasAVX512`.
  package static var avx512: CipherKernel {
    // SAFETY: as for `ssse3`.
    unsafe CipherKernel(
      name: "AVX-512", stackByteCount: 8192,
      seal: { unsafe AVX512Cipher.seal(key: $0, counter: $1, text: $2, count: $3) },
      open: { unsafe AVX512Cipher.open(key: $0, counter: $1, text: $2, count: $3) })
  }
}
#else
extension CipherKernel {
  /// The fastest kernel that needs no more than `features`: this processor family has the portable one only.
  public static func best(_ features: ProcessorFeatures) -> CipherKernel {
    .portable
  }
}
#endif

extension CipherKernel {
  /// Calls `body` with every kernel that needs no more than `features`, the slowest first.
  package static func forEach(_ features: ProcessorFeatures, _ body: (CipherKernel) -> Void) {
    body(.portable)
    #if canImport(CryptographySSSE3) && canImport(CryptographyAVX2) && canImport(CryptographyAVX512)
    if features.hasSSSE3 { body(.ssse3) }
    if features.hasAVX2 { body(.avx2) }
    if features.hasAVX512 { body(.avx512) }
    #endif
  }
}
