// One strand at a time, chosen by a seed, in a time that passes only when nobody can run.
#pragma once

#include <stdint.h>

/// Whether a seed decides; then the functions below stand for those of platform.h.
int seeded_on(void);
/// Before anything else of the kernel: the calling thread becomes the first strand.
void seeded_start(uint64_t seed);

uint32_t seeded_futex_wait(const uint32_t *word, uint32_t expected, uint64_t deadline_ns);
void seeded_futex_wake(const uint32_t *word, uint32_t count);
/// A place at which another strand may go on; after `seeded_yield` another one does, if one can.
void seeded_point(void);
/// The same for one that an image calls: after it, the strand may be left between two instructions of the image.
void seeded_point_of_image(void);
void seeded_yield(void);
int seeded_thread_start(void (*entry)(void *), void *context);
void seeded_thread_set_region(void *region);
_Noreturn void seeded_thread_end(void);
/// What the strand that runs is about to wait for, for people; NULL when it has ended.
void seeded_waits_for(const char *what, const void *object);

uint64_t seeded_time_ns(void);
/// The wall clock when the time was 0, in seconds since 1970.
uint64_t seeded_epoch_s(void);
/// Sets both clocks; from here on time goes to deadlines exactly, not now and then a little past them.
void seeded_clock(uint64_t boot_ns, uint64_t boot_epoch_s);
/// From here on waits end at ticks no farther apart than those of a clock of the kernel.
void seeded_clock_ticks(void);
/// Points passed and changes of strand.
void seeded_count(uint64_t *points, uint64_t *changes);
/// Prints every strand with what it waits for.
void seeded_report(void);
/// Names the places that the stack of the strand that runs leads through.
void seeded_describe(const void *stack_pointer);
/// Ends the process once so many points or so much time have passed: something goes on without getting anywhere.
void seeded_limit(uint64_t points, uint64_t time_ns);
