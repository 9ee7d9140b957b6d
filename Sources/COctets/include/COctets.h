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

/// Overwrites with zeros the stack below the caller, as far as functions have used it that it called before: what the
/// compiler spilled there has no name that could be wiped. A frame of 4096 bytes would need a probe on some systems.
static __attribute__((noinline, unused)) void octets_wipe_stack(void) {
  char dead[3840];
  octets_wipe(dead, sizeof dead);
}

/// The same for functions with larger frames, where the stack has room for them.
static __attribute__((noinline, unused)) void octets_wipe_large_stack(void) {
  char dead[9216];
  octets_wipe(dead, sizeof dead);
}

/// Returns `value`, and hides from the optimiser that it is known: keeps branch-free code branch-free.
static inline __attribute__((always_inline)) uint64_t octets_opaque(uint64_t value) {
  __asm__ __volatile__("" : "+r"(value));
  return value;
}

#include "lanes.h"
#include "processor.h"

#endif
