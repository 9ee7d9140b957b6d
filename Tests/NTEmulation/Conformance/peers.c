// SET: what records of peers and allowed IPs do.
#include "conformance.h"

static uint8_t buffer[8192] __attribute__((aligned(8)));

static uint32_t allowed_count(HANDLE device, uint8_t key) {
  get(device, buffer, sizeof buffer);
  const struct peer_record *peer = find_peer(buffer, key);
  return peer == NULL ? UINT32_MAX : peer->allowed_count;
}

// One peer with one allowed IP of 10.0.0.x.
static struct answer set_peer(
    HANDLE device, uint8_t key, uint32_t flags, int last, uint8_t length, uint32_t allowed_flags) {
  struct request request;
  request_begin(&request);
  request_add_peer(&request, key, flags);
  if (last >= 0) request_add_allowed(&request, (uint8_t)last, length, allowed_flags);
  return request_set(device, &request);
}

static void check_allowed(HANDLE device) {
  CHECK(
      set_peer(device, 4, PEER_PUBLIC_KEY, 1, 32, 0).status == 0 && allowed_count(device, 4) == 1,
      "an allowed IP is added");
  CHECK(set_peer(device, 5, PEER_PUBLIC_KEY, 1, 32, 0).status == 0 && allowed_count(device, 4) == 0 &&
            allowed_count(device, 5) == 1,
      "an allowed IP moves to the peer that was given it last");
  CHECK(set_peer(device, 4, PEER_PUBLIC_KEY, 1, 32, 1).status == 0 && allowed_count(device, 5) == 1,
      "taking an allowed IP from a peer that has it not succeeds and does nothing");
  CHECK(set_peer(device, 5, PEER_PUBLIC_KEY, 1, 31, 1).status == 0 && allowed_count(device, 5) == 1,
      "nor does taking another length");
  CHECK(
      set_peer(device, 5, PEER_PUBLIC_KEY, 1, 32, 1).status == 0 && allowed_count(device, 5) == 0,
      "taking it takes it");
  CHECK(set_peer(device, 5, PEER_PUBLIC_KEY, 77, 24, 0).status == 0 && allowed_count(device, 5) == 1 &&
            ((const struct allowed_record *)(find_peer(buffer, 5) + 1))->address[3] == 0,
      "an allowed IP comes back without its host bits");
  CHECK(refused(set_peer(device, 5, PEER_PUBLIC_KEY, 1, 33, 0), STATUS_INVALID_PARAMETER), "IPv4 /33 is refused");
  struct request request;
  request_begin(&request);
  request_add_peer(&request, 5, PEER_PUBLIC_KEY);
  request_add_allowed(&request, 0, 129, 0)->family = 23;
  CHECK(refused(request_set(device, &request), STATUS_INVALID_PARAMETER), "IPv6 /129 is refused");
  request_begin(&request);
  request_add_peer(&request, 5, PEER_PUBLIC_KEY);
  request_add_allowed(&request, 0, 32, 0)->family = 0;
  CHECK(refused(request_set(device, &request), STATUS_INVALID_PARAMETER), "family 0 is refused");
  CHECK(allowed_count(device, 5) == 1, "and nothing of these is there");
  CHECK(
      set_peer(device, 5, PEER_PUBLIC_KEY | PEER_REPLACE_ALLOWED, -1, 0, 0).status == 0 &&
          allowed_count(device, 5) == 0,
      "replacing by none leaves none");
}

void test_peers(HANDLE device) {
  CHECK(set_peer(device, 9, PEER_PUBLIC_KEY | PEER_REMOVE, 1, 32, 0).status == 0, "removing an unknown peer succeeds");
  CHECK(set_peer(device, 9, PEER_PUBLIC_KEY | PEER_UPDATE, 1, 32, 0).status == 0, "updating an unknown peer succeeds");
  CHECK(allowed_count(device, 9) == UINT32_MAX, "and neither makes it");
  struct request request;
  struct interface_record *interface = request_begin(&request);
  interface->flags = INTERFACE_PRIVATE_KEY;
  memset(interface->private_key, 0x48, 32);
  request_set(device, &request);
  get(device, buffer, sizeof buffer);
  request_begin(&request);
  memcpy(
      request_add_peer(&request, 0, PEER_PUBLIC_KEY)->public_key, ((struct interface_record *)buffer)->public_key, 32);
  CHECK(request_set(device, &request).status == 0 && get(device, buffer, sizeof buffer) == 80,
      "the interface's own key is no peer, without an error");
  request_begin(&request);
  request_add_peer(&request, 6, PEER_PUBLIC_KEY);
  request_add_allowed(&request, 1, 32, 0);
  struct peer_record *peer =
      request_add_peer(&request, 6, PEER_PUBLIC_KEY | PEER_KEEPALIVE | PEER_PRESHARED_KEY | PEER_ENDPOINT);
  peer->keepalive = 25;
  memset(peer->preshared_key, 0x77, 32);
  static const uint8_t endpoint[] = {2, 0, 0xca, 0x6c, 192, 0, 2, 1};
  memcpy(peer->endpoint, endpoint, sizeof endpoint);
  CHECK(request_set(device, &request).status == 0 && allowed_count(device, 6) == 1 && peer_count(buffer) == 1,
      "a key that comes twice is one peer");
  const struct peer_record *found = find_peer(buffer, 6);
  CHECK(found != NULL && found->keepalive == 25 && memcmp(found->endpoint, endpoint, sizeof endpoint) == 0 &&
            found->preshared_key[31] == 0x77 && (found->flags & 0xe) == 0xe,
      "keepalive, endpoint and preshared key come back");
  check_allowed(device);
  CHECK(
      set_peer(device, 6, PEER_PUBLIC_KEY | PEER_REMOVE, -1, 0, 0).status == 0 &&
          allowed_count(device, 6) == UINT32_MAX,
      "removing a peer removes it");
  request_begin(&request)->flags = INTERFACE_PRIVATE_KEY | INTERFACE_REPLACE;
  CHECK(request_set(device, &request).status == 0 && get(device, buffer, sizeof buffer) == 80 &&
            ((struct interface_record *)buffer)->flags == 0,
      "replacing peers by none and the zero key leave nothing");
}
