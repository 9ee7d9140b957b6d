// What the parts of the fuzzer share. It calls the requests of needletail.sys with what a program of user mode
// could pass, right and wrong, and says beforehand how each call must end. One call follows from one seed and from what
// the calls before it left behind.
#pragma once

#include "../Driver/bench.h"

#define ARENA_BYTES (128u << 10)

/// A stream of numbers that one seed fixes.
struct dice {
  uint64_t state;
};

static inline uint64_t roll_bits(struct dice *dice) {
  uint64_t z = (dice->state += 0x9e3779b97f4a7c15ull);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

/// A number below `limit`.
static inline uint32_t roll(struct dice *dice, uint32_t limit) {
  return (uint32_t)((roll_bits(dice) >> 32) * limit >> 32);
}
/// True once in `odds`.
static inline bool once_in(struct dice *dice, uint32_t odds) { return roll(dice, odds) == 0; }

void roll_bytes(struct dice *dice, void *place, uint32_t length);

/// What the adapter must be like, as far as the calls so far fix it.
struct belief {
  uint8_t private_key[32];
  /// As GET last told it.
  uint8_t public_key[32];
  bool is_up;
  /// What GET needs; 0 when a SET may have changed it.
  uint64_t total;
};

// records.c: bytes of a SET
/// Writes a SET of at most ARENA_BYTES, which may be wrong in some way; its length.
uint32_t records_make(struct dice *dice, const struct belief *belief, uint8_t *bytes);
/// One of the peers that requests are about.
void records_peer_key(uint32_t number, uint8_t key[32]);

// judge.c: how calls must end
/// The status of a SET of these bytes, and how many of them it takes; a taken port apart.
int32_t judge_set(const uint8_t *bytes, uint32_t length, uint32_t *consumed);
/// NULL, or what is wrong with the answer to a GET of which `length` bytes were asked for.
const char *judge_get(
    const struct belief *belief, const uint8_t *bytes, uint32_t length, uint64_t total, bool is_whole);
/// NULL, or what is wrong with the answer to an OBSERVE of which `length` bytes were asked for, `total` needed.
const char *judge_observe(const struct belief *belief, const uint8_t *bytes, uint32_t length, uint64_t total);
void clamp_key(uint8_t key[32]);

// buffers.c: memory of the caller
/// A buffer of `length` bytes of any content that ends where no memory is, and begins behind bytes that are known.
uint8_t *buffer_place(uint32_t which, uint32_t length);
/// Whether those known bytes are unchanged.
bool buffer_is_confined(uint32_t which, uint32_t length);
/// Starts the second thread.
void scribble_start(void);
/// Until scribble_end, the second thread changes fields of a SET, or any bytes. Private keys stay.
void scribble_begin(uint8_t *bytes, uint32_t length);
/// True when it changed something meanwhile.
bool scribble_end(void);

// calls.c
struct tally {
  uint64_t calls, past_envelope, succeeded, scribbled, changed_while_read, ports_taken, waited;
};
extern struct tally tally;
extern struct belief belief;
/// Learns key, state and size of the adapter as it is set up.
bool calls_begin(struct adapter *adapter);
/// One call. NULL, or what was wrong.
const char *calls_make(struct adapter *adapter, uint64_t seed);
