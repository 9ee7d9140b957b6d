// Every call that can fail refused once, in load, configuration, traffic and unload: nothing may leak, hang or stay broken.
#include "bench.h"

// Sends until something arrives: what was refused may have cost packets or a handshake, which is tried again after five
// seconds, but not the tunnel.
static bool works(struct adapter pair[2]) {
  uint8_t packet[3000];
  for (uint32_t tries = 0; tries < 150; tries++) {
    packet_make(packet, 100 + tries % 4 * 900, false, 1, 2, tries);
    adapter_send(&pair[0], packet, 100 + tries % 4 * 900, true);
    for (int wait = 0; wait < 100; wait++) {
      if (__atomic_load_n(&pair[1].packet_count, __ATOMIC_ACQUIRE) > 0) return true;
      sleep_ms(1);
    }
  }
  return false;
}

// One run with the call after `number` others refused; whether there was one. Whatever failed succeeds when it is tried
// again: nothing is left half done.
static bool run(int64_t number) {
  uint64_t before = nt_fail_one(number);
  int32_t status;
  struct nt_driver *driver = bench_load(&status);
  if (driver == NULL) driver = bench_load(&status);
  EXPECT(driver != NULL);
  if (driver == NULL) return false;
  struct adapter pair[2];
  bool is_open = pair_open(pair, false);
  if (!is_open) {
    pair_close(pair);
    is_open = pair_open(pair, false);
  }
  EXPECT(is_open && works(pair));
  pair_close(pair);
  bench_unload(driver);
  return nt_fail_one(-1) > before;
}

static int64_t setting(const char *name, int64_t otherwise) {
  const char *text = getenv(name);
  return text == NULL ? otherwise : strtoll(text, NULL, 10);
}

// NEEDLETAIL_STRIDE=n tries every n-th call only, beginning where NEEDLETAIL_SEED says.
void test_refusals(void) {
  int64_t stride = setting("NEEDLETAIL_STRIDE", 1);
  int64_t number = (int64_t)((uint64_t)setting("NEEDLETAIL_SEED", 0) % (uint64_t)stride), runs = 0;
  int failures = bench_failures;
  while (run(number) && bench_failures == failures) {
    runs++;
    number += stride;
  }
  if (bench_failures != failures) printf("  with call %lld refused\n", (long long)number);
  printf("  %lld of %lld calls refused, each in a run of its own\n", (long long)runs, (long long)number);
  EXPECT(number > 100);
}
