#define _GNU_SOURCE
#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

// Round trips before the first that counts.
enum { WARM_UP = 200 };

static unsigned char datagram[LOAD_ROOM];

static int ascending(const void *left, const void *right) {
  double difference = *(const double *)left - *(const double *)right;
  return (difference > 0) - (difference < 0);
}

// One round trip in microseconds; negative when no answer came within the socket's patience.
static double trip(int descriptor, size_t size_bytes, uint64_t number) {
  memcpy(datagram, &number, sizeof number);
  uint64_t start = load_now_ns(), answered;
  if (send(descriptor, datagram, size_bytes, 0) < 0) return -1;
  do {
    // An answer to an earlier one, given up since, is read over.
    if (recv(descriptor, datagram, sizeof datagram, 0) < 0) return -1;
    memcpy(&answered, datagram, sizeof answered);
  } while (answered != number);
  return (double)(load_now_ns() - start) / 1e3;
}

void load_ping(int descriptor, size_t size_bytes, size_t count) {
  struct timeval patience = {.tv_usec = 500000};
  if (setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) < 0) load_fail("SO_RCVTIMEO");
  double *trips = calloc(count, sizeof *trips);
  if (!trips) load_fail("calloc");
  size_t answered = 0, lost = 0;
  for (uint64_t number = 0; number < WARM_UP + count && lost < 10 && !load_ended; number++) {
    double time_us = trip(descriptor, size_bytes, number);
    if (time_us < 0) lost += 1;
    if (time_us >= 0 && number >= WARM_UP) trips[answered++] = time_us;
  }
  if (answered < count / 2 || answered == 0) {
    errno = ETIMEDOUT;
    load_fail("ping");
  }
  qsort(trips, answered, sizeof *trips, ascending);
  printf("{\"answered\": %zu, \"lost\": %zu, \"p50\": %.1f, \"p99\": %.1f}\n", answered, lost,
         trips[answered / 2], trips[answered * 99 / 100]);
  free(trips);
}
