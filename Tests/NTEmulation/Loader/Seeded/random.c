// SplitMix64 for each stream: any state is a good one, and it is small.
#include "random.h"

#include <stddef.h>

static uint64_t states[STREAM_COUNT];

static uint64_t next(uint64_t *state) {
  uint64_t value = *state += 0x9e3779b97f4a7c15ull;
  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9ull;
  value = (value ^ value >> 27) * 0x94d049bb133111ebull;
  return value ^ value >> 31;
}

void seeded_random_start(uint64_t seed) {
  for (int i = 0; i < STREAM_COUNT; i++) states[i] = next(&seed);
}

uint64_t seeded_random(enum seeded_stream stream) { return next(&states[stream]); }

static void (*source)(uint8_t *bytes, uint64_t length_bytes);

void seeded_fill(uint8_t *bytes, uint64_t length_bytes) {
  if (source != NULL) return source(bytes, length_bytes);
  for (; length_bytes > 0; length_bytes--) *bytes++ = (uint8_t)seeded_random(STREAM_SYSTEM);
}

void seeded_fill_from(void (*fill)(uint8_t *bytes, uint64_t length_bytes)) { source = fill; }

uint32_t seeded_below(enum seeded_stream stream, uint32_t limit) {
  return (uint32_t)((seeded_random(stream) >> 32) * limit >> 32);
}
