// Preloaded into a daemon: its clocks stand where the replay puts them, and libsodium's generator is the transcript's.
// The daemon itself knows of neither.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "stream.h"

static struct transcript_clock *shared;
static struct streams streams;
static pthread_mutex_t drawing = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void attach(void) {
  const char *path = getenv("TRANSCRIPT_CLOCK");
  int file = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) abort();
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (shared == MAP_FAILED) abort();
  close(file);
  streams.seed = shared->seed;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  if (shared == NULL || (clock != CLOCK_BOOTTIME && clock != CLOCK_REALTIME))
    return (int)syscall(SYS_clock_gettime, clock, time);
  uint64_t now = __atomic_load_n(&shared->boot_ns, __ATOMIC_SEQ_CST);
  time->tv_sec = (time_t)(now / 1000000000 + (clock == CLOCK_REALTIME ? shared->epoch_s : 0));
  time->tv_nsec = (long)(now % 1000000000);
  return 0;
}

// A timer at an instant of the standing clock: it is looked at every millisecond.
int timerfd_settime(int timer, int flags, const struct itimerspec *when, struct itimerspec *before) {
  struct itimerspec soon = *when;
  if ((flags & TFD_TIMER_ABSTIME) && !(flags & TFD_TIMER_CANCEL_ON_SET)) {
    flags &= ~TFD_TIMER_ABSTIME;
    if (when->it_value.tv_sec != 0 || when->it_value.tv_nsec != 0)
      soon = (struct itimerspec){{0, 1000000}, {0, 1000000}};
  }
  return (int)syscall(SYS_timerfd_settime, timer, flags, &soon, before);
}

static int brief(int timeout_ms) { return timeout_ms > 1 ? 1 : timeout_ms; }

int poll(struct pollfd *places, nfds_t count, int timeout_ms) {
  return (int)syscall(SYS_poll, places, count, brief(timeout_ms));
}

int epoll_wait(int set, struct epoll_event *events, int capacity, int timeout_ms) {
  return (int)syscall(SYS_epoll_wait, set, events, capacity, brief(timeout_ms));
}

void randombytes_buf(void *place, size_t length) {
  pthread_mutex_lock(&drawing);
  stream_draw(&streams, place, length);
  pthread_mutex_unlock(&drawing);
}
