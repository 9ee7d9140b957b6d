internal import CShell
internal import Cryptography

/// The cipher kernels that a worker may use: one at any time, and perhaps a wider one while it has borrowed 256-bit
/// vectors. Chosen by what the processor has and, for the wide one, by what the system says it keeps for a thread.
struct Ciphers: BitwiseCopyable {
  let narrow: CipherKernel
  let wide: CipherKernel?

  init(_ host: Host) {
    #if arch(x86_64)
    let features = ProcessorFeatures.detect()
    narrow = features.hasSSSE3 ? Self.ssse3 : .portable
    wide = features.hasAVX2 && host.hasWideVectors ? Self.avx2 : nil
    #else
    narrow = .portable
    wide = nil
    #endif
  }

  #if arch(x86_64)
  // SAFETY: these are the core's own kernels, and each is chosen only for a processor that has its instructions.
  private static var ssse3: CipherKernel {
    unsafe CipherKernel(
      name: "SSSE3",
      seal: { unsafe cipher_ssse3_seal($0, $1, $2, $3) }, open: { unsafe cipher_ssse3_open($0, $1, $2, $3) })
  }

  private static var avx2: CipherKernel {
    unsafe CipherKernel(
      name: "AVX2",
      seal: { unsafe cipher_avx2_seal($0, $1, $2, $3) }, open: { unsafe cipher_avx2_open($0, $1, $2, $3) })
  }
  #endif
}
