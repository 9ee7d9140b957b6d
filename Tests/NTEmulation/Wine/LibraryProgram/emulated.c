// Processes that find themselves emulated (../Lacking/emulated.c), and have a helper do what only native code may.
#include "program.h"

#include <wchar.h>

// The number of the first thing that is not as it should be.
#define WANT(condition) \
  do { \
    if (!(condition)) { \
      printf("  not so: %s, last error %lu\n", #condition, GetLastError()); \
      return __LINE__; \
    } \
  } while (0)

static bool fails_with(WIREGUARD_ADAPTER_HANDLE made, DWORD error) { return made == NULL && last_error_is(error); }

// From the driver's installation to its removal.
static int all(const WCHAR *name) {
  WANT(library.running_version() == 0 && last_error_is(ERROR_FILE_NOT_FOUND));
  WIREGUARD_ADAPTER_HANDLE adapter = library.create(name, L"Type", NULL);
  WANT(adapter != NULL && packages_of("needletail.sys") == 1);
  WANT(library.running_version() == 1);
  WANT(adapter_configure(name, 0x10, WIREGUARD_ADAPTER_STATE_UP));
  WANT(adapter_has(name, 0x10, WIREGUARD_ADAPTER_STATE_UP));
  log_forget();
  WANT(!library.delete_driver() && last_error_is(0xe000023d));
  // The helper's own words.
  WANT(log_count(L"The driver package oem") == 1);
  library.close(adapter);
  WANT(library.open(name) == NULL && last_error_is(ERROR_NOT_FOUND));
  WANT(library.delete_driver() && packages_of("needletail.sys") == 0);
  return 0;
}

int emulated_run(const char *mode, const WCHAR *name) {
  if (strcmp(mode, "emulated") == 0) return all(name);
  if (strcmp(mode, "emulated-version") == 0) {
    WANT(library.running_version() == 1);
    return 0;
  }
  WIREGUARD_ADAPTER_HANDLE adapter = library.create(name, L"Type", NULL);
  if (strcmp(mode, "emulated-alone") == 0) {
    WANT(fails_with(adapter, ERROR_NOT_SUPPORTED) && !library.delete_driver() && last_error_is(ERROR_NOT_SUPPORTED));
  } else if (strcmp(mode, "emulated-babbler") == 0) {
    WANT(fails_with(adapter, ERROR_INVALID_DATA) && log_count(L"did not do AddDriver") == 1);
  } else {
    WANT(fails_with(adapter, ERROR_TIMEOUT) && log_count(L"the sleeper has begun") == 1);
  }
  return 0;
}

#define HELPERS L"C:\\windows\\Needletail.helper"
// No helper. Its outputs, and the folder with them, may stay for a while: Wine's first program with a window begins the
// desktop, which keeps them open.
static bool nothing_is_left(void) {
  WIN32_FIND_DATAW found;
  HANDLE search = FindFirstFileW(HELPERS L"\\*.dll", &found);
  if (search != INVALID_HANDLE_VALUE) FindClose(search);
  return search == INVALID_HANDLE_VALUE;
}

// `mode` of this program with the library of the same name, as a process that finds itself emulated.
static bool runs(const WCHAR *mode, const WCHAR *folder) {
  struct child child;
  SetEnvironmentVariableW(L"NEEDLETAIL_EMULATED", L"1");
  bool is_begun = child_begin(&child, mode, folder, L"Emulated");
  SetEnvironmentVariableW(L"NEEDLETAIL_EMULATED", NULL);
  return is_begun && child_end(&child) == 0;
}

static void check_wrong_helpers(void) {
  CHECK(runs(L"emulated-alone", L"emulated-alone"), "without a helper nothing is installed");
  CHECK(runs(L"emulated-babbler", L"emulated-babbler") && nothing_is_left(), "a helper that talks nonsense is told");
  CHECK(runs(L"emulated-sleeper", L"emulated-sleeper") && nothing_is_left(), "one that does not end is ended");
}

void test_emulated(void) {
  printf("emulated\n");
  struct child old;
  CHECK(adapter_disappears(L"Up") && adapter_disappears(L"Down") && library.delete_driver() &&
            packages_of("needletail.sys") == 0,
      "there is no driver");
  check_wrong_helpers();
  CHECK(packages_of("needletail.sys") == 0, "and nothing was installed");
  CHECK(runs(L"emulated", L"emulated"), "an emulated process installs, makes, opens, closes and removes");
  CHECK(child_begin(&old, L"hold", L"older", L"Held") && child_is_ready(&old) &&
            adapter_configure(L"Held", 0x10, WIREGUARD_ADAPTER_STATE_UP),
      "a native process has an adapter of an older driver");
  CHECK(runs(L"fail", L"emulated-broken") && packages_of("2025,0.0.9.0") == 1,
      "an emulated one whose driver does not load fails, and the older is back");
  CHECK(adapter_has(L"Held", 0x10, WIREGUARD_ADAPTER_STATE_UP), "with its adapter");
  CHECK(runs(L"make", L"emulated") && packages_of("2025,0.0.9.0") == 0 && packages_of("needletail.sys") == 1,
      "one with a newer driver replaces it");
  CHECK(adapter_has(L"Held", 0x10, WIREGUARD_ADAPTER_STATE_UP), "and the adapter is as it was");
  CreateDirectoryW(HELPERS, NULL);
  CloseHandle(CreateFileW(HELPERS L"\\left.dll", GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL));
  CHECK(!nothing_is_left() && runs(L"emulated-version", L"emulated") && nothing_is_left(),
      "what a process that died has left of a helper, the next one removes");
  child_kill(&old);
}
