// Shifts of whole vectors: Swift's operators on SIMD types shift one element after the other.
#ifndef NEEDLETAIL_LANES_H
#define NEEDLETAIL_LANES_H

#include <stdint.h>

#define OCTETS_INLINE static inline __attribute__((always_inline))

/// Four 32-bit lanes: one register everywhere.
typedef uint32_t octets_lanes4 __attribute__((ext_vector_type(4)));

#define OCTETS_DEFINE_ROTATIONS(LANES)                                                          \
  OCTETS_INLINE octets_##LANES octets_##LANES##_rotate16(octets_##LANES x) { return x << 16 | x >> 16; } \
  OCTETS_INLINE octets_##LANES octets_##LANES##_rotate12(octets_##LANES x) { return x << 12 | x >> 20; } \
  OCTETS_INLINE octets_##LANES octets_##LANES##_rotate8(octets_##LANES x) { return x << 8 | x >> 24; }   \
  OCTETS_INLINE octets_##LANES octets_##LANES##_rotate7(octets_##LANES x) { return x << 7 | x >> 25; }

OCTETS_DEFINE_ROTATIONS(lanes4)

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

#endif
