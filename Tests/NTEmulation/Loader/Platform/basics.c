// Memory, log, clocks and random numbers for the emulated kernel.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "../Image/modules.h"
#include "../Seeded/quarantine.h"
#include "../Seeded/random.h"
#include "../Seeded/schedule.h"
#include "platform.h"

#define SECONDS_1601_TO_1970 11644473600ull

PLATFORM_ABI void *platform_memory_take(size_t length_bytes) {
  void *place;
  if (posix_memalign(&place, 64, length_bytes ? length_bytes : 1) != 0) return NULL;
  return memset(place, 0, length_bytes);
}

PLATFORM_ABI void platform_memory_give_back(void *place) {
  if (seeded_on())
    quarantine_add(place);
  else
    free(place);
}

PLATFORM_ABI void platform_log(const char *text) { fprintf(stderr, "nt: %s\n", text); }

PLATFORM_ABI void platform_fail(const char *text) {
  fprintf(stderr, "nt: FAIL %s\n", text);
  if (seeded_on()) {
    seeded_describe(__builtin_frame_address(0));
  } else {
    // No unwinder: every word of the stack that points into code of an image is named; some are leftovers.
    uintptr_t *stack = __builtin_frame_address(0);
    for (int i = 0, shown = 0; i < 400 && shown < 24; i++)
      if (nt_module_describe(stack[i], "nt:   ")) shown++;
  }
  fflush(NULL);
  abort();
}

PLATFORM_ABI uint64_t platform_boot_time_ns(void) {
  if (seeded_on()) return seeded_time_ns();
  struct timespec time;
  clock_gettime(CLOCK_BOOTTIME, &time);
  return (uint64_t)time.tv_sec * 1000000000ull + (uint64_t)time.tv_nsec;
}

PLATFORM_ABI uint64_t platform_wall_time_100ns(void) {
  if (seeded_on()) return (seeded_epoch_s() + SECONDS_1601_TO_1970) * 10000000ull + seeded_time_ns() / 100;
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return ((uint64_t)time.tv_sec + SECONDS_1601_TO_1970) * 10000000ull + (uint64_t)time.tv_nsec / 100;
}

PLATFORM_ABI void platform_random(void *place, size_t length_bytes) {
  uint8_t *bytes = place;
  if (seeded_on()) return seeded_fill(bytes, length_bytes);
  while (length_bytes > 0) {
    size_t part = length_bytes < 256 ? length_bytes : 256;
    if (getrandom(bytes, part, 0) != (ssize_t)part) platform_fail("getrandom");
    bytes += part;
    length_bytes -= part;
  }
}
