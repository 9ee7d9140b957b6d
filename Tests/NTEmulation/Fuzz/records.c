// Makes the bytes of a SET: records as a program would write them, and in half of all cases something wrong with them.
#include "fuzz.h"

#define PEERS 24
#define OFFSETS 512

void roll_bytes(struct dice *dice, void *place, uint32_t length) {
  uint8_t *bytes = place;
  for (uint32_t i = 0; i < length; i++) bytes[i] = (uint8_t)(roll_bits(dice) >> 56);
}

void records_peer_key(uint32_t number, uint8_t key[32]) {
  struct dice dice = {number * 77 + 5};
  roll_bytes(&dice, key, 32);
  key[31] &= 0x7f;
}

/// A request while it is written, with the places of its records.
struct request {
  uint8_t *bytes;
  uint32_t length;
  uint32_t peers[OFFSETS], peer_count, allowed[OFFSETS], allowed_count;
};

static void append(struct request *request, const void *record, uint32_t length) {
  if (request->length + length > ARENA_BYTES) return;
  memcpy(request->bytes + request->length, record, length);
  request->length += length;
}

static void append_allowed(struct dice *dice, struct request *request) {
  struct allowed_record record = {.family = once_in(dice, 2) ? 2 : 23};
  roll_bytes(dice, record.address, 16);
  // Mostly prefixes that meet each other again.
  if (!once_in(dice, 4)) memset(record.address + 1, 0, 14);
  record.length = (uint8_t)roll(dice, record.family == 2 ? 33 : 129);
  record.flags = once_in(dice, 5);
  if (request->allowed_count < OFFSETS) request->allowed[request->allowed_count++] = request->length;
  append(request, &record, sizeof record);
}

static void fill_endpoint(struct dice *dice, uint8_t endpoint[28]) {
  roll_bytes(dice, endpoint, 28);
  endpoint[0] = once_in(dice, 8) ? (uint8_t)roll(dice, 256) : once_in(dice, 2) ? 2 : 23;
  endpoint[1] = 0;
  if (once_in(dice, 2)) memcpy(endpoint + 4, (uint8_t[]){127, 0, 0, 1}, 4);
}

static void append_peer(struct dice *dice, const struct belief *belief, struct request *request) {
  struct peer_record record = {.flags = PEER_PUBLIC_KEY};
  static const uint32_t wishes[] = {PEER_PRESHARED_KEY, PEER_KEEPALIVE, PEER_ENDPOINT, PEER_REPLACE_ALLOWED};
  for (uint32_t i = 0; i < 4; i++)
    if (once_in(dice, 3)) record.flags |= wishes[i];
  if (once_in(dice, 8)) record.flags |= PEER_REMOVE;
  if (once_in(dice, 6)) record.flags |= PEER_UPDATE;
  if (once_in(dice, 6)) record.flags |= 0x10, record.version = roll(dice, 2);
  records_peer_key(roll(dice, PEERS), record.public_key);
  if (once_in(dice, 200)) memcpy(record.public_key, belief->public_key, 32);
  if (once_in(dice, 200)) roll_bytes(dice, record.public_key, 32);
  if (once_in(dice, 2)) roll_bytes(dice, record.preshared_key, 32);
  record.keepalive = (uint16_t)roll(dice, once_in(dice, 4) ? 65536 : 30);
  fill_endpoint(dice, record.endpoint);
  record.allowed_count = once_in(dice, 100) ? roll(dice, 300) : roll(dice, 5);
  if (request->length + sizeof record + record.allowed_count * 24 > ARENA_BYTES) return;
  if (request->peer_count < OFFSETS) request->peers[request->peer_count++] = request->length;
  append(request, &record, sizeof record);
  for (uint32_t i = 0; i < record.allowed_count; i++) append_allowed(dice, request);
}

static void begin_request(struct dice *dice, const struct belief *belief, struct request *request) {
  struct interface_record record = {0};
  // A port or a key costs more than all the rest.
  if (once_in(dice, 60)) {
    static const uint16_t ports[] = {0, 0, 51820, 1, 60001, 60002};
    record.flags |= INTERFACE_PORT;
    record.port = ports[roll(dice, 6)];
  }
  if (once_in(dice, 100)) record.flags |= INTERFACE_PRIVATE_KEY;
  if (once_in(dice, 12)) record.flags |= INTERFACE_REPLACE;
  if (once_in(dice, 4)) record.flags |= INTERFACE_PUBLIC_KEY;
  roll_bytes(dice, record.private_key, 32);
  if (once_in(dice, 8)) memset(record.private_key, 0, 32);
  if (once_in(dice, 8)) memcpy(record.private_key, belief->private_key, 32);
  roll_bytes(dice, record.public_key, 32);
  uint32_t place = request->length, wanted = once_in(dice, 200) ? roll(dice, 60) : roll(dice, 4);
  append(request, &record, sizeof record);
  for (uint32_t i = 0; i < wanted; i++) append_peer(dice, belief, request);
  uint32_t count = request->peer_count;
  memcpy(request->bytes + place + 72, &count, 4);
}

