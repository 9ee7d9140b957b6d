// SET: what its envelope must be. Each refusal leaves everything as it was.
#include "conformance.h"

static bool is_empty(HANDLE device) {
  uint8_t buffer[1024] __attribute__((aligned(8)));
  return get(device, buffer, sizeof buffer) == 80 && peer_count(buffer) == 0;
}

void test_set(HANDLE device) {
  struct request request;
  struct interface_record *interface = request_begin(&request);
  struct peer_record *peer = request_add_peer(&request, 3, PEER_PUBLIC_KEY);
  for (int i = 0; i < 3; i++) request_add_allowed(&request, (uint8_t)i, 32, 0);
  uint32_t whole = request.length;
  CHECK(refused(control(device, IOCTL_SET, request.bytes, whole, NULL, 0), STATUS_INVALID_PARAMETER),
      "SET through the input buffer is refused");
  CHECK_ERROR(87, "which a program sees as error 87", device, IOCTL_SET, request.bytes, whole, NULL, 0);
  static const uint16_t cuts[] = {0, 1, 79, 80, 81, 80 + 135, 80 + 136, 80 + 136 + 71};
  bool are_refused = true;
  for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++)
    are_refused = refused(set(device, request.bytes, cuts[i]), STATUS_INVALID_PARAMETER) && are_refused;
  CHECK(are_refused && is_empty(device), "SET cut off in the header, a peer or an allowed IP is refused");
  peer->allowed_count = 4;
  CHECK(refused(request_set(device, &request), STATUS_INVALID_PARAMETER), "more allowed IPs than bytes are refused");
  peer->allowed_count = 0x0aaaaaab;
  CHECK(refused(request_set(device, &request), STATUS_INVALID_PARAMETER), "a count that wraps to 8 bytes is refused");
  peer->allowed_count = 3;
  interface->peer_count = 2;
  CHECK(refused(request_set(device, &request), STATUS_INVALID_PARAMETER), "more peers than bytes are refused");
  interface->peer_count = 0x01e1e1e2;
  CHECK(refused(request_set(device, &request), STATUS_INVALID_PARAMETER), "a count of peers that wraps is refused");
  interface->peer_count = 1;
  peer->flags = 0;
  CHECK(refused(request_set(device, &request), STATUS_INVALID_PARAMETER), "a peer without its public key is refused");
  peer->flags = PEER_PUBLIC_KEY | 0x10;
  peer->version = 2;
  CHECK(refused(request_set(device, &request), STATUS_NOT_IMPLEMENTED), "version 2 is refused as not implemented");
  CHECK_ERROR(1, "which a program sees as error 1", device, IOCTL_SET, NULL, 0, request.bytes, whole);
  peer->version = 1;
  CHECK(is_empty(device), "nothing of all that was applied");
  CHECK(set(device, request.bytes, whole).status == 0 && !is_empty(device), "version 1 is taken");
  memset(request.bytes + whole, 0xa5, 100);
  struct answer answer = set(device, request.bytes, whole + 100);
  CHECK(answer.status == 0 && answer.information == whole, "bytes behind the last record are left alone");
}
