// benchmark-load send ADDRESS PORT SIZE RATE SECONDS    numbered datagrams; RATE 0: a flood
// benchmark-load forge ADDRESS PORT RATE SECONDS        initiations whose MAC1 is garbage
// benchmark-load receive PORT                           counts what arrives until SIGTERM
// benchmark-load ping ADDRESS PORT SIZE COUNT           round trips, one after the other
// benchmark-load echo PORT                              the other end of ping
//
// Each prints one JSON object a run.

#define _GNU_SOURCE
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

volatile bool load_ended;

uint64_t load_now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

void load_fail(const char *what) {
  fprintf(stderr, "benchmark-load: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void end(int signal) {
  (void)signal;
  load_ended = true;
}

void load_catch_signals(void) {
  // Without SA_RESTART: a blocking call returns.
  struct sigaction action = {.sa_handler = end};
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
}

int load_socket(void) {
  int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) load_fail("socket");
  int room = 8 << 20;
  if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) < 0) load_fail("SO_RCVBUFFORCE");
  if (setsockopt(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room) < 0) load_fail("SO_SNDBUFFORCE");
  return descriptor;
}

void load_bind(int descriptor, uint16_t port) {
  struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons(port)};
  if (bind(descriptor, (struct sockaddr *)&own, sizeof own) < 0) load_fail("bind");
}

void load_connect(int descriptor, const char *address, uint16_t port) {
  struct sockaddr_in remote = {.sin_family = AF_INET, .sin_port = htons(port)};
  errno = EINVAL;
  if (inet_pton(AF_INET, address, &remote.sin_addr) != 1) load_fail(address);
  if (connect(descriptor, (struct sockaddr *)&remote, sizeof remote) < 0) load_fail("connect");
}

static size_t size(const char *text) {
  size_t bytes = strtoul(text, NULL, 10);
  errno = ERANGE;
  if (bytes < 8 || bytes > LOAD_ROOM) load_fail(text);
  return bytes;
}

int main(int count, char **words) {
  int descriptor = load_socket();
  load_catch_signals();
  const char *task = count > 1 ? words[1] : "";
  if (strcmp(task, "receive") == 0 && count == 3) {
    load_bind(descriptor, (uint16_t)atoi(words[2]));
    load_receive(descriptor);
  } else if (strcmp(task, "echo") == 0 && count == 3) {
    load_bind(descriptor, (uint16_t)atoi(words[2]));
    load_echo(descriptor);
  } else if (strcmp(task, "send") == 0 && count == 7) {
    load_connect(descriptor, words[2], (uint16_t)atoi(words[3]));
    struct load_plan plan = {.size_bytes = size(words[4]), .rate = atof(words[5]), .seconds = atof(words[6])};
    load_send(descriptor, &plan);
  } else if (strcmp(task, "forge") == 0 && count == 6) {
    load_connect(descriptor, words[2], (uint16_t)atoi(words[3]));
    struct load_plan plan = {
        .size_bytes = 148, .rate = atof(words[4]), .seconds = atof(words[5]), .initiations = true};
    load_send(descriptor, &plan);
  } else if (strcmp(task, "ping") == 0 && count == 6) {
    load_connect(descriptor, words[2], (uint16_t)atoi(words[3]));
    load_ping(descriptor, size(words[4]), strtoul(words[5], NULL, 10));
  } else {
    fprintf(stderr, "usage: see the head of main.c\n");
    return 2;
  }
  return 0;
}