// A number that stands for a count: near what is right, or such that a product with the size of a record wraps.
static uint32_t wrong_count(struct dice *dice, uint32_t right, uint32_t size) {
  switch (roll(dice, 6)) {
    case 0: return right + 1 + roll(dice, 3);
    case 1: return right - 1;
    case 2: return (uint32_t)roll_bits(dice);
    case 3: return 0xffffffffu - roll(dice, 3);
    // The smallest count whose product wraps k times: 0x0aaaaaab for 24.
    default: return (uint32_t)(((1 + (uint64_t)roll(dice, size)) << 32) / size) + 1 + roll(dice, 2) * right;
  }
}

static void put32(struct request *request, uint32_t offset, uint32_t value) {
  if (offset + 4 <= request->length) memcpy(request->bytes + offset, &value, 4);
}

static void spoil_records(struct dice *dice, struct request *request) {
  uint32_t peer = request->peer_count > 0 ? request->peers[roll(dice, request->peer_count)] : 0;
  uint32_t allowed = request->allowed_count > 0 ? request->allowed[roll(dice, request->allowed_count)] : 0, right = 0;
  switch (roll(dice, 7)) {
    case 0:
      put32(request, 72, wrong_count(dice, request->peer_count, sizeof(struct peer_record)));
      break;
    case 1:
    case 2:
      if (peer == 0) break;
      memcpy(&right, request->bytes + peer + 128, 4);
      put32(request, peer + 128, wrong_count(dice, right, sizeof(struct allowed_record)));
      break;
    case 3:
      if (peer != 0) put32(request, peer, (uint32_t)roll_bits(dice) & (once_in(dice, 2) ? 0xfe : ~0u));
      if (once_in(dice, 2) && peer != 0) put32(request, peer + 4, roll(dice, 4));
      break;
    case 4:
      if (peer != 0) put32(request, peer, 0x11), put32(request, peer + 4, roll(dice, 4));
      break;
    case 5:
      if (allowed != 0) put32(request, allowed + 16, (uint32_t)roll_bits(dice));
      break;
    case 6:
      if (allowed != 0) request->bytes[allowed + 18] = (uint8_t)(request->bytes[allowed + 16] == 2 ? 32 : 128) + 1;
      break;
  }
}

static void spoil_length(struct dice *dice, struct request *request) {
  switch (roll(dice, 4)) {
    case 0:
      request->length = roll(dice, request->length + 1);
      break;
    case 1: {
      uint32_t cut = roll(dice, 30);
      request->length = cut < request->length ? request->length - cut : 0;
      break;
    }
    case 2: {
      uint8_t junk[300];
      roll_bytes(dice, junk, sizeof junk);
      append(request, junk, roll(dice, sizeof junk));
      break;
    }
    case 3:
      request->length = roll(dice, 81);
      break;
  }
}

static void spoil_bits(struct dice *dice, struct request *request) {
  if (request->length == 0) return;
  for (uint32_t count = 1 + roll(dice, 4); count > 0; count--) {
    uint32_t offset = roll(dice, request->length);
    request->bytes[offset] ^= (uint8_t)(once_in(dice, 2) ? 1u << roll(dice, 8) : roll(dice, 256));
  }
}

uint32_t records_make(struct dice *dice, const struct belief *belief, uint8_t *bytes) {
  static struct request request;
  request = (struct request){.bytes = bytes};
  begin_request(dice, belief, &request);
  // Several in a row: only the first one counts.
  if (once_in(dice, 40)) {
    struct request other = {.bytes = bytes, .length = request.length};
    begin_request(dice, belief, &other);
    request.length = other.length;
  }
  if (once_in(dice, 2)) return request.length;
  for (uint32_t count = 1 + roll(dice, 2); count > 0; count--) {
    uint32_t kind = roll(dice, 5);
    if (kind < 3)
      spoil_records(dice, &request);
    else if (kind == 3)
      spoil_length(dice, &request);
    else
      spoil_bits(dice, &request);
  }
  return request.length;
}
