#define _GNU_SOURCE
#include "linux_wait.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static int checked(int result) { return result < 0 ? -errno : result; }

int linux_set_open(void) { return checked(epoll_create1(EPOLL_CLOEXEC)); }

int linux_set_put(int set, int descriptor, uint64_t tag, bool readable, bool writable) {
  struct epoll_event event = {.events = (readable ? EPOLLIN | EPOLLRDHUP : 0) | (writable ? EPOLLOUT : 0),
                              .data = {.u64 = tag}};
  if (epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event) == 0) return 0;
  if (errno != EEXIST) return -errno;
  return checked(epoll_ctl(set, EPOLL_CTL_MOD, descriptor, &event));
}

int linux_set_remove(int set, int descriptor) {
  struct epoll_event unused = {0};
  return checked(epoll_ctl(set, EPOLL_CTL_DEL, descriptor, &unused));
}

int linux_set_wait(int set, struct linux_ready *ready, int capacity, int timeout_ms) {
  struct epoll_event events[64];
  if (capacity > 64) capacity = 64;
  int count = epoll_wait(set, events, capacity, timeout_ms);
  if (count < 0) return errno == EINTR ? 0 : -errno;
  for (int i = 0; i < count; i++) {
    ready[i].tag = events[i].data.u64;
    ready[i].is_readable = (events[i].events & (EPOLLIN | EPOLLRDHUP)) != 0;
    ready[i].is_writable = (events[i].events & EPOLLOUT) != 0;
    ready[i].is_hung_up = (events[i].events & (EPOLLHUP | EPOLLERR)) != 0;
  }
  return count;
}

int linux_timer_open(void) { return checked(timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK)); }

int linux_timer_set(int timer, uint64_t instant_ns) {
  struct itimerspec when = {.it_value = {.tv_sec = (time_t)(instant_ns / 1000000000u),
                                         .tv_nsec = (long)(instant_ns % 1000000000u)}};
  return checked(timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL));
}

int linux_wake_open(void) { return checked(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

void linux_wake(int wake) {
  uint64_t one = 1;
  // It can only fail when the counter is full, and then the sleeper is awake.
  ssize_t ignored = write(wake, &one, sizeof one);
  (void)ignored;
}

void linux_wake_clear(int descriptor) {
  uint64_t count;
  ssize_t ignored = read(descriptor, &count, sizeof count);
  (void)ignored;
}

int linux_signals_open(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGHUP);
  int error = pthread_sigmask(SIG_BLOCK, &set, NULL);
  if (error != 0) return -error;
  if (signal(SIGPIPE, SIG_IGN) == SIG_ERR) return -errno;
  return checked(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

int linux_signals_take(int signals) {
  struct signalfd_siginfo info;
  return read(signals, &info, sizeof info) == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}

int linux_wait_readable(int first, int second, int third, int timeout_ms) {
  struct pollfd places[3] = {{first, POLLIN, 0}, {second, POLLIN, 0}, {third, POLLIN, 0}};
  int count = poll(places, 3, timeout_ms);
  if (count < 0) return errno == EINTR ? 0 : -errno;
  int result = 0;
  for (int i = 0; i < 3; i++) result |= places[i].revents != 0 ? 1 << i : 0;
  return result;
}

void linux_rest(uint32_t nanoseconds) {
  struct timespec span = {0, nanoseconds};
  nanosleep(&span, NULL);
}

int linux_wait_writable(int descriptor, int timeout_ms) {
  struct pollfd place = {descriptor, POLLOUT, 0};
  int count = poll(&place, 1, timeout_ms);
  return count > 0 ? 1 : 0;
}
