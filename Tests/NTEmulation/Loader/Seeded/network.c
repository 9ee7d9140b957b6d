// Sockets are places in a table; a datagram lies in the list of its receiver until it is due and chosen.
#include "network.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "random.h"
#include "schedule.h"
#include "trace.h"

#define SOCKETS 256
#define FIRST_PORT 49152

struct datagram {
  struct datagram *next;
  uint64_t due_ns;
  struct platform_address from;
  uint32_t length_bytes;
  uint8_t bytes[];
};

static struct socket {
  uint8_t family, is_open, is_stopped;
  uint16_t port;
  uint32_t changes;  // futex word
  struct datagram *first;
} sockets[SOCKETS];
static uint16_t next_port;
static uint32_t lost_of_1000, doubled_of_1000, longest_delay_ns = 1000000;

void seeded_network_set(uint32_t lost, uint32_t doubled, uint32_t delay_ns) {
  lost_of_1000 = lost;
  doubled_of_1000 = doubled;
  longest_delay_ns = delay_ns;
}

int32_t seeded_udp_open(uint32_t family) {
  for (int32_t i = 0; i < SOCKETS; i++) {
    if (sockets[i].is_open) continue;
    sockets[i] = (struct socket){.family = (uint8_t)family, .is_open = 1};
    return i;
  }
  return -EMFILE;
}

static struct socket *find(uint8_t family, uint16_t port) {
  for (int i = 0; i < SOCKETS; i++)
    if (sockets[i].is_open && !sockets[i].is_stopped && sockets[i].family == family && sockets[i].port == port)
      return &sockets[i];
  return NULL;
}

int32_t seeded_udp_bind(int32_t handle, struct platform_address *address) {
  uint16_t port = address->port;
  while (port == 0) {
    port = (uint16_t)(FIRST_PORT + next_port++ % 16384);
    if (find(4, port) != NULL || find(6, port) != NULL) port = 0;
  }
  if (find(sockets[handle].family, port) != NULL) return -EADDRINUSE;
  sockets[handle].port = port;
  return seeded_udp_name(handle, address);
}

static void loopback(uint8_t family, uint8_t *address) {
  memset(address, 0, 16);
  if (family == 4) address[0] = 127;
  address[family == 4 ? 3 : 15] = 1;
}

int32_t seeded_udp_name(int32_t handle, struct platform_address *address) {
  memset(address, 0, sizeof *address);
  address->family = sockets[handle].family;
  address->port = sockets[handle].port;
  address->traffic_class = UINT32_MAX;
  return 0;
}

static void deliver(struct socket *to, const struct platform_address *from, const void *bytes, uint32_t length) {
  struct datagram *made = malloc(sizeof *made + length);
  if (made == NULL) platform_fail("no memory for a datagram");
  made->due_ns = seeded_time_ns() + seeded_below(STREAM_NETWORK, longest_delay_ns + 1);
  made->from = *from;
  made->length_bytes = length;
  made->next = NULL;
  memcpy(made->bytes, bytes, length);
  struct datagram **link = &to->first;
  while (*link != NULL) link = &(*link)->next;
  *link = made;
  to->changes++;
  seeded_futex_wake(&to->changes, 1);
}

int32_t seeded_udp_send(
    int32_t handle, const struct platform_address *address, const void *bytes, uint32_t length_bytes) {
  uint8_t here[16];
  loopback(address->family, here);
  struct socket *to = memcmp(here, address->address, 16) == 0 ? find(address->family, address->port) : NULL;
  uint32_t luck = seeded_below(STREAM_NETWORK, 1000);
  int is_lost = to == NULL || luck < lost_of_1000;
  trace_add(
      is_lost ? TRACE_LOST : TRACE_SENT, (uint64_t)sockets[handle].port << 16 | address->port, bytes, length_bytes);
  if (is_lost) return (int32_t)length_bytes;
  struct platform_address from = {
      .family = address->family, .has_local = 1, .port = sockets[handle].port, .interface_index = 1,
      .traffic_class = address->traffic_class == UINT32_MAX ? 0 : address->traffic_class};
  memcpy(from.address, here, 16);
  memcpy(from.local, here, 16);
  deliver(to, &from, bytes, length_bytes);
  // The receiver may have gone meanwhile.
  if (luck >= 1000 - doubled_of_1000 && (to = find(address->family, address->port)) != NULL)
    deliver(to, &from, bytes, length_bytes);
  return (int32_t)length_bytes;
}

// One of those that are due, or NULL with the time of the first that will be.
static struct datagram *choose(struct socket *socket, uint64_t *next_ns) {
  uint32_t due = 0;
  *next_ns = UINT64_MAX;
  for (struct datagram *d = socket->first; d != NULL; d = d->next) {
    if (d->due_ns <= seeded_time_ns())
      due++;
    else if (d->due_ns < *next_ns)
      *next_ns = d->due_ns;
  }
  if (due == 0) return NULL;
  // Without delays nothing overtakes.
  uint32_t chosen = longest_delay_ns == 0 ? 0 : seeded_below(STREAM_NETWORK, due);
  struct datagram **link = &socket->first;
  while ((*link)->due_ns > seeded_time_ns() || chosen-- > 0) link = &(*link)->next;
  struct datagram *taken = *link;
  *link = taken->next;
  return taken;
}

int32_t seeded_udp_receive(int32_t handle, struct platform_address *address, void *bytes, uint32_t capacity_bytes) {
  struct socket *socket = &sockets[handle];
  for (;;) {
    if (socket->is_stopped) return -ESHUTDOWN;
    uint64_t next_ns;
    uint32_t changes = socket->changes;
    struct datagram *taken = choose(socket, &next_ns);
    if (taken == NULL) {
      seeded_waits_for("a datagram at", socket);
      seeded_futex_wait(&socket->changes, changes, next_ns);
      continue;
    }
    uint32_t length = taken->length_bytes < capacity_bytes ? taken->length_bytes : capacity_bytes;
    memcpy(bytes, taken->bytes, length);
    *address = taken->from;
    trace_add(TRACE_TAKEN, (uint64_t)taken->from.port << 16 | socket->port, bytes, length);
    free(taken);
    return (int32_t)length;
  }
}

void seeded_udp_stop(int32_t handle) {
  sockets[handle].is_stopped = 1;
  sockets[handle].changes++;
  seeded_futex_wake(&sockets[handle].changes, UINT32_MAX);
}

void seeded_udp_close(int32_t handle) {
  for (struct datagram *next; sockets[handle].first != NULL; sockets[handle].first = next) {
    next = sockets[handle].first->next;
    free(sockets[handle].first);
  }
  sockets[handle].is_open = 0;
}
