// Packets between two adapters of the driver, over real UDP.
#include "bench.h"

static void check_sizes(struct adapter pair[2], int from, bool is_v6) {
  static uint8_t packet[65536];
  struct adapter *sender = &pair[from], *receiver = &pair[1 - from];
  static const uint32_t lengths[] = {48,   64,   100,  576,  1279, 1280,  1399, 1400,
                                     1420, 1421, 2048, 2049, 9000, 40000, 65000};
  for (uint32_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
    adapter_forget(receiver);
    packet_make(packet, lengths[i], is_v6, (uint8_t)(from + 1), (uint8_t)(2 - from), i);
    EXPECT(adapter_send(sender, packet, lengths[i], i & 1) == NT_SUCCESS);
    EXPECT(adapter_await(receiver, 1));
    if (receiver->packet_count != 1) continue;
    EXPECT(receiver->packets[0].length == lengths[i]);
    EXPECT(memcmp(receiver->packets[0].bytes, packet, lengths[i]) == 0);
  }
}

static void check_order(struct adapter pair[2]) {
  enum { COUNT = 20000, AHEAD = 1000 };
  uint8_t packet[200];
  adapter_forget(&pair[1]);
  for (uint32_t i = 0; i < COUNT; i++) {
    packet_make(packet, sizeof packet, false, 1, 2, i);
    // Loss is the network's right; here nothing is sent faster than it arrives.
    if (i >= AHEAD && !adapter_await(&pair[1], i - AHEAD)) break;
    EXPECT(adapter_send(&pair[0], packet, sizeof packet, true) == NT_SUCCESS);
  }
  EXPECT(adapter_await(&pair[1], COUNT));
  for (uint32_t i = 0; i < pair[1].packet_count; i++) {
    uint32_t marker;
    memcpy(&marker, pair[1].packets[i].bytes + 20, 4);
    if (marker == i) continue;
    EXPECT(marker == i);
    break;
  }
}

static void check_refused(struct adapter pair[2]) {
  uint8_t packet[100];
  EXPECT(adapter_state(&pair[0], 0) == NT_SUCCESS);
  packet_make(packet, sizeof packet, false, 1, 2, 1);
  EXPECT(adapter_send(&pair[0], packet, sizeof packet, false) == MEDIA_DISCONNECTED);
  EXPECT(adapter_state(&pair[0], 1) == NT_SUCCESS);
  EXPECT(adapter_send(&pair[0], packet, 0, false) != NT_SUCCESS);
}

void test_traffic(void) {
  for (int by_v6 = 0; by_v6 < 2; by_v6++) {
    int32_t status;
    struct nt_driver *driver = bench_load(&status);
    EXPECT(driver != NULL);
    if (driver == NULL) return;
    struct adapter pair[2];
    EXPECT(pair_open(pair, by_v6));
    for (int from = 0; from < 2; from++)
      for (int is_v6 = 0; is_v6 < 2; is_v6++) check_sizes(pair, from, is_v6);
    check_order(pair);
    check_refused(pair);
    pair_close(pair);
    bench_unload(driver);
  }
}
