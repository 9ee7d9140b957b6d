internal import COctets

/// The optional vector instructions that may be used here: the processor has them and the system saves their registers.
public struct ProcessorFeatures: OptionSet, BitwiseCopyable, Sendable {
  /// The set as bits.
  public let rawValue: UInt32

  /// A set from its bits.
  public init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// 256-bit integer vectors, and BMI2.
  public static var avx2: ProcessorFeatures { ProcessorFeatures(rawValue: UInt32(octets_processor_avx2)) }
  /// 512-bit integer vectors: the F, DQ, BW and VL parts; comes with `avx2`.
  public static var avx512: ProcessorFeatures { ProcessorFeatures(rawValue: UInt32(octets_processor_avx512)) }

  /// What user mode may use on this processor. A kernel must save registers first, so it decides for itself.
  public static func detect() -> ProcessorFeatures {
    ProcessorFeatures(rawValue: octets_processor_features())
  }
}

extension CipherKernel {
  /// The fastest kernel of this module for `features`. Kernels built for particular instructions live in modules of their
  /// own; this one has the portable kernel only.
  public static func best(_ features: ProcessorFeatures) -> CipherKernel {
    .portable
  }
}
