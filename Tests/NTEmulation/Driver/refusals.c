// Every call that can fail refused once, in load, configuration, traffic and unload: nothing may leak, hang or stay broken.
#include "bench.h"

// One run with the call after `number` others refused; whether there was one.
static bool run(int64_t number) {
  uint64_t before = nt_fail_one(number);
  int32_t status;
  struct nt_driver *driver = bench_load(&status);
  if (driver != NULL) {
    struct adapter pair[2];
    if (pair_open(pair, false)) {
      uint8_t packet[3000];
      for (uint32_t i = 0; i < 4; i++) {
        packet_make(packet, 100 + i * 900, false, 1, 2, i);
        adapter_send(&pair[0], packet, 100 + i * 900, true);
      }
      // What was refused may have cost a packet or the handshake; the tunnel itself must work in the end.
      sleep_ms(10);
    }
    pair_close(pair);
    bench_unload(driver);
  }
  return nt_fail_one(-1) > before;
}

void test_refusals(void) {
  int64_t number = 0;
  int failures = bench_failures;
  while (run(number) && bench_failures == failures) number++;
  printf("  %lld calls refused, each in a run of its own\n", (long long)number);
  EXPECT(number > 100);
}
