// Pause, restart, suspend and halt, with packets on every way.
#include <pthread.h>

#include "bench.h"

#define NDIS(result, name, ...) \
  result(NT_ABI * name)(__VA_ARGS__) = (result(NT_ABI *)(__VA_ARGS__))nt_export("ndis.sys", #name)

static bool ping(struct adapter pair[2], int from, uint32_t marker) {
  uint8_t packet[100];
  adapter_forget(&pair[1 - from]);
  packet_make(packet, sizeof packet, false, (uint8_t)(from + 1), (uint8_t)(2 - from), marker);
  return adapter_send(&pair[from], packet, sizeof packet, true) == NT_SUCCESS && adapter_await(&pair[1 - from], 1);
}

static void check_pause(struct adapter pair[2]) {
  NDIS(int32_t, EmulNdisPause, void *);
  NDIS(int32_t, EmulNdisRestart, void *);
  uint8_t packet[100];
  packet_make(packet, sizeof packet, false, 1, 2, 7);
  EXPECT(EmulNdisPause(pair[0].ndis) == NT_SUCCESS);
  EXPECT(adapter_send(&pair[0], packet, sizeof packet, true) == PAUSED);
  // The other side sends into the pause: nothing comes up.
  adapter_forget(&pair[0]);
  packet_make(packet, sizeof packet, false, 2, 1, 8);
  EXPECT(adapter_send(&pair[1], packet, sizeof packet, false) == NT_SUCCESS);
  sleep_ms(100);
  EXPECT(pair[0].packet_count == 0);
  EXPECT(EmulNdisRestart(pair[0].ndis) == NT_SUCCESS);
  EXPECT(ping(pair, 0, 9));
}

static volatile bool has_paused;
static void *pause_later(void *ndis) {
  nt_thread_attach();
  NDIS(int32_t, EmulNdisPause, void *);
  EmulNdisPause(ndis);
  has_paused = true;
  return NULL;
}

// The last handshake with the one peer; 0 for none.
static uint64_t last_handshake(struct adapter *adapter) {
  struct {
    struct interface_record interface;
    struct peer_record peer;
    struct allowed_record allowed[2];
  } answer;
  EXPECT(adapter_control(adapter, IOCTL_GET, NULL, 0, &answer, sizeof answer, NULL) == NT_SUCCESS);
  return answer.peer.last_handshake;
}

// What had a session before a pause has one after it, though nobody sends: the driver asks for it.
static void check_resumption(struct adapter pair[2]) {
  NDIS(int32_t, EmulNdisPause, void *);
  NDIS(int32_t, EmulNdisRestart, void *);
  // The peer takes one initiation in 20 ms, and the last one has just been.
  sleep_ms(50);
  EXPECT(EmulNdisPause(pair[0].ndis) == NT_SUCCESS);
  uint64_t before = last_handshake(&pair[0]);
  EXPECT(EmulNdisRestart(pair[0].ndis) == NT_SUCCESS);
  bool has_new = false;
  for (int i = 0; i < 200 && !has_new; i++) {
    sleep_ms(10);
    has_new = last_handshake(&pair[0]) > before;
  }
  EXPECT(has_new);
}

// A pause waits until the stack has given every packet back.
static void check_held(struct adapter pair[2]) {
  NDIS(void, EmulNdisHold, void *, uint32_t);
  NDIS(int32_t, EmulNdisRestart, void *);
  EmulNdisHold(pair[1].ndis, 1);
  EXPECT(ping(pair, 0, 10));
  pthread_t thread;
  has_paused = false;
  EXPECT(pthread_create(&thread, NULL, pause_later, pair[1].ndis) == 0);
  sleep_ms(50);
  EXPECT(!has_paused);
  EmulNdisHold(pair[1].ndis, 0);
  pthread_join(thread, NULL);
  EXPECT(has_paused && EmulNdisRestart(pair[1].ndis) == NT_SUCCESS);
  EXPECT(ping(pair, 1, 11));
}

static void check_sleep(struct adapter pair[2]) {
  NDIS(int32_t, EmulNdisOid, void *, uint32_t, uint32_t, void *, uint32_t, uint32_t *, uint32_t *);
  uint32_t low = 4, high = 1, done, needed;
  EXPECT(EmulNdisOid(pair[0].ndis, 1, 0xfd010101, &low, 4, &done, &needed) == NT_SUCCESS);
  EXPECT(EmulNdisOid(pair[0].ndis, 1, 0xfd010101, &high, 4, &done, &needed) == NT_SUCCESS);
  // Resumption shakes hands by itself; the peer, whose session is gone, is answered.
  EXPECT(ping(pair, 0, 12) && ping(pair, 1, 13));
}

static void check_port_change(struct adapter pair[2]) {
  uint8_t record[80] = {4};
  EXPECT(adapter_set(&pair[0], record, sizeof record) == NT_SUCCESS);
  uint16_t before = pair[0].port;
  EXPECT(adapter_identify(&pair[0], 1) == NT_SUCCESS && pair[0].port != before && pair[0].port != 0);
  // The peer follows the port with the first packet.
  EXPECT(ping(pair, 0, 14) && ping(pair, 1, 15));
}

void test_life(void) {
  int32_t status;
  struct nt_driver *driver = bench_load(&status);
  EXPECT(driver != NULL);
  if (driver == NULL) return;
  struct adapter pair[2];
  EXPECT(pair_open(pair, false));
  EXPECT(ping(pair, 0, 1));
  check_pause(pair);
  check_resumption(pair);
  check_held(pair);
  check_port_change(pair);
  check_sleep(pair);
  // Halted while packets are under way.
  uint8_t packet[1400];
  packet_make(packet, sizeof packet, false, 1, 2, 3);
  for (int i = 0; i < 200; i++) adapter_send(&pair[0], packet, sizeof packet, true);
  pair_close(pair);
  bench_unload(driver);
  // Adapters come and go while the driver stays.
  driver = bench_load(&status);
  for (int i = 0; i < 10; i++) {
    struct adapter one;
    EXPECT(adapter_open(&one, (uint64_t)i + 1) && adapter_state(&one, 1) == NT_SUCCESS);
    adapter_close(&one);
  }
  bench_unload(driver);
}
