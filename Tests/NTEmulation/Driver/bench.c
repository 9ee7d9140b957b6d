// Adapters and what is done with them.
#define _GNU_SOURCE
#include "bench.h"

#include "../Loader/Host/seeds.h"

#include <pthread.h>
#include <time.h>

int bench_failures;
extern const char *bench_driver_path;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define EXPORT(image, result, name, ...) \
  result(NT_ABI * name)(__VA_ARGS__) = (result(NT_ABI *)(__VA_ARGS__))nt_export(image, #name)

void sleep_ms(uint32_t milliseconds) {
  if (nt_is_seeded()) return nt_sleep_ns(milliseconds * 1000000ull);
  struct timespec time = {milliseconds / 1000, (long)(milliseconds % 1000) * 1000000};
  nanosleep(&time, NULL);
}

void bench_call_as(enum caller caller) {
  EXPORT("ntoskrnl.exe", void, EmulSubject, const void *, uint32_t);
  EXPORT("ntoskrnl.exe", void, EmulIntegrity, uint32_t);
  // Everyone, built-in administrators, SYSTEM.
  static const uint8_t sids[3][68] = {
      {1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0},
      {1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0},
      {1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0},
  };
  switch (caller) {
    case CALLER_USER:
      EmulSubject(sids, 1);
      break;
    case CALLER_ADMINISTRATOR_MEDIUM:
    case CALLER_ADMINISTRATOR:
      EmulSubject(sids, 2);
      break;
    case CALLER_SYSTEM:
      EmulSubject(sids, 3);
      break;
  }
  EmulIntegrity(caller == CALLER_ADMINISTRATOR ? 0x3000 : caller == CALLER_SYSTEM ? 0x4000 : 0x2000);
}

struct nt_driver *bench_load(int32_t *status) { return nt_driver_load(bench_driver_path, status); }

void bench_unload(struct nt_driver *driver) {
  EXPORT("ndis.sys", uint32_t, EmulNdisCount, void);
  EXPORT("netio.sys", uint32_t, EmulNetioCount, void);
  EXPORT("netio.sys", uint32_t, EmulNetioNotifications, void);
  EXPECT(nt_driver_unload(driver) == 0);
  EXPECT(EmulNdisCount() == 0);
  EXPECT(EmulNetioCount() == 0);
  EXPECT(EmulNetioNotifications() == 0);
}

static NT_ABI void received(void *context, const uint8_t *bytes, uint32_t length) {
  struct adapter *adapter = context;
  pthread_mutex_lock(&lock);
  if (adapter->packet_count == adapter->packet_room) {
    adapter->packet_room = adapter->packet_room * 2 + 64;
    adapter->packets = realloc(adapter->packets, adapter->packet_room * sizeof(struct packet));
  }
  struct packet *packet = &adapter->packets[adapter->packet_count];
  packet->length = length;
  packet->bytes = malloc(length);
  memcpy(packet->bytes, bytes, length);
  __atomic_store_n(&adapter->packet_count, adapter->packet_count + 1, __ATOMIC_RELEASE);
  pthread_mutex_unlock(&lock);
}

void adapter_forget(struct adapter *adapter) {
  pthread_mutex_lock(&lock);
  for (uint32_t i = 0; i < adapter->packet_count; i++) free(adapter->packets[i].bytes);
  adapter->packet_count = 0;
  pthread_mutex_unlock(&lock);
}

bool adapter_await(struct adapter *adapter, uint32_t count) {
  for (int tries = 0; tries < 5000; tries++) {
    if (__atomic_load_n(&adapter->packet_count, __ATOMIC_ACQUIRE) >= count) return true;
    sleep_ms(1);
  }
  printf("  %u packets of %u came\n", adapter->packet_count, count);
  return false;
}

bool adapter_open(struct adapter *adapter, uint64_t luid) {
  EXPORT("ndis.sys", void *, EmulNdisAdd, uint64_t, int32_t *);
  EXPORT("ndis.sys", int32_t, EmulNdisRestart, void *);
  EXPORT("ndis.sys", void *, EmulNdisDevice, void *);
  EXPORT("ndis.sys", void, EmulNdisReceive, void *, void (NT_ABI *)(void *, const uint8_t *, uint32_t), void *);
  memset(adapter, 0, sizeof *adapter);
  int32_t status;
  adapter->ndis = EmulNdisAdd(luid, &status);
  if (adapter->ndis == NULL) return false;
  EmulNdisReceive(adapter->ndis, received, adapter);
  EXPECT(EmulNdisRestart(adapter->ndis) == 0);
  adapter->file = nt_open(EmulNdisDevice(adapter->ndis), &status);
  EXPECT(adapter->file != NULL);
  return true;
}

void adapter_close(struct adapter *adapter) {
  EXPORT("ndis.sys", int32_t, EmulNdisPause, void *);
  EXPORT("ndis.sys", void, EmulNdisHalt, void *);
  if (adapter->ndis == NULL) return;
  nt_close(adapter->file);
  EXPECT(EmulNdisPause(adapter->ndis) == 0);
  EmulNdisHalt(adapter->ndis);
  adapter->ndis = NULL;
  adapter_forget(adapter);
  free(adapter->packets);
  adapter->packets = NULL;
}

int32_t adapter_control(
    struct adapter *adapter, uint32_t code, void *input, uint32_t input_length, void *output, uint32_t output_length,
    uint64_t *information) {
  uint64_t ignored;
  return nt_control(
      adapter->file, code, input, input_length, output, output_length, information == NULL ? &ignored : information);
}

int32_t adapter_set(struct adapter *adapter, const void *bytes, uint32_t length) {
  return adapter_control(adapter, IOCTL_SET, NULL, 0, (void *)bytes, length, NULL);
}

int32_t adapter_state(struct adapter *adapter, uint32_t verb) {
  return adapter_control(adapter, IOCTL_STATE, &verb, sizeof verb, NULL, 0, NULL);
}

int32_t adapter_identify(struct adapter *adapter, uint8_t byte) {
  struct interface_record record = {.flags = 2};
  memset(record.private_key, byte, 32);
  int32_t status = adapter_set(adapter, &record, sizeof record);
  if (status != NT_SUCCESS) return status;
  uint8_t answer[80];
  // Peers that there are do not fit: the interface's own record comes all the same.
  status = adapter_control(adapter, IOCTL_GET, NULL, 0, answer, sizeof answer, NULL);
  if (status != NT_SUCCESS && status != STATUS_BUFFER_OVERFLOW) return status;
  memcpy(&record, answer, sizeof record);
  memcpy(adapter->public_key, record.public_key, 32);
  adapter->port = record.port;
  return NT_SUCCESS;
}

int32_t adapter_add_peer(
    struct adapter *adapter, const struct adapter *peer, uint8_t number, bool by_v6, uint16_t keepalive) {
  struct {
    struct interface_record interface;
    struct peer_record peer;
    struct allowed_record allowed[2];
  } request;
  memset(&request, 0, sizeof request);
  request.interface.peer_count = 1;
  request.peer.flags = 1 | 8 | (keepalive != 0 ? 4 : 0);
  request.peer.keepalive = keepalive;
  memcpy(request.peer.public_key, peer->public_key, 32);
  request.peer.endpoint[0] = by_v6 ? 23 : 2;
  request.peer.endpoint[2] = (uint8_t)(peer->port >> 8);
  request.peer.endpoint[3] = (uint8_t)peer->port;
  if (by_v6)
    request.peer.endpoint[8 + 15] = 1;
  else
    memcpy(&request.peer.endpoint[4], (uint8_t[]){127, 0, 0, 1}, 4);
  request.peer.allowed_count = 2;
  request.allowed[0] = (struct allowed_record){{10, 0, 0, number}, 2, 32, 0, 0};
  request.allowed[1] = (struct allowed_record){{0xfd, [15] = number}, 23, 128, 0, 0};
  return adapter_set(adapter, &request, sizeof request);
}

int32_t adapter_send(struct adapter *adapter, const void *bytes, uint32_t length, bool raised) {
  EXPORT("ndis.sys", int32_t, EmulNdisSend, void *, const uint8_t *, uint32_t, uint32_t);
  return EmulNdisSend(adapter->ndis, bytes, length, raised);
}

bool pair_open(struct adapter pair[2], bool by_v6) {
  bool is_open = true;
  for (int i = 0; i < 2; i++) is_open = adapter_open(&pair[i], (uint64_t)(i + 1)) && is_open;
  // The port is chosen when the interface goes up.
  for (int i = 0; i < 2 && is_open; i++) is_open = adapter_state(&pair[i], 1) == NT_SUCCESS;
  for (int i = 0; i < 2 && is_open; i++) is_open = adapter_identify(&pair[i], (uint8_t)(i + 1)) == NT_SUCCESS;
  for (int i = 0; i < 2 && is_open; i++)
    is_open = adapter_add_peer(&pair[i], &pair[1 - i], (uint8_t)(2 - i), by_v6, 0) == NT_SUCCESS;
  return is_open;
}

void pair_close(struct adapter pair[2]) {
  for (int i = 0; i < 2; i++) adapter_close(&pair[i]);
}

bool pair_works(struct adapter pair[2]) {
  uint8_t packet[3000];
  adapter_forget(&pair[1]);
  for (uint32_t tries = 0; tries < 150; tries++) {
    packet_make(packet, 2800 - tries % 4 * 900, false, 1, 2, tries);
    adapter_send(&pair[0], packet, 2800 - tries % 4 * 900, true);
    for (int wait = 0; wait < 100; wait++) {
      if (__atomic_load_n(&pair[1].packet_count, __ATOMIC_ACQUIRE) > 0) return true;
      sleep_ms(1);
    }
  }
  return false;
}

void packet_make(uint8_t *bytes, uint32_t length, bool is_v6, uint8_t from, uint8_t to, uint32_t marker) {
  for (uint32_t i = 0; i < length; i++) bytes[i] = (uint8_t)(i * 7 + marker);
  if (is_v6) {
    memset(bytes, 0, 40);
    bytes[0] = 0x60;
    bytes[4] = (uint8_t)((length - 40) >> 8);
    bytes[5] = (uint8_t)(length - 40);
    bytes[6] = 17;
    bytes[7] = 64;
    bytes[8] = bytes[24] = 0xfd;
    bytes[23] = from;
    bytes[39] = to;
  } else {
    memset(bytes, 0, 20);
    bytes[0] = 0x45;
    bytes[2] = (uint8_t)(length >> 8);
    bytes[3] = (uint8_t)length;
    bytes[8] = 64;
    bytes[9] = 17;
    memcpy(bytes + 12, (uint8_t[]){10, 0, 0, from, 10, 0, 0, to}, 8);
  }
  uint32_t header = is_v6 ? 40 : 20;
  if (length >= header + 4) memcpy(bytes + header, &marker, 4);
}
