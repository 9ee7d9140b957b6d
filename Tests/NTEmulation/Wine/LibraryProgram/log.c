// The driver's log through the library.
#include "program.h"

static bool goes(WIREGUARD_ADAPTER_HANDLE adapter, WIREGUARD_ADAPTER_STATE state, const WCHAR *line) {
  log_forget();
  return library.set_state(adapter, state) && log_has(line);
}

void test_log(void) {
  printf("log\n");
  WIREGUARD_ADAPTER_HANDLE adapter = library.create(L"Log", L"Type", NULL), other = library.open(L"Log");
  if (adapter == NULL || other == NULL) {
    CHECK(false, "an adapter is made and opened");
    return;
  }
  CHECK_FAILS(library.set_logging(adapter, 3), ERROR_INVALID_PARAMETER, "there is no fourth way to log");
  CHECK(library.set_logging(adapter, WIREGUARD_ADAPTER_LOG_OFF), "what is off is turned off");
  CHECK(library.set_logging(adapter, WIREGUARD_ADAPTER_LOG_ON), "logging is turned on");
  CHECK(goes(adapter, WIREGUARD_ADAPTER_STATE_UP, L"Interface up"), "a line comes");
  CHECK(log_count(L": Interface up") == 0, "as it is");
  CHECK(library.set_logging(adapter, WIREGUARD_ADAPTER_LOG_ON_WITH_PREFIX), "another way to log is chosen");
  CHECK(goes(adapter, WIREGUARD_ADAPTER_STATE_DOWN, L": Interface down"), "a line comes with the interface's index");
  CHECK(library.set_logging(adapter, WIREGUARD_ADAPTER_LOG_ON_WITH_PREFIX), "the same way twice");
  log_forget();
  CHECK(library.set_logging(adapter, WIREGUARD_ADAPTER_LOG_OFF), "logging is turned off");
  library.set_state(adapter, WIREGUARD_ADAPTER_STATE_UP);
  Sleep(500);
  CHECK(log_count(L"Interface") == 0, "and no line comes");
  CHECK(library.set_logging(adapter, WIREGUARD_ADAPTER_LOG_ON) && log_has(L"Interface up"), "on again, it comes");
  CHECK(library.set_logging(other, WIREGUARD_ADAPTER_LOG_ON), "a second handle reads as well");
  library.close(other);
  CHECK(goes(adapter, WIREGUARD_ADAPTER_STATE_DOWN, L"Interface down"),
      "closed while it reads, it leaves the first one alone");
  library.set_logger(NULL);
  log_forget();
  library.set_state(adapter, WIREGUARD_ADAPTER_STATE_UP);
  Sleep(300);
  CHECK(log_count(L"Interface") == 0, "nobody is told anything without a logger");
  library.set_logger(log_take);
  library.close(adapter);
  CHECK_FAILS(library.open(L"Log"), ERROR_NOT_FOUND, "the adapter is closed while its log is read");
  struct child child;
  CHECK(child_begin(&child, L"unload", L"current", L"Unload") && child_is_ready(&child),
      "a library is unloaded while it reads");
  adapter = library.open(L"Unload");
  CHECK(adapter != NULL && library.set_state(adapter, WIREGUARD_ADAPTER_STATE_UP), "there is something to be read");
  library.close(adapter);
  CHECK(child_end(&child) == 0, "and it stays for its reader");
}
