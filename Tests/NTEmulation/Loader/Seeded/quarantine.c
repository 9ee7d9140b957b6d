// First in, first out, up to a number of bytes.
#include "quarantine.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../Platform/platform.h"

#define PLACES 4096
#define BYTES (4u << 20)
#define FILL 0xdd

static uint8_t *places[PLACES];
static unsigned first, count;
static size_t bytes;

static void check(const uint8_t *place) {
  size_t length = malloc_usable_size((void *)place);
  const uint64_t *words = (const uint64_t *)place;
  for (size_t i = 0; i < length / 8; i++)
    if (words[i] != 0x0101010101010101ull * FILL) platform_fail("memory was written after it had been given back");
}

static void let_go(void) {
  uint8_t *place = places[first];
  first = (first + 1) % PLACES;
  count--;
  bytes -= malloc_usable_size(place);
  check(place);
  free(place);
}

void quarantine_add(void *place) {
  if (place == NULL) return;
  size_t length = malloc_usable_size(place);
  memset(place, FILL, length);
  while (count > 0 && (count == PLACES || bytes + length > BYTES)) let_go();
  places[(first + count++) % PLACES] = place;
  bytes += length;
}

void quarantine_check(void) {
  while (count > 0) let_go();
}
