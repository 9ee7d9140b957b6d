internal import COctets

/// The optional vector instructions that may be used here: the processor has them and the system saves their registers.
public struct ProcessorFeatures: BitwiseCopyable, Sendable, Equatable {
  /// Byte shuffles of 128-bit vectors.
  public var hasSSSE3: Bool
  /// 256-bit integer vectors, and BMI2.
  public var hasAVX2: Bool
  /// 512-bit integer vectors: the F, DQ, IFMA, BW and VL parts. Only together with `hasAVX2`.
  public var hasAVX512: Bool

  /// A set of features; none unless named.
  public init(hasSSSE3: Bool = false, hasAVX2: Bool = false, hasAVX512: Bool = false) {
    self.hasSSSE3 = hasSSSE3
    self.hasAVX2 = hasAVX2
    self.hasAVX512 = hasAVX2 && hasAVX512
  }

  /// What user mode may use on this processor. A kernel must save registers first, so it decides for itself.
  public static func detect() -> ProcessorFeatures {
    let bits = Int32(bitPattern: octets_processor_features())
    return ProcessorFeatures(
      hasSSSE3: bits & Int32(octets_processor_ssse3) != 0, hasAVX2: bits & Int32(octets_processor_avx2) != 0,
      hasAVX512: bits & Int32(octets_processor_avx512) != 0)
  }
}
