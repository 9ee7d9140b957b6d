// Two adapters that are each other's peer: a packet goes down one, as a datagram through Wine's sockets, and up the
// other.
#include "program.h"

static bool identify(HANDLE device, uint8_t byte, struct interface_record *record) {
  *record = (struct interface_record){.flags = INTERFACE_PRIVATE_KEY};
  memset(record->private_key, byte, 32);
  if (set(device, record, sizeof *record).status != 0) return false;
  return control(device, IOCTL_GET, NULL, 0, record, sizeof *record).status == 0 && record->port != 0;
}

static bool introduce(HANDLE device, const struct interface_record *peer, uint8_t number) {
  struct request request;
  request_begin(&request);
  struct peer_record *record = request_add_peer(&request, 0, PEER_PUBLIC_KEY | PEER_ENDPOINT);
  memcpy(record->public_key, peer->public_key, 32);
  uint8_t endpoint[] = {2, 0, (uint8_t)(peer->port >> 8), (uint8_t)peer->port, 127, 0, 0, 1};
  memcpy(record->endpoint, endpoint, sizeof endpoint);
  request_add_allowed(&request, number, 32, 0);
  return request_set(device, &request).status == 0;
}

static void make_packet(uint8_t *packet, uint16_t length, uint8_t from, uint8_t to) {
  for (int i = 0; i < length; i++) packet[i] = (uint8_t)(i * 7 + from);
  uint8_t header[20] = {0x45, 0, (uint8_t)(length >> 8), (uint8_t)length, [8] = 64, 17, 0, 0, 10, 0, 0, from, 10, 0,
                        0,    to};
  memcpy(packet, header, sizeof header);
}

// Sends a packet and waits for it at the other end.
static bool carries(HANDLE from, HANDLE to, uint8_t number, uint16_t length) {
  uint8_t packet[1500], came[2000];
  make_packet(packet, length, number, (uint8_t)(3 - number));
  struct answer sent = control(from, EDGE_SEND, packet, length, NULL, 0);
  for (int tries = 0; sent.status == 0 && tries < 100; tries++) {
    struct answer answer = control(to, EDGE_RECEIVE, NULL, 0, came, sizeof came);
    if (answer.status == 0) return answer.information == length && memcmp(came, packet, length) == 0;
    Sleep(50);
  }
  printf("  sent with 0x%x, nothing came\n", (unsigned)sent.status);
  return false;
}

void test_traffic(void) {
  printf("traffic\n");
  HANDLE pair[2] = {adapter_open(0, true), adapter_open(1, true)};
  struct interface_record records[2];
  bool is_ready = state(pair[0], 1) == 0 && state(pair[1], 1) == 0;
  for (int i = 0; i < 2; i++) is_ready = is_ready && identify(pair[i], (uint8_t)(i + 1), &records[i]);
  for (int i = 0; i < 2; i++) is_ready = is_ready && introduce(pair[i], &records[1 - i], (uint8_t)(2 - i));
  CHECK(is_ready, "two adapters are up and know each other");
  CHECK(carries(pair[0], pair[1], 1, 1400), "a packet goes through the tunnel between them");
  CHECK(carries(pair[1], pair[0], 2, 100), "and one back");
  uint8_t buffer[1024] __attribute__((aligned(8)));
  get(pair[0], buffer, sizeof buffer);
  const struct peer_record *peer = (const struct peer_record *)(buffer + sizeof(struct interface_record));
  CHECK(
      peer->last_handshake != 0 && peer->sent >= 1400 && peer->received >= 100,
      "GET tells of the handshake and the bytes");
  uint8_t packet[100];
  make_packet(packet, sizeof packet, 1, 2);
  CHECK(
      state(pair[0], 0) == 0 &&
          control(pair[0], EDGE_SEND, packet, sizeof packet, NULL, 0).status == MEDIA_DISCONNECTED,
      "down, the adapter sends nothing");
  for (int i = 0; i < 2; i++) {
    reset(pair[i]);
    CloseHandle(pair[i]);
  }
}
