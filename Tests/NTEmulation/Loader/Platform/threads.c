// Threads and the futex that the emulated kernel's waits are made of.
#define _GNU_SOURCE
#include <asm/prctl.h>
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "../Seeded/random.h"
#include "../Seeded/schedule.h"
#include "platform.h"

PLATFORM_ABI uint32_t platform_futex_wait(uint32_t *word, uint32_t expected, uint64_t deadline_ns) {
  if (seeded_on()) return seeded_futex_wait(word, expected, deadline_ns);
  struct timespec left, *timeout = NULL;
  if (deadline_ns != UINT64_MAX) {
    uint64_t at = platform_boot_time_ns();
    if (at >= deadline_ns) return 0;
    left.tv_sec = (time_t)((deadline_ns - at) / 1000000000ull);
    left.tv_nsec = (long)((deadline_ns - at) % 1000000000ull);
    timeout = &left;
  }
  long result = syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, expected, timeout, NULL, 0);
  return !(result == -1 && errno == ETIMEDOUT);
}

PLATFORM_ABI void platform_futex_wake(uint32_t *word, uint32_t count) {
  if (seeded_on()) return seeded_futex_wake(word, count);
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count > INT32_MAX ? INT32_MAX : count, NULL, NULL, 0);
}

PLATFORM_ABI void platform_yield(void) {
  if (seeded_on()) return seeded_yield();
  sched_yield();
}

PLATFORM_ABI void platform_point(void) {
  if (seeded_on()) seeded_point_of_image();
}

PLATFORM_ABI void platform_waits_for(const char *what, const void *object) {
  if (seeded_on()) seeded_waits_for(what, object);
}

PLATFORM_ABI uint32_t platform_choose(uint32_t limit) {
  return seeded_on() ? seeded_below(STREAM_SCHEDULE, limit) : 0;
}

struct start {
  void (PLATFORM_ABI *entry)(void *);
  void *context;
};

/// Where a thread goes on that ends itself.
static __thread jmp_buf bottom;

static void *run(void *argument) {
  struct start start = *(struct start *)argument;
  free(argument);
  if (_setjmp(bottom) == 0) start.entry(start.context);
  return NULL;
}

static void run_strand(void *argument) {
  run(argument);
  seeded_thread_end();
}

PLATFORM_ABI uint32_t platform_thread_start(void (PLATFORM_ABI *entry)(void *), void *context) {
  struct start *start = malloc(sizeof *start);
  if (start == NULL) return 0;
  *start = (struct start){entry, context};
  if (seeded_on()) return (uint32_t)seeded_thread_start(run_strand, start);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_t thread;
  int result = pthread_create(&thread, &attributes, run, start);
  pthread_attr_destroy(&attributes);
  if (result != 0) free(start);
  return result == 0;
}

PLATFORM_ABI void platform_thread_set_region(void *region) {
  if (seeded_on()) return seeded_thread_set_region(region);
  syscall(SYS_arch_prctl, ARCH_SET_GS, region);
}

PLATFORM_ABI int64_t platform_thread_clock(void) {
  clockid_t clock;
  return pthread_getcpuclockid(pthread_self(), &clock) == 0 ? clock : CLOCK_MONOTONIC;
}

PLATFORM_ABI uint64_t platform_thread_time_ns(int64_t clock) {
  struct timespec time;
  if (clock_gettime((clockid_t)clock, &time) != 0) return 0;
  return (uint64_t)time.tv_sec * 1000000000ull + (uint64_t)time.tv_nsec;
}

// Not pthread_exit: it unwinds the stack, and frames of the images have no unwind tables that Linux reads. A jump needs
// none, and the thread's stack is given back.
PLATFORM_ABI void platform_thread_end(void) {
  if (seeded_on()) seeded_thread_end();
  _longjmp(bottom, 1);
}
