// What an x86 processor and its operating system support. Other processors have no optional kernels.
#ifndef NEEDLETAIL_PROCESSOR_H
#define NEEDLETAIL_PROCESSOR_H

#include <stdint.h>

enum {
  octets_processor_avx2 = 1,
  octets_processor_avx512 = 2,
  octets_processor_ssse3 = 4,
};

#if defined(__x86_64__) || defined(__i386__)
static inline void octets_cpuid(uint32_t leaf, uint32_t subleaf, uint32_t result[4]) {
  __asm__ __volatile__("cpuid"
                       : "=a"(result[0]), "=b"(result[1]), "=c"(result[2]), "=d"(result[3])
                       : "a"(leaf), "c"(subleaf));
}

/// The features usable in user mode: offered by the processor and switched on by the operating system.
static inline uint32_t octets_processor_features(void) {
  uint32_t r[4];
  octets_cpuid(0, 0, r);
  const uint32_t highest_leaf = r[0];
  octets_cpuid(1, 0, r);
  uint32_t features = r[2] & 1u << 9 ? octets_processor_ssse3 : 0;
  // OSXSAVE and AVX: XGETBV may be asked, and the registers exist.
  if (highest_leaf < 7 || !(r[2] & 1u << 27) || !(r[2] & 1u << 28)) return features;
  uint32_t low, high;
  __asm__ __volatile__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  octets_cpuid(7, 0, r);
  // AVX2, and BMI2 with which its kernel is built; XMM and YMM state saved.
  if ((low & 0x6) == 0x6 && (r[1] & (1u << 5)) && (r[1] & (1u << 8))) features |= octets_processor_avx2;
  // AVX-512 F, DQ, IFMA, BW and VL; opmask and ZMM state saved too.
  const uint32_t avx512 = 1u << 16 | 1u << 17 | 1u << 21 | 1u << 30 | 1u << 31;
  if ((features & octets_processor_avx2) && (low & 0xe0) == 0xe0 && (r[1] & avx512) == avx512)
    features |= octets_processor_avx512;
  return features;
}
#else
static inline uint32_t octets_processor_features(void) { return 0; }
#endif

#endif
