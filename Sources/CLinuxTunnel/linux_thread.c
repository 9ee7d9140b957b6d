#define _GNU_SOURCE
#include "linux_thread.h"

#include <pthread.h>
#include <sys/prctl.h>
#include <time.h>

void linux_thread_set_name(const char *name) { prctl(PR_SET_NAME, name); }

int linux_thread_clock(void) {
  clockid_t clock;
  return pthread_getcpuclockid(pthread_self(), &clock) == 0 ? clock : 0;
}

uint64_t linux_clock_nanoseconds(int clock) {
  struct timespec time;
  if (clock_gettime(clock, &time) != 0) return 0;
  return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}
