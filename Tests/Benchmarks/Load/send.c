#define _GNU_SOURCE
#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>

// How often a paced sender wakes: as fine as the scheduler allows and coarse enough for batches.
enum { TICK_NS = 200000 };

static unsigned char datagrams[LOAD_BATCH][LOAD_ROOM];
static struct iovec places[LOAD_BATCH];
static struct mmsghdr messages[LOAD_BATCH];

static void prepare(const struct load_plan *plan) {
  uint64_t noise = 0x9e3779b97f4a7c15;
  for (size_t i = 0; i < LOAD_BATCH; i++) {
    for (size_t byte = 0; byte < LOAD_ROOM; byte++) {
      noise = noise * 6364136223846793005 + 1442695040888963407;
      datagrams[i][byte] = (unsigned char)(noise >> 56);
    }
    if (plan->initiations) memcpy(datagrams[i], "\1\0\0\0", 4);
    places[i] = (struct iovec){datagrams[i], plan->size_bytes};
    messages[i].msg_hdr = (struct msghdr){.msg_iov = &places[i], .msg_iovlen = 1};
  }
}

// Sends `count` ≤ LOAD_BATCH datagrams from number `first` on. What the interface has no room for counts as sent and is
// lost: that is what a sender without acknowledgements sees.
static void send_batch(int descriptor, const struct load_plan *plan, uint64_t first, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint64_t number = first + i;
    // Behind the type in an initiation, so that no two are alike.
    memcpy(datagrams[i] + (plan->initiations ? 8 : 0), &number, sizeof number);
  }
  size_t sent = 0;
  while (sent < count && !load_ended) {
    int result = sendmmsg(descriptor, messages + sent, (unsigned)(count - sent), 0);
    if (result > 0) {
      sent += (size_t)result;
    } else if (errno == ENOBUFS || errno == EAGAIN || errno == ECONNREFUSED) {
      sent += 1;
    } else if (errno != EINTR) {
      load_fail("sendmmsg");
    }
  }
}

static void sleep_until(uint64_t moment_ns) {
  struct timespec moment = {(time_t)(moment_ns / 1000000000), (long)(moment_ns % 1000000000)};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &moment, NULL);
}

void load_send(int descriptor, const struct load_plan *plan) {
  prepare(plan);
  prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
  uint64_t start = load_now_ns(), end = start + (uint64_t)(plan->seconds * 1e9), sent = 0;
  for (uint64_t tick = start; !load_ended && load_now_ns() < end;) {
    size_t count = LOAD_BATCH;
    if (plan->rate > 0) {
      tick += TICK_NS;
      sleep_until(tick);
      // A sender that was kept waiting catches up over several ticks, not with one burst.
      double due = (double)(load_now_ns() - start) * plan->rate / 1e9 - (double)sent;
      if (due < 1) continue;
      if (due < LOAD_BATCH) count = (size_t)due;
    }
    send_batch(descriptor, plan, sent, count);
    sent += count;
  }
  double seconds = (double)(load_now_ns() - start) / 1e9;
  printf("{\"sent\": %llu, \"seconds\": %.6f}\n", (unsigned long long)sent, seconds);
}
