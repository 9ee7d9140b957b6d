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

/// Overwrites with zeros `parts` × 2000 bytes of stack below the caller, where functions have been that it called before:
/// what the compiler spilled there has no name that could be wiped. Frames this small need no stack probe.
static __attribute__((noinline, unused)) void octets_wipe_stack(int parts) {
  unsigned char part[2000];
  if (parts > 1) octets_wipe_stack(parts - 1);
  octets_wipe(part, sizeof part);
}

/// Returns `value`, and hides from the optimiser that it is known: keeps branch-free code branch-free.
static inline __attribute__((always_inline)) uint64_t octets_opaque(uint64_t value) {
  __asm__ __volatile__("" : "+r"(value));
  return value;
}

#include "lanes.h"
#include "processor.h"

#endif
