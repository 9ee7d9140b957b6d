// Shifts of whole vectors: Swift's operators on SIMD types shift one element after the other.
#ifndef NEEDLETAIL_LANES_H
#define NEEDLETAIL_LANES_H

#include <stdint.h>

#define OCTETS_INLINE static inline __attribute__((always_inline))

/// Four 32-bit lanes: one register everywhere.
typedef uint32_t octets_lanes4 __attribute__((ext_vector_type(4)));

#define OCTETS_DEFINE_ROTATIONS(LANES)                                                          \
  OCTETS_DEFINE_BYTE_ROTATIONS(LANES)                                                           \
  OCTETS_DEFINE_BIT_ROTATIONS(LANES)
#define OCTETS_DEFINE_BYTE_ROTATIONS(LANES)                                                     \
  OCTETS_INLINE octets_##LANES octets_##LANES##_rotate16(octets_##LANES x) { return x << 16 | x >> 16; } \
  OCTETS_INLINE octets_##LANES octets_##LANES##_rotate8(octets_##LANES x) { return x << 8 | x >> 24; }
#define OCTETS_DEFINE_BIT_ROTATIONS(LANES)                                                      \
  OCTETS_INLINE octets_##LANES octets_##LANES##_rotate12(octets_##LANES x) { return x << 12 | x >> 20; } \
  OCTETS_INLINE octets_##LANES octets_##LANES##_rotate7(octets_##LANES x) { return x << 7 | x >> 25; }

#if defined(__SSSE3__) && !defined(__AVX__)
// With sixteen registers for the sixteen words of a batch, the shuffles' masks belong into memory. The compiler would
// load them into registers first, and spill words instead.
OCTETS_INLINE octets_lanes4 octets_lanes4_shuffle(octets_lanes4 x, const octets_lanes4 *_Nonnull mask) {
  __asm__("pshufb %1, %0" : "+x"(x) : "m"(*mask));
  return x;
}
OCTETS_INLINE octets_lanes4 octets_lanes4_rotate16(octets_lanes4 x) {
  static const octets_lanes4 mask = {0x01000302, 0x05040706, 0x09080b0a, 0x0d0c0f0e};
  return octets_lanes4_shuffle(x, &mask);
}
OCTETS_INLINE octets_lanes4 octets_lanes4_rotate8(octets_lanes4 x) {
  static const octets_lanes4 mask = {0x02010003, 0x06050407, 0x0a09080b, 0x0e0d0c0f};
  return octets_lanes4_shuffle(x, &mask);
}
OCTETS_DEFINE_BIT_ROTATIONS(lanes4)
#elif defined(__SSE2__)
// Two shuffles of halves are one instruction less than two shifts, their union, and the copy they need.
typedef uint16_t octets_halves8 __attribute__((ext_vector_type(8)));
OCTETS_INLINE octets_lanes4 octets_lanes4_rotate16(octets_lanes4 x) {
  octets_halves8 halves = (octets_halves8)x;
  return (octets_lanes4)__builtin_shufflevector(halves, halves, 1, 0, 3, 2, 5, 4, 7, 6);
}
OCTETS_INLINE octets_lanes4 octets_lanes4_rotate8(octets_lanes4 x) { return x << 8 | x >> 24; }
OCTETS_DEFINE_BIT_ROTATIONS(lanes4)
#else
OCTETS_DEFINE_ROTATIONS(lanes4)
#endif

// The rotations of BLAKE2s, which counts them to the right: by 12, 8 and 7.
OCTETS_INLINE octets_lanes4 octets_lanes4_rotate20(octets_lanes4 x) { return x << 20 | x >> 12; }
OCTETS_INLINE octets_lanes4 octets_lanes4_rotate24(octets_lanes4 x) { return x << 24 | x >> 8; }
OCTETS_INLINE octets_lanes4 octets_lanes4_rotate25(octets_lanes4 x) { return x << 25 | x >> 7; }

#ifdef __AVX2__
/// Eight 32-bit lanes: one register with AVX2.
typedef uint32_t octets_lanes8 __attribute__((ext_vector_type(8)));
OCTETS_DEFINE_ROTATIONS(lanes8)
#endif

#ifdef __AVX512F__
/// Sixteen 32-bit lanes: one register with AVX-512.
typedef uint32_t octets_lanes16 __attribute__((ext_vector_type(16)));
OCTETS_DEFINE_ROTATIONS(lanes16)
#endif

#ifdef __AVX512IFMA__
/// Eight 64-bit lanes.
typedef uint64_t octets_quads8 __attribute__((ext_vector_type(8)));
typedef long long octets_signed_quads8 __attribute__((__vector_size__(64)));

OCTETS_INLINE octets_quads8 octets_quads8_shift_left(octets_quads8 x, uint64_t count) { return x << count; }
OCTETS_INLINE octets_quads8 octets_quads8_shift_right(octets_quads8 x, uint64_t count) { return x >> count; }

/// `sum` and the low 52 bits of the 104-bit product of the low 52 bits of `x` and `y`.
OCTETS_INLINE octets_quads8 octets_quads8_add_low_product(octets_quads8 sum, octets_quads8 x, octets_quads8 y) {
  return (octets_quads8)__builtin_ia32_vpmadd52luq512((octets_signed_quads8)sum, (octets_signed_quads8)x,
                                                      (octets_signed_quads8)y);
}
/// `sum` and the high 52 bits of that product.
OCTETS_INLINE octets_quads8 octets_quads8_add_high_product(octets_quads8 sum, octets_quads8 x, octets_quads8 y) {
  return (octets_quads8)__builtin_ia32_vpmadd52huq512((octets_signed_quads8)sum, (octets_signed_quads8)x,
                                                      (octets_signed_quads8)y);
}
#endif

#endif
