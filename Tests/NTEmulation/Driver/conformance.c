// The contract's conformance list (Conformance) in the emulated kernel.
#include "../Conformance/conformance.h"

#include "bench.h"

static struct adapter adapter;
static int check_count;

void check(bool holds, const char *what, const char *file, int line) {
  check_count++;
  if (holds) return;
  bench_failures++;
  printf("  %s:%d: not so: %s\n", file, line, what);
}

// What Wine's edge answers as device controls, this one has functions for.
static struct answer ask_edge(uint32_t code, const void *input, void *output) {
  uint32_t(NT_ABI * EmulNdisLink)(void *) = (uint32_t(NT_ABI *)(void *))nt_export("ndis.sys", "EmulNdisLink");
  int32_t(NT_ABI * EmulNdisOid)(void *, uint32_t, uint32_t, void *, uint32_t, uint32_t *, uint32_t *) =
      (int32_t(NT_ABI *)(void *, uint32_t, uint32_t, void *, uint32_t, uint32_t *, uint32_t *))nt_export(
          "ndis.sys", "EmulNdisOid");
  if (code == EDGE_LINK) {
    *(uint32_t *)output = EmulNdisLink(adapter.ndis);
    return (struct answer){0, 4};
  }
  uint32_t done = 0, needed = 0;
  int32_t status = EmulNdisOid(adapter.ndis, 0, *(const uint32_t *)input, output, 4, &done, &needed);
  return (struct answer){status, done};
}

struct answer control(
    HANDLE device, uint32_t code, const void *input, uint32_t input_length, void *output, uint32_t output_length) {
  if (code == EDGE_LINK || code == EDGE_QUERY) return ask_edge(code, input, output);
  struct answer answer = {0, UNTOUCHED};
  answer.status =
      nt_control(device, code, (void *)input, input_length, output, output_length, &answer.information);
  return answer;
}

void test_conformance(void) {
  static void (*const parts[])(HANDLE) = {test_get, test_set, test_peers, test_state};
  int32_t status;
  struct nt_driver *driver = bench_load(&status);
  EXPECT(driver != NULL && adapter_open(&adapter, 1));
  bench_call_as(CALLER_ADMINISTRATOR);
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    parts[i](adapter.file);
    reset(adapter.file);
  }
  printf("  %d checks\n", check_count);
  EXPECT(check_count > 0);
  adapter_close(&adapter);
  bench_unload(driver);
}
