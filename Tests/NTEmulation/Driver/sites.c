// Every place in the driver that calls something which can fail, failed once. Disassembly says which places call
// imports (sites.py), running the driver says which of these, and which calls through pointers, were reached.
#include "bench.h"

#define SITES 256
/// A site can be out of reach of one run: another packet, another order of threads.
#define TRIES 3
#define LOOPBACK_INDEX 1
#define LOOPBACK_LUID 77
#define UNSET_MTU 0x7fffffa0u
#define NETIO(result, name, ...) \
  result(NT_ABI * name)(__VA_ARGS__) = (result(NT_ABI *)(__VA_ARGS__))nt_export("netio.sys", #name)

extern const char *bench_images;

/// A line of the table: an offset, an import or a dash, a function.
struct known_site {
  uint32_t offset;
  char import[64], function[128];
};
static struct known_site *known;
static uint32_t known_count;

static bool read_table(void) {
  char path[4096];
  snprintf(path, sizeof path, "%s/needletail.sites", bench_images);
  FILE *file = fopen(path, "r");
  if (file == NULL) return false;
  uint32_t room = 0;
  struct known_site site;
  known_count = 0;
  while (fscanf(file, "%x %63s %127s%*[^\n]", &site.offset, site.import, site.function) == 3) {
    if (known_count == room) known = realloc(known, (room = room * 2 + 64) * sizeof *known);
    known[known_count++] = site;
  }
  fclose(file);
  return known_count > 0;
}

static const struct known_site *known_at(uint32_t offset) {
  for (uint32_t i = 0; i < known_count; i++)
    if (known[i].offset == offset) return &known[i];
  return NULL;
}

static bool is_import(const struct known_site *site) { return site->import[0] != '-'; }

static bool change_state(struct adapter *adapter, uint32_t verb) {
  for (int tries = 0; tries < 2; tries++) {
    int32_t status = adapter_state(adapter, verb);
    if (status == NT_SUCCESS || status == STATUS_ALREADY_COMPLETE) return true;
  }
  return false;
}

// Load, configuration, traffic with and without routes, down and up, unload, in which the first call at a site fails.
// Whatever failed succeeds when it is tried again.
static bool run(uint32_t offset) {
  NETIO(void, EmulNetioAddInterface, uint64_t, uint32_t);
  NETIO(void, EmulNetioAddRoute, uint64_t, uint32_t, uint32_t, const uint8_t *, uint32_t, uint32_t, const uint8_t *);
  NETIO(void, EmulNetioRemoveRoutes, void);
  int failures = bench_failures;
  int32_t status;
  nt_fail_site(offset);
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
  EXPECT(is_open);
  if (is_open) {
    EmulNetioAddInterface(1, UNSET_MTU);
    EXPECT(pair_works(pair));
    EmulNetioAddRoute(LOOPBACK_LUID, LOOPBACK_INDEX, 4, (uint8_t[]){127, 0, 0, 0}, 8, 500, (uint8_t[]){127, 0, 0, 1});
    EXPECT(pair_works(pair));
    EXPECT(change_state(&pair[1], 0) && change_state(&pair[1], 1));
    EmulNetioRemoveRoutes();
  }
  pair_close(pair);
  bench_unload(driver);
  nt_fail_site(0);
  return bench_failures == failures;
}

// Fails what was reached and has not failed, until nothing new appears.
static uint32_t sweep(void) {
  static struct nt_call_site sites[SITES];
  static uint32_t tried[SITES];
  uint32_t runs = 0;
  for (bool is_new = run(0); is_new;) {
    is_new = false;
    uint32_t count = nt_call_sites(sites, SITES);
    for (uint32_t i = 0; i < count; i++) {
      if (sites[i].failed > 0 || tried[i] == TRIES) continue;
      is_new = true;
      tried[i]++;
      runs++;
      if (run(sites[i].offset)) continue;
      const struct known_site *site = known_at(sites[i].offset);
      if (site != NULL) printf("  with %s failed, called by %s\n", site->import, site->function);
      return runs;
    }
  }
  return runs;
}

static void report(uint32_t runs) {
  static struct nt_call_site sites[SITES];
  uint32_t count = nt_call_sites(sites, SITES), found = 0, reached = 0, failed = 0, pointers = 0, pointers_failed = 0;
  for (uint32_t i = 0; i < count; i++) {
    const struct known_site *site = known_at(sites[i].offset);
    // The disassembly has missed a call.
    EXPECT(site != NULL);
    if (site == NULL) continue;
    if (is_import(site))
      reached++, failed += sites[i].failed > 0;
    else
      pointers++, pointers_failed += sites[i].failed > 0;
    if (sites[i].failed == 0)
      printf("  reached %u times, never failed: %s in %s\n", sites[i].reached, site->import, site->function);
  }
  for (uint32_t i = 0; i < known_count; i++) {
    if (!is_import(&known[i])) continue;
    found++;
    bool is_reached = false;
    for (uint32_t k = 0; k < count && !is_reached; k++) is_reached = sites[k].offset == known[i].offset;
    if (!is_reached) printf("  not reached: %s in %s\n", known[i].import, known[i].function);
  }
  printf("  calls of imports that can fail: %u found, %u reached, %u failed; ", found, reached, failed);
  printf("calls through pointers: %u reached, %u failed; %u runs\n", pointers, pointers_failed, runs);
  EXPECT(found > 20 && (found - reached) * 20 <= found);
  EXPECT(failed == reached && pointers_failed == pointers && pointers > 0);
}

void test_sites(void) {
  EXPECT(read_table());
  if (known_count > 0) report(sweep());
}
