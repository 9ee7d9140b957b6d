#if canImport(CryptographyAVX2) && canImport(CryptographyAVX512)
  internal import CryptographyAVX2
  internal import CryptographyAVX512

  extension CipherKernel {
    /// The fastest kernel that needs no more than `features`.
    public static func best(_ features: ProcessorFeatures) -> CipherKernel {
      if features.hasAVX512 { return .avx512 }
      if features.hasAVX2 { return .avx2 }
      return .portable
    }

    /// Eight blocks side by side in 256-bit vectors. Only for processors with `hasAVX2`.
    package static var avx2: CipherKernel {
      // SAFETY: both functions touch exactly the bytes `CipherKernel` promises them.
      unsafe CipherKernel(
        name: "AVX2",
        seal: { unsafe AVX2Cipher.seal(key: $0, counter: $1, text: $2, count: $3) },
        open: { unsafe AVX2Cipher.open(key: $0, counter: $1, text: $2, count: $3) })
    }

    /// Sixteen blocks side by side in 512-bit vectors. Only for processors with `hasAVX512`.
    package static var avx512: CipherKernel {
      // SAFETY: as for `avx2`.
      unsafe CipherKernel(
        name: "AVX-512", hasLargeFrames: true,
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
    #if canImport(CryptographyAVX2) && canImport(CryptographyAVX512)
      if features.hasAVX2 { body(.avx2) }
      if features.hasAVX512 { body(.avx512) }
    #endif
  }
}
