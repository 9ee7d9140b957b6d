// Configuration and state.
#include "program.h"

void test_control(void) {
  printf("control\n");
  struct configuration configuration, found;
  WIREGUARD_ADAPTER_STATE state = 7;
  WIREGUARD_ADAPTER_HANDLE adapter = library.create(L"Control", L"Type", NULL);
  if (adapter == NULL) {
    CHECK(false, "an adapter is made");
    return;
  }
  DWORD length = 0;
  CHECK_FAILS(library.get(adapter, NULL, &length), ERROR_MORE_DATA, "a configuration is asked for its length");
  CHECK(length == sizeof(WIREGUARD_INTERFACE), "which is an interface's when it is empty");
  configuration_make(&configuration, 0x20);
  CHECK(library.set(adapter, &configuration.interface_record, sizeof configuration), "a configuration is set");
  CHECK(configuration_is(adapter, 0x20, WIREGUARD_ADAPTER_STATE_DOWN), "and told");
  length = sizeof(WIREGUARD_INTERFACE);
  CHECK_FAILS(library.get(adapter, &found.interface_record, &length), ERROR_MORE_DATA, "a buffer is too short for it");
  CHECK(length == sizeof configuration, "its length is told");
  configuration_make(&configuration, 0x40);
  CHECK_FAILS(library.set(adapter, &configuration.interface_record, sizeof configuration - 1), ERROR_INVALID_PARAMETER,
      "a configuration that is cut is refused");
  CHECK_FAILS(library.set(adapter, NULL, 0), ERROR_INVALID_PARAMETER, "and none at all");
  CHECK(configuration_is(adapter, 0x20, WIREGUARD_ADAPTER_STATE_DOWN), "which changes nothing");
  CHECK_FAILS(library.set_state(adapter, 2), ERROR_INVALID_PARAMETER, "there is no third state");
  CHECK_FAILS(library.set_state(adapter, (WIREGUARD_ADAPTER_STATE)-1), ERROR_INVALID_PARAMETER, "nor one below");
  CHECK(library.set_state(adapter, WIREGUARD_ADAPTER_STATE_UP), "it goes up");
  CHECK(library.set_state(adapter, WIREGUARD_ADAPTER_STATE_UP), "twice");
  CHECK(library.get_state(adapter, &state) && state == WIREGUARD_ADAPTER_STATE_UP, "and says so");
  CHECK(library.set_state(adapter, WIREGUARD_ADAPTER_STATE_DOWN) && library.get_state(adapter, &state) &&
            state == WIREGUARD_ADAPTER_STATE_DOWN,
      "it goes down");
  library.close(adapter);
}
