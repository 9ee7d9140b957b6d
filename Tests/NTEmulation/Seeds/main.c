#include <unistd.h>
#include "../Driver/bench.h"
#include "../Loader/Host/seeds.h"
const char *bench_driver_path;
int main(int count, char **arguments) {
  alarm(60);
  (void)count;
  bench_driver_path = arguments[2];
  nt_seed(strtoull(arguments[3], NULL, 0));
  if (arguments[4]) nt_trace_file(arguments[4]);
  if (!nt_start(arguments[1])) return 1;
  bench_call_as(CALLER_ADMINISTRATOR);
  int32_t status;
  struct nt_driver *driver = bench_load(&status);
  struct adapter pair[2];
  EXPECT(pair_open(pair, false));
  uint8_t packet[100];
  packet_make(packet, sizeof packet, false, 1, 2, 5);
  EXPECT(adapter_send(&pair[0], packet, sizeof packet, true) == 0);
  EXPECT(adapter_await(&pair[1], 1));
  pair_close(pair);
  bench_unload(driver);
  struct nt_run run = nt_run_so_far();
  printf("%016llx %llu bytes, %llu points, %llu changes, %.3f s\n", (unsigned long long)run.hash, (unsigned long long)run.trace_bytes, (unsigned long long)run.points, (unsigned long long)run.changes, (double)nt_time_ns()/1e9);
  return bench_failures != 0;
}
