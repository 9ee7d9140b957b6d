// program INF: installs needletail.sys into Wine and puts it through the requests of its contract.
#include "program.h"

#include <stdlib.h>

int program(int count, char **arguments) {
  (void)count, (void)arguments;
  setvbuf(stdout, NULL, _IONBF, 0);
  CHECK(adapters_install(L"C:\\needletail\\needletail.inf", 2), "the INF installs the driver for two adapters");
  CHECK(adapters_count() == 2, "NDIS has registered the interface of both");
  HANDLE device = adapter_open(0, false);
  CHECK(device != INVALID_HANDLE_VALUE, "an adapter can be opened");
  if (device != INVALID_HANDLE_VALUE) {
    test_get(device);
  }
  printf("%d checks, %d failures\n", checks, failures);
  return failures == 0 && checks > 0 ? 0 : 1;
}
