// Lines of the log as events, for a session that wants them.
#include "bench.h"

void test_trace(void) {
  void(NT_ABI * EmulTraceSession)(uint32_t) =
      (void(NT_ABI *)(uint32_t))nt_export("ntoskrnl.exe", "EmulTraceSession");
  uint32_t(NT_ABI * EmulTraceLast)(uint32_t *, char *) =
      (uint32_t(NT_ABI *)(uint32_t *, char *))nt_export("ntoskrnl.exe", "EmulTraceLast");
  int32_t status;
  uint32_t level = 0;
  char text[256];
  struct nt_driver *driver = bench_load(&status);
  struct adapter adapter;
  EXPECT(driver != NULL && adapter_open(&adapter, 1));
  // Nobody listens; then for errors only; then for everything.
  EXPECT(adapter_state(&adapter, 1) == NT_SUCCESS && EmulTraceLast(&level, text) == 0);
  EmulTraceSession(2);
  EXPECT(adapter_state(&adapter, 0) == NT_SUCCESS && EmulTraceLast(&level, text) == 0);
  EmulTraceSession(4);
  EXPECT(adapter_state(&adapter, 1) == NT_SUCCESS && EmulTraceLast(&level, text) == 1);
  EXPECT(level == 4 && strcmp(text, "1001: Interface up") == 0);
  EXPECT(adapter_state(&adapter, 0) == NT_SUCCESS && EmulTraceLast(&level, text) == 2);
  EXPECT(strcmp(text, "1001: Interface down") == 0);
  EmulTraceSession(0);
  adapter_close(&adapter);
  bench_unload(driver);
}
