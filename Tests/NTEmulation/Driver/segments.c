// How datagrams leave: one call of WSK for each chain, and where WSK cuts messages, datagrams of one size as one
// message. Whether it does, only says so, does not know of it or is not to be asked: the same packets arrive, in
// order. And how they go up: a chain with one indication.
#include "bench.h"

#define NETIO(result, name, ...) \
  result(NT_ABI * name)(__VA_ARGS__) = (result(NT_ABI *)(__VA_ARGS__))nt_export("netio.sys", #name)
#define NDIS(result, name, ...) \
  result(NT_ABI * name)(__VA_ARGS__) = (result(NT_ABI *)(__VA_ARGS__))nt_export("ndis.sys", #name)

enum { CUT, REFUSED, UNKNOWN };
// So few ahead that a socket of the host keeps them all.
enum { PACKETS = 1000, AHEAD = 60, MANY = 1024, LENGTH = 1408, DATAGRAM = 1440 };

static uint32_t length_of(uint32_t number) {
  static const uint32_t lengths[] = {
      1420, 1420, 1420, 1420, 1420, 1420, 700, 100, 100, 1420, 40, 9000, 1420, 1000, 1000, 41};
  return lengths[number % (sizeof lengths / sizeof *lengths)];
}

// Packets of many lengths, so that whatever waits makes another chain.
static bool carries(struct adapter pair[2]) {
  static uint8_t packet[9000];
  bool is_right = true;
  adapter_forget(&pair[1]);
  for (uint32_t i = 0; i < PACKETS && is_right; i++) {
    packet_make(packet, length_of(i), false, 1, 2, i);
    is_right = (i < AHEAD || adapter_await(&pair[1], i - AHEAD)) &&
               adapter_send(&pair[0], packet, length_of(i), true) == NT_SUCCESS;
  }
  is_right = is_right && adapter_await(&pair[1], PACKETS);
  for (uint32_t i = 0; i < PACKETS && is_right; i++) {
    packet_make(packet, length_of(i), false, 1, 2, i);
    is_right = pair[1].packets[i].length == length_of(i) && memcmp(pair[1].packets[i].bytes, packet, length_of(i)) == 0;
  }
  return is_right;
}

static uint64_t next_counter;
static uint32_t out_of_order, shown;
static uint8_t captured[MANY][DATAGRAM];

static NT_ABI void show(void *context, const uint8_t *bytes, uint32_t length) {
  (void)context;
  uint64_t counter;
  memcpy(&counter, bytes + 8, sizeof counter);
  if (bytes[0] != 4 || (shown > 0 && counter != next_counter)) out_of_order++;
  next_counter = counter + 1;
  // A keepalive may be among them.
  if (length != DATAGRAM) return;
  if (length == DATAGRAM && shown < MANY) memcpy(captured[shown], bytes, length);
  shown++;
}

static void count(struct adapter *adapter, bool cuts) {
  NETIO(uint32_t, EmulNetioSwallowed, void);
  NETIO(void, EmulNetioSwallow, uint32_t, void (NT_ABI *)(void *, const uint8_t *, uint32_t), void *);
  NETIO(uint32_t, EmulNetioSent, uint32_t);
  NDIS(void, EmulNdisSendMany, void *, uint8_t *, uint32_t, uint32_t);
  static uint8_t packet[LENGTH];
  packet_make(packet, LENGTH, false, 1, 2, 0);
  shown = out_of_order = 0;
  EmulNetioSwallow(1, show, NULL);
  EmulNetioSent(3);
  EmulNdisSendMany(adapter->ndis, packet, LENGTH, MANY);
  for (int tries = 0; tries < 5000 && EmulNetioSwallowed() < MANY; tries++) sleep_ms(1);
  uint32_t calls = EmulNetioSent(0), messages = EmulNetioSent(1), datagrams = EmulNetioSent(2);
  printf("  %u datagrams in %u messages of %u calls\n", datagrams, messages, calls);
  EXPECT(datagrams <= MANY + 2 && shown == MANY && out_of_order == 0);
  // A slice of 64 is a chain, if as many wait; on a busy machine a slice may find fewer.
  EXPECT(calls <= MANY / 4);
  // 42 of these are a message, and a call ends one.
  EXPECT(cuts ? messages <= MANY / 42 + 1 + calls : messages == datagrams);
  EmulNetioSwallow(0, NULL, NULL);
}

// What was captured arrives, as many at a time as WSK may give.
static void count_up(struct adapter pair[2]) {
  NETIO(void, EmulNetioArrive, uint16_t, uint16_t, uint8_t *, uint32_t, uint32_t);
  NDIS(uint32_t, EmulNdisIndications, void);
  adapter_forget(&pair[1]);
  EmulNdisIndications();
  EmulNetioArrive(pair[1].port, pair[0].port, captured[0], DATAGRAM, MANY);
  EXPECT(adapter_await(&pair[1], MANY));
  uint32_t indications = EmulNdisIndications();
  printf("  %u packets in %u indications\n", pair[1].packet_count, indications);
  EXPECT(pair[1].packet_count == MANY && indications <= MANY / 4);
}

static void run(int segments, const char *setting, bool cuts) {
  NETIO(void, EmulNetioSegments, uint32_t);
  NDIS(void, EmulNdisSetting, const char *, const char *);
  NDIS(void, EmulNdisSendMany, void *, uint8_t *, uint32_t, uint32_t);
  EmulNetioSegments((uint32_t)segments);
  if (setting != NULL) EmulNdisSetting("UdpSendSegmentation", setting);
  int32_t status;
  struct nt_driver *driver = bench_load(&status);
  EXPECT(driver != NULL);
  if (driver == NULL) return;
  struct adapter pair[2];
  EXPECT(pair_open(pair, false) && pair_works(pair));
  if (segments == REFUSED) {
    // What is refused is lost, once.
    static uint8_t packet[LENGTH];
    packet_make(packet, LENGTH, false, 1, 2, 0);
    EmulNdisSendMany(pair[0].ndis, packet, LENGTH, 64);
    sleep_ms(100);
  }
  EXPECT(carries(pair));
  count(&pair[0], cuts);
  count_up(pair);
  pair_close(pair);
  bench_unload(driver);
  EmulNdisSetting(NULL, NULL);
  EmulNetioSegments(CUT);
}

void test_segments(void) {
  run(CUT, NULL, true);
  run(CUT, "1", true);
  run(CUT, "0", false);
  // No value of it: as if it were not there.
  run(CUT, "7", true);
  run(UNKNOWN, NULL, false);
  run(REFUSED, NULL, false);
}
