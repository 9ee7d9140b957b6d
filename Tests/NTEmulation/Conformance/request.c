// The records of SET and GET.
#include "conformance.h"

struct answer set(HANDLE device, const void *records, uint32_t length) {
  return control(device, IOCTL_SET, NULL, 0, (void *)records, length);
}

int32_t state(HANDLE device, uint32_t verb) { return control(device, IOCTL_STATE, &verb, 4, NULL, 0).status; }

bool refused(struct answer answer, int32_t status) {
  if (answer.status == status && (answer.information == 0 || answer.information == UNTOUCHED)) return true;
  printf("  status 0x%x, information %llu\n", (unsigned)answer.status, (unsigned long long)answer.information);
  return false;
}

static void *grow(struct request *request, uint32_t count) {
  void *place = request->bytes + request->length;
  request->length += count;
  if (request->length > sizeof request->bytes) abort();
  return memset(place, 0, count);
}

struct interface_record *request_begin(struct request *request) {
  request->length = request->peer = 0;
  return grow(request, sizeof(struct interface_record));
}

struct peer_record *request_add_peer(struct request *request, uint8_t key, uint32_t flags) {
  request->peer = request->length;
  struct peer_record *peer = grow(request, sizeof *peer);
  peer->flags = flags;
  memset(peer->public_key, key, sizeof peer->public_key);
  ((struct interface_record *)request->bytes)->peer_count++;
  return peer;
}

struct allowed_record *request_add_allowed(struct request *request, uint8_t last, uint8_t length, uint32_t flags) {
  struct allowed_record *allowed = grow(request, sizeof *allowed);
  *allowed = (struct allowed_record){{10, 0, 0, last}, 2, length, 0, flags};
  ((struct peer_record *)(request->bytes + request->peer))->allowed_count++;
  return allowed;
}

struct answer request_set(HANDLE device, const struct request *request) {
  return set(device, request->bytes, request->length);
}

uint32_t get(HANDLE device, uint8_t *output, uint32_t room) {
  struct answer answer = control(device, IOCTL_GET, NULL, 0, output, room);
  if (answer.status != 0) {
    CHECK(false, "GET answers");
    memset(output, 0, room);
    return 0;
  }
  return (uint32_t)answer.information;
}

uint32_t peer_count(const uint8_t *configuration) {
  return ((const struct interface_record *)configuration)->peer_count;
}

const struct peer_record *find_peer(const uint8_t *configuration, uint8_t key) {
  uint8_t wanted[32];
  memset(wanted, key, sizeof wanted);
  const uint8_t *at = configuration + sizeof(struct interface_record);
  for (uint32_t i = 0; i < peer_count(configuration); i++) {
    const struct peer_record *peer = (const struct peer_record *)at;
    if (memcmp(peer->public_key, wanted, sizeof wanted) == 0) return peer;
    at += sizeof *peer + peer->allowed_count * sizeof(struct allowed_record);
  }
  return NULL;
}

void reset(HANDLE device) {
  struct request request;
  request_begin(&request)->flags = INTERFACE_PRIVATE_KEY | INTERFACE_PORT | INTERFACE_REPLACE;
  state(device, 0);
  request_set(device, &request);
}
