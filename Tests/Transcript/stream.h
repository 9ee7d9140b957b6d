// The randomness of a transcript: one stream for each length that is drawn at once, as the Simulation's RandomStreams.
#pragma once

#include <stdint.h>

static inline uint64_t stream_mixed(uint64_t value) {
  uint64_t z = value;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

/// Streams of the lengths 0 … 64.
struct streams {
  uint64_t seed;
  uint64_t states[65];
  uint8_t has_begun[65];
};

/// The next `length` bytes for a draw of that length. One thread at a time.
static inline void stream_draw(struct streams *streams, uint8_t *place, uint64_t length) {
  uint64_t stream = length <= 64 ? length : 64;
  if (!streams->has_begun[stream]) {
    streams->states[stream] = stream_mixed(streams->seed ^ stream_mixed(length));
    streams->has_begun[stream] = 1;
  }
  for (uint64_t i = 0; i < length; i++) {
    streams->states[stream] += 0x9e3779b97f4a7c15;
    place[i] = (uint8_t)stream_mixed(streams->states[stream]);
  }
}
