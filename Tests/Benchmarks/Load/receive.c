#define _GNU_SOURCE
#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static unsigned char datagrams[LOAD_BATCH][LOAD_ROOM];
static struct sockaddr_in senders[LOAD_BATCH];
static struct iovec places[LOAD_BATCH];
static struct mmsghdr messages[LOAD_BATCH];

static void prepare(void) {
  for (size_t i = 0; i < LOAD_BATCH; i++) {
    places[i] = (struct iovec){datagrams[i], LOAD_ROOM};
    messages[i].msg_hdr = (struct msghdr){.msg_iov = &places[i], .msg_iovlen = 1};
  }
}

// The number of datagrams received into `datagrams`, at least one; 0 when the end was signalled.
static size_t receive_batch(int descriptor) {
  while (!load_ended) {
    int result = recvmmsg(descriptor, messages, LOAD_BATCH, MSG_WAITFORONE, NULL);
    if (result > 0) return (size_t)result;
    if (errno != EINTR && errno != EAGAIN && errno != ECONNREFUSED) load_fail("recvmmsg");
  }
  return 0;
}

void load_receive(int descriptor) {
  prepare();
  uint64_t received = 0, bytes = 0, overtaken = 0, next = 0, first_ns = 0, last_ns = 0;
  for (size_t count; (count = receive_batch(descriptor)) > 0;) {
    last_ns = load_now_ns();
    if (received == 0) first_ns = last_ns;
    for (size_t i = 0; i < count; i++) {
      uint64_t number;
      memcpy(&number, datagrams[i], sizeof number);
      if (number < next) overtaken += 1;
      if (number >= next) next = number + 1;
      received += 1;
      bytes += messages[i].msg_len;
    }
  }
  printf("{\"received\": %llu, \"bytes\": %llu, \"overtaken\": %llu, \"seconds\": %.6f}\n",
         (unsigned long long)received, (unsigned long long)bytes, (unsigned long long)overtaken,
         (double)(last_ns - first_ns) / 1e9);
}

void load_echo(int descriptor) {
  prepare();
  for (size_t i = 0; i < LOAD_BATCH; i++) messages[i].msg_hdr.msg_name = &senders[i];
  for (;;) {
    for (size_t i = 0; i < LOAD_BATCH; i++) {
      messages[i].msg_hdr.msg_namelen = sizeof senders[i];
      places[i].iov_len = LOAD_ROOM;
    }
    size_t count = receive_batch(descriptor);
    if (count == 0) return;
    for (size_t i = 0; i < count; i++) places[i].iov_len = messages[i].msg_len;
    if (sendmmsg(descriptor, messages, (unsigned)count, 0) < 0 && errno != EINTR) load_fail("sendmmsg");
  }
}
