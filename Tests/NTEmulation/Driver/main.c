// nt-driver IMAGES DRIVER [SCENARIO...]: loads the driver into the emulated kernel and puts it through the scenarios.
#include <unistd.h>

#include "bench.h"

const char *bench_driver_path, *bench_images;

static const struct {
  const char *name;
  void (*run)(void);
} scenarios[] = {
    {"requests", test_requests}, {"conformance", test_conformance}, {"buffers", test_buffers}, {"log", test_log},
    {"traffic", test_traffic},   {"life", test_life},       {"oids", test_oids},
    {"routes", test_routes}, {"trace", test_trace},     {"vectors", test_vectors}, {"sites", test_sites},
    {"segments", test_segments}, {"offloads", test_offloads}, {"refusals", test_refusals},
};

static bool is_wanted(const char *name, int count, char **names) {
  if (count == 0) return true;
  for (int i = 0; i < count; i++)
    if (strcmp(name, names[i]) == 0) return true;
  return false;
}

int main(int count, char **arguments) {
  if (count < 3) {
    fprintf(stderr, "nt-driver IMAGES DRIVER [SCENARIO...]\n");
    return 2;
  }
  // Whatever hangs ends.
  alarm(600);
  setvbuf(stdout, NULL, _IOLBF, 0);
  bench_images = arguments[1];
  bench_driver_path = arguments[2];
  if (!nt_start(arguments[1])) return 1;
  nt_special_pool(1);
  bench_call_as(CALLER_ADMINISTRATOR);
  int ran = 0;
  for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
    if (!is_wanted(scenarios[i].name, count - 3, arguments + 3)) continue;
    int before = bench_failures;
    printf("%s\n", scenarios[i].name);
    scenarios[i].run();
    printf("%s: %s\n", scenarios[i].name, bench_failures == before ? "passed" : "FAILED");
    ran++;
  }
  printf("%d scenarios, %d failures\n", ran, bench_failures);
  return bench_failures == 0 && ran > 0 ? 0 : 1;
}
