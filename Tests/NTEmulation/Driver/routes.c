// With routes into the tunnel, datagrams go past it; and an IP interface without an MTU gets one.
#include "bench.h"

#define EXPORT(result, name, ...) \
  result(NT_ABI * name)(__VA_ARGS__) = (result(NT_ABI *)(__VA_ARGS__))nt_export("netio.sys", #name)

/// The host's loopback interface, and a LUID for it that no adapter has.
#define LOOPBACK_INDEX 1
#define LOOPBACK_LUID 77
/// The greatest length that NDIS is told.
#define UNSET_MTU 0x7fffffa0u

static const uint8_t loopback[4] = {127, 0, 0, 1};

static void send_one(struct adapter pair[2], uint32_t marker) {
  uint8_t packet[100];
  adapter_forget(&pair[1]);
  packet_make(packet, sizeof packet, false, 1, 2, marker);
  EXPECT(adapter_send(&pair[0], packet, sizeof packet, true) == NT_SUCCESS);
}

static void check_ways(struct adapter pair[2]) {
  EXPORT(void, EmulNetioAddRoute, uint64_t, uint32_t, uint32_t, const uint8_t *, uint32_t, uint32_t, const uint8_t *);
  EXPORT(void, EmulNetioRemoveRoutes, void);
  // Without a table the host routes: there is a session from here on.
  send_one(pair, 1);
  EXPECT(adapter_await(&pair[1], 1));
  // The longest prefix leads into the sender's own tunnel, and nothing else leads anywhere.
  EmulNetioAddRoute(1, 1001, 4, loopback, 32, 0, (uint8_t[]){10, 0, 0, 1});
  send_one(pair, 2);
  sleep_ms(300);
  EXPECT(pair[1].packet_count == 0);
  // A route past it, shorter and dearer.
  EmulNetioAddRoute(LOOPBACK_LUID, LOOPBACK_INDEX, 4, (uint8_t[]){127, 0, 0, 0}, 8, 500, loopback);
  send_one(pair, 3);
  EXPECT(adapter_await(&pair[1], 1));
  EmulNetioRemoveRoutes();
  send_one(pair, 4);
  EXPECT(adapter_await(&pair[1], 1));
}

static void check_mtu(void) {
  EXPORT(void, EmulNetioAddInterface, uint64_t, uint32_t);
  EXPORT(uint32_t, EmulNetioMtu, uint64_t, uint32_t);
  EmulNetioAddInterface(1, UNSET_MTU);
  EXPECT(EmulNetioMtu(1, 4) == 1420 && EmulNetioMtu(1, 6) == 1420);
  EmulNetioAddInterface(2, 1300);
  EXPECT(EmulNetioMtu(2, 4) == 1300 && EmulNetioMtu(2, 6) == 1300);
}

void test_routes(void) {
  int32_t status;
  struct nt_driver *driver = bench_load(&status);
  EXPECT(driver != NULL);
  if (driver == NULL) return;
  struct adapter pair[2];
  EXPECT(pair_open(pair, false));
  check_ways(pair);
  check_mtu();
  pair_close(pair);
  bench_unload(driver);
}
