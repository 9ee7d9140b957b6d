#include "CStackProbe.h"

#define PROBE __attribute__((noinline, no_sanitize("address", "thread")))

enum { depth_bytes = 16384 };

PROBE static size_t count(const uint8_t *top, const uint64_t *needles, size_t needle_count) {
  size_t found = 0;
  for (const uint8_t *place = top - depth_bytes; place + 8 <= top; place++) {
    uint64_t bytes = 0;
    for (int i = 7; i >= 0; i--) bytes = bytes << 8 | *(const volatile uint8_t *)(place + i);
    for (size_t n = 0; n < needle_count; n++) found += bytes == needles[n];
  }
  return found;
}

// What earlier calls left is not the work's, and the pages are mapped before anything is looked for in them.
PROBE static void clear(void) {
  volatile uint8_t room[2 * depth_bytes];
  for (size_t i = 0; i < sizeof room; i++) room[i] = 0;
}

PROBE size_t stackprobe_count(void (*work)(void *), void *context, const uint64_t *needles, size_t needle_count) {
  volatile uint8_t here = 0;
  // The first call of a library function saves all registers on the stack, whatever they hold: the dynamic linker's
  // doing, once.
  work(context);
  clear();
  work(context);
  // Frames begin a little below this one's end; what lies between is never the work's.
  return count((const uint8_t *)&here, needles, needle_count);
}

PROBE void stackprobe_litter(uint64_t needle) {
  volatile uint64_t litter[64];
  for (int i = 0; i < 64; i++) litter[i] = needle;
}

bool stackprobe_is_sanitized(void) {
#if __has_feature(address_sanitizer)
  return true;
#else
  return false;
#endif
}
