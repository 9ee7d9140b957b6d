// How calls must end, written down from the contract once more: the fuzzer does not only look for what crashes.
#define _GNU_SOURCE
#include "fuzz.h"

static uint32_t get32(const uint8_t *place) {
  uint32_t value;
  memcpy(&value, place, 4);
  return value;
}

static uint16_t get16(const uint8_t *place) {
  uint16_t value;
  memcpy(&value, place, 2);
  return value;
}

static bool is_prefix(const uint8_t *record) {
  uint16_t family = get16(record + 16);
  return (family == 2 && record[18] <= 32) || (family == 23 && record[18] <= 128);
}

int32_t judge_set(const uint8_t *bytes, uint32_t length, uint32_t *consumed) {
  *consumed = 0;
  if (length < sizeof(struct interface_record)) return STATUS_INVALID_PARAMETER;
  uint64_t offset = sizeof(struct interface_record);
  for (uint32_t peers = get32(bytes + 72); peers > 0; peers--) {
    if (length - offset < sizeof(struct peer_record)) return STATUS_INVALID_PARAMETER;
    const uint8_t *peer = bytes + offset;
    if (!(get32(peer) & PEER_PUBLIC_KEY)) return STATUS_INVALID_PARAMETER;
    if (get32(peer) & 0x10 && get32(peer + 4) > 1) return STATUS_NOT_IMPLEMENTED;
    offset += sizeof(struct peer_record);
    uint64_t allowed = (uint64_t)get32(peer + 128);
    if (allowed * sizeof(struct allowed_record) > length - offset) return STATUS_INVALID_PARAMETER;
    for (; allowed > 0; allowed--, offset += sizeof(struct allowed_record))
      if (!is_prefix(bytes + offset)) return STATUS_INVALID_PARAMETER;
  }
  *consumed = (uint32_t)offset;
  return NT_SUCCESS;
}

void clamp_key(uint8_t key[32]) {
  static const uint8_t none[32];
  if (memcmp(key, none, 32) == 0) return;
  key[0] &= 0xf8;
  key[31] = (uint8_t)((key[31] & 0x7f) | 0x40);
}

static const char *judge_interface(const struct belief *belief, const uint8_t *bytes) {
  static const uint8_t none[32];
  bool has_key = memcmp(belief->private_key, none, 32) != 0;
  if (memcmp(bytes + 6, belief->private_key, 32) != 0) return "the private key is not the one that was set last";
  if (((get32(bytes) & INTERFACE_PRIVATE_KEY) != 0) != has_key) return "the flag of the private key is wrong";
  if (get32(bytes) & ~7u) return "flags of the interface that a GET does not have";
  if (get16(bytes + 70) != 0 || get32(bytes + 76) != 0) return "gaps of the interface's record are not zero";
  return NULL;
}

const char *judge_get(
    const struct belief *belief, const uint8_t *bytes, uint32_t length, uint64_t total, bool is_whole) {
  if (length < sizeof(struct interface_record)) return NULL;
  const char *wrong = judge_interface(belief, bytes);
  if (wrong != NULL) return wrong;
  uint64_t offset = sizeof(struct interface_record);
  for (uint32_t peers = get32(bytes + 72); peers > 0; peers--) {
    if (length - offset < sizeof(struct peer_record)) return "more peers counted than written";
    const uint8_t *peer = bytes + offset;
    if (!(get32(peer) & PEER_PUBLIC_KEY) || get32(peer) & ~0xfu) return "flags of a peer that a GET does not have";
    if (get32(peer + 4) != 1 || get16(peer + 74) != 0 || get32(peer + 132) != 0) return "a peer's gaps or version";
    offset += sizeof(struct peer_record);
    for (uint32_t allowed = get32(peer + 128); allowed > 0; allowed--, offset += sizeof(struct allowed_record)) {
      if (length - offset < sizeof(struct allowed_record)) return "more allowed IPs counted than written";
      if (!is_prefix(bytes + offset) || bytes[offset + 19] != 0 || get32(bytes + offset + 20) != 0)
        return "a record that is no allowed IP";
    }
  }
  if (is_whole && offset != total) return "the records are shorter than Information";
  return NULL;
}

enum { REASONS = 26 };

const char *judge_observe(const struct belief *belief, const uint8_t *bytes, uint32_t length, uint64_t total) {
  static const uint8_t none[32];
  if (total < 64 + 32 * REASONS || (total - 64 - 32 * REASONS) % 144 != 0) return "Information of an OBSERVE";
  if (length < 64) return NULL;
  if (get32(bytes) != 1 || get16(bytes + 4) != 64 || get16(bytes + 6) != 32 || get16(bytes + 8) != 144)
    return "the version or the sizes of an OBSERVE";
  if (get16(bytes + 10) != 0 || get32(bytes + 12) & ~3u || (get32(bytes + 12) & 1) != belief->is_up)
    return "flags of an OBSERVE";
  uint64_t room = length < total ? length : total;
  uint64_t reasons = (room - 64) / 32 < REASONS ? (room - 64) / 32 : REASONS;
  uint64_t peers = reasons < REASONS ? 0 : (room - 64 - 32 * reasons) / 144;
  if (get32(bytes + 16) != reasons || get32(bytes + 20) != peers) return "the counts of an OBSERVE";
  for (const uint8_t *peer = bytes + 64 + 32 * reasons; peers > 0; peers--, peer += 144)
    if (get32(peer + 32) & ~0x1ffu || get32(peer + 36) > 255) return "a peer's flags in an OBSERVE";
  if (memcmp(belief->private_key, none, 32) != 0 && memmem(bytes, (size_t)room, belief->private_key, 32) != NULL)
    return "an OBSERVE tells the private key";
  return NULL;
}
