// The calls of seeds.h.
#include "seeds.h"

#include <stdlib.h>

#include "../Platform/platform.h"
#include "../Seeded/network.h"
#include "../Seeded/quarantine.h"
#include "../Seeded/random.h"
#include "../Seeded/schedule.h"
#include "../Seeded/trace.h"
#include "emulation.h"

void nt_seed(uint64_t seed) { seeded_start(seed); }

int nt_is_seeded(void) { return seeded_on(); }

uint32_t nt_choose(uint32_t limit) { return seeded_below(STREAM_TEST, limit); }

struct start {
  void (*entry)(void *);
  void *context;
};

static void run(void *argument) {
  struct start start = *(struct start *)argument;
  free(argument);
  nt_thread_attach();
  start.entry(start.context);
  seeded_thread_end();
}

void nt_thread_start(void (*entry)(void *), void *context) {
  struct start *start = malloc(sizeof *start);
  if (start == NULL) abort();
  *start = (struct start){entry, context};
  if (!seeded_thread_start(run, start)) abort();
}

void nt_wait(uint32_t *word, uint32_t value) {
  seeded_waits_for("the test", word);
  while (*word == value) seeded_futex_wait(word, value, UINT64_MAX);
  seeded_waits_for(NULL, NULL);
}

void nt_wake(uint32_t *word) { seeded_futex_wake(word, UINT32_MAX); }

void nt_sleep_ns(uint64_t time_ns) {
  uint32_t word = 0;
  uint64_t until = seeded_time_ns() + time_ns;
  seeded_waits_for("a while", NULL);
  while (seeded_futex_wait(&word, 0, until)) continue;
  seeded_waits_for(NULL, NULL);
}

void nt_point(void) { seeded_point(); }

uint64_t nt_time_ns(void) { return seeded_time_ns(); }

void nt_network(uint32_t lost, uint32_t doubled, uint32_t delay_ns) { seeded_network_set(lost, doubled, delay_ns); }

void nt_clock_ticks(void) { seeded_clock_ticks(); }

void nt_clock(uint64_t boot_ns, uint64_t epoch_s) { seeded_clock(boot_ns, epoch_s); }

void nt_random_from(void (*fill)(uint8_t *bytes, uint64_t length_bytes)) { seeded_fill_from(fill); }

void nt_limit(uint64_t points, uint64_t time_ns) { seeded_limit(points, time_ns); }

void nt_memory_check(void) { quarantine_check(); }

int nt_trace_file(const char *path) { return trace_open(path); }

void nt_trace(uint64_t number) { trace_add(TRACE_TEST, number, NULL, 0); }

struct nt_run nt_run_so_far(void) {
  struct nt_run so_far = {.hash = trace_hash(), .trace_bytes = trace_bytes()};
  seeded_count(&so_far.points, &so_far.changes);
  return so_far;
}
