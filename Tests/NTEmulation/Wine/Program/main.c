// program.exe: installs needletail.sys into Wine and puts it through the requests of its contract.
#include "program.h"

static void run(void (*test)(HANDLE), const char *name) {
  // Overlapped: whoever waits forever does not stop the others.
  HANDLE device = adapter_open(0, true);
  printf("%s\n", name);
  if (device == INVALID_HANDLE_VALUE) {
    CHECK(false, "an adapter can be opened");
    return;
  }
  test(device);
  reset(device);
  CloseHandle(device);
}

int program(int count, char **arguments) {
  (void)count, (void)arguments;
  CHECK(adapters_install(L"WIREGUARD", 2), "the INF installs the driver for two adapters");
  CHECK(adapters_count() == 2, "NDIS has registered the interface of both");
  run(test_get, "get");
  run(test_set, "set");
  run(test_peers, "peers");
  run(test_state, "state");
  run(test_ports, "ports");
  run(test_log, "log");
  run(test_text, "text");
  test_traffic();
  test_removal();
  printf("%d checks, %d failures\n", checks, failures);
  return failures == 0 && checks > 0 ? 0 : 1;
}
