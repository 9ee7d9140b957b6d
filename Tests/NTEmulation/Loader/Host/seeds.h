// What a test sees of runs from a seed: one thread at a time, a virtual time, a network in the process.
#pragma once

#include <stdint.h>

/// Before nt_start. From here on threads are those of nt_thread_start; a wait of Linux would stop them all.
void nt_seed(uint64_t seed);
int nt_is_seeded(void);
/// A number below `limit` that follows from the seed.
uint32_t nt_choose(uint32_t limit);
/// Starts a thread that may call the kernel.
void nt_thread_start(void (*entry)(void *context), void *context);
/// Sleeps while `*word` is `value`; nt_wake ends that.
void nt_wait(uint32_t *word, uint32_t value);
void nt_wake(uint32_t *word);
void nt_sleep_ns(uint64_t time_ns);
/// A place at which another thread may go on.
void nt_point(void);
uint64_t nt_time_ns(void);
/// As seeded_clock_ticks, seeded_clock and seeded_fill_from.
void nt_clock_ticks(void);
void nt_clock(uint64_t boot_ns, uint64_t epoch_s);
void nt_random_from(void (*fill)(uint8_t *bytes, uint64_t length_bytes));
/// As seeded_network_set and seeded_limit.
void nt_network(uint32_t lost_of_1000, uint32_t doubled_of_1000, uint32_t delay_ns);
void nt_limit(uint64_t points, uint64_t time_ns);

/// Ends the process if memory was written after it had been given back.
void nt_memory_check(void);
/// Writes the trace to a file as well; 0 on failure.
int nt_trace_file(const char *path);
/// Adds a number of the test's own to the trace.
void nt_trace(uint64_t number);
struct nt_run {
  uint64_t hash, trace_bytes, points, changes;
};
struct nt_run nt_run_so_far(void);
