// What Swift cannot say about bytes: a wipe the optimiser must keep, whole-vector shifts, processor features.
// Header only and freestanding, so that the kernel build needs no object of it.
#ifndef NEEDLETAIL_COCTETS_H
#define NEEDLETAIL_COCTETS_H

#include <stddef.h>
#include <stdint.h>

/// Overwrites `length_bytes` bytes at `place` with zeros; the stores survive optimisation.
static inline __attribute__((always_inline)) void octets_wipe(void *_Nonnull place, size_t length_bytes) {
  __builtin_memset(place, 0, length_bytes);
  __asm__ __volatile__("" : : "r"(place) : "memory");
}

/// Overwrites with zeros about `length_bytes` of the stack below the caller, which functions have used that it called
/// before: what the compiler spilled there has no name that could be wiped. In small frames, so that it goes hardly
/// deeper than it wipes, and because frames of a page need a probe on some systems.
static __attribute__((noinline, unused)) void octets_wipe_stack(size_t length_bytes) {
  char dead[1024];
  octets_wipe(dead, sizeof dead);
  if (length_bytes > sizeof dead) octets_wipe_stack(length_bytes - sizeof dead);
  // Keeps the call above from becoming a jump that reuses this frame.
  __asm__ __volatile__("" : : "r"(dead) : "memory");
}

/// Returns `value`, and hides from the optimiser that it is known: keeps branch-free code branch-free.
static inline __attribute__((always_inline)) uint64_t octets_opaque(uint64_t value) {
  __asm__ __volatile__("" : "+r"(value));
  return value;
}

#include "lanes.h"
#include "processor.h"

#endif
