// Every call that can fail refused once, in load, configuration, traffic and unload: nothing may leak, hang or stay
// broken.
#include "bench.h"

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
  EXPECT(is_open && pair_works(pair));
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
