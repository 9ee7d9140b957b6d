// Numbers that follow from the seed. Each purpose has a stream of its own, so that one draw more for one of them does
// not change what another gets.
#pragma once

#include <stdint.h>

enum seeded_stream { STREAM_SCHEDULE, STREAM_NETWORK, STREAM_SYSTEM, STREAM_TEST, STREAM_COUNT };

void seeded_random_start(uint64_t seed);
uint64_t seeded_random(enum seeded_stream stream);
/// What the system's generator gives, or what a function of the test's gives instead.
void seeded_fill(uint8_t *bytes, uint64_t length_bytes);
void seeded_fill_from(void (*fill)(uint8_t *bytes, uint64_t length_bytes));
/// Below `limit`, which is not 0.
uint32_t seeded_below(enum seeded_stream stream, uint32_t limit);
