// GET: how large it is, and what stands in buffers that are too small.
#include "conformance.h"

#define MANY 40
/// The interface, a peer without allowed IPs and one with many.
#define WHOLE (80 + 136 + 136 + MANY * 24)

static bool is_ee(const uint8_t *from, const uint8_t *to) {
  while (from < to)
    if (*from++ != 0xee) return false;
  return true;
}

// A GET into a buffer of some length, the first byte behind what it wrote being `end`.
static bool get_part(HANDLE device, uint32_t length, uint32_t end, uint8_t *buffer) {
  memset(buffer, 0xee, WHOLE + 200);
  struct answer answer = control(device, IOCTL_GET, NULL, 0, buffer, length);
  if (answer.status == (length < WHOLE ? STATUS_BUFFER_OVERFLOW : 0) && answer.information == WHOLE &&
      is_ee(buffer + end, buffer + WHOLE + 200))
    return true;
  printf("  status 0x%x, information %llu\n", (unsigned)answer.status, (unsigned long long)answer.information);
  return false;
}

void test_get(HANDLE device) {
  uint8_t buffer[WHOLE + 200] __attribute__((aligned(8)));
  struct answer answer = control(device, IOCTL_GET, NULL, 0, NULL, 0);
  CHECK(answer.status == STATUS_BUFFER_OVERFLOW && answer.information == 80, "GET without a buffer tells the size");
  CHECK(get(device, buffer, sizeof buffer) == 80 && peer_count(buffer) == 0, "a new adapter's GET is a header");
  CHECK(((struct interface_record *)buffer)->flags == 0, "a new adapter has neither identity nor port");
  struct request request;
  struct interface_record *interface = request_begin(&request);
  interface->flags = INTERFACE_PRIVATE_KEY | INTERFACE_PORT;
  interface->port = 51820;
  memset(interface->private_key, 0x48, 32);
  request_add_peer(&request, 1, PEER_PUBLIC_KEY);
  request_add_peer(&request, 2, PEER_PUBLIC_KEY);
  for (int i = 0; i < MANY; i++) request_add_allowed(&request, (uint8_t)i, 32, 0);
  answer = request_set(device, &request);
  CHECK(answer.status == 0 && answer.information == WHOLE, "SET through the output buffer consumes all its bytes");
  CHECK(get_part(device, 0, 0, buffer), "GET of zero bytes tells the size of all");
  CHECK_ERROR(234, "which a program sees as error 234", device, IOCTL_GET, NULL, 0, NULL, 0);
  CHECK(get_part(device, 79, 0, buffer), "GET of 79 bytes writes nothing");
  CHECK(get_part(device, 80, 80, buffer) && peer_count(buffer) == 0, "GET of 80 bytes writes the header, no peers");
  CHECK(get_part(device, 80 + 135, 80, buffer) && peer_count(buffer) == 0, "GET writes no half of a peer");
  CHECK(get_part(device, WHOLE - 1, WHOLE - 24, buffer) && peer_count(buffer) == 2 &&
            find_peer(buffer, 2)->allowed_count == MANY - 1,
      "GET of one byte less writes one allowed IP less, and counts so");
  CHECK(get_part(device, WHOLE, WHOLE, buffer) && find_peer(buffer, 2)->allowed_count == MANY, "GET of all");
  CHECK(get_part(device, WHOLE + 100, WHOLE, buffer), "GET of 100 bytes more writes no more");
  interface = (struct interface_record *)buffer;
  CHECK(interface->flags == (INTERFACE_PUBLIC_KEY | INTERFACE_PRIVATE_KEY | INTERFACE_PORT) && interface->port == 51820,
      "GET tells identity and port");
  CHECK(find_peer(buffer, 1)->flags == (PEER_PUBLIC_KEY | PEER_KEEPALIVE) && find_peer(buffer, 1)->version == 1,
      "GET tells what a peer has, and version 1");
  answer = set(device, buffer, WHOLE);
  CHECK(answer.status == 0 && answer.information == WHOLE, "what GET answers can be SET");
}
