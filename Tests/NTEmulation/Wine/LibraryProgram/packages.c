// Drivers that replace each other while adapters are up, and one that does not start.
#include "program.h"

int packages_of(const char *version) {
  WIN32_FIND_DATAA found;
  int count = 0;
  HANDLE search = FindFirstFileA("C:\\windows\\inf\\oem*.inf", &found);
  do {
    char path[MAX_PATH] = "C:\\windows\\inf\\", text[4096] = {0};
    if (search == INVALID_HANDLE_VALUE) break;
    lstrcatA(path, found.cFileName);
    FILE *file = fopen(path, "rb");
    if (file == NULL) continue;
    fread(text, 1, sizeof text - 1, file);
    fclose(file);
    count += strstr(text, version) != NULL;
  } while (FindNextFileA(search, &found));
  FindClose(search);
  return count;
}

bool adapter_has(const WCHAR *name, BYTE key, WIREGUARD_ADAPTER_STATE state) {
  WIREGUARD_ADAPTER_HANDLE adapter = library.open(name);
  bool is_so = adapter != NULL && configuration_is(adapter, key, state);
  library.close(adapter);
  return is_so;
}

bool adapter_configure(const WCHAR *name, BYTE key, WIREGUARD_ADAPTER_STATE state) {
  struct configuration configuration;
  WIREGUARD_ADAPTER_HANDLE adapter = library.open(name);
  configuration_make(&configuration, key);
  bool is_done = adapter != NULL && library.set(adapter, &configuration.interface_record, sizeof configuration) &&
                 library.set_state(adapter, state);
  library.close(adapter);
  return is_done;
}

void test_packages(void) {
  printf("packages\n");
  struct child old[2], child;
  WIREGUARD_ADAPTER_HANDLE adapter = library.create(L"User", L"Type", NULL);
  CHECK(adapter != NULL && packages_of("needletail.sys") == 1, "the driver's package is in the store");
  CHECK_FAILS(library.delete_driver(), (DWORD)0xe000023d, "while an adapter uses it, it is not removed");
  library.close(adapter);
  CHECK(library.delete_driver() && packages_of("needletail.sys") == 0, "then it is");
  CHECK(library.delete_driver(), "one that is not there is removed");
  CHECK(child_begin(&old[0], L"hold", L"older", L"Up") && child_is_ready(&old[0]) &&
            child_begin(&old[1], L"hold", L"older", L"Down") && child_is_ready(&old[1]) &&
                packages_of("2025,0.0.9.0") == 1,
      "an older library makes two adapters");
  CHECK(adapter_configure(L"Up", 0x10, WIREGUARD_ADAPTER_STATE_UP) &&
            adapter_configure(L"Down", 0x30, WIREGUARD_ADAPTER_STATE_DOWN),
      "which are configured, one of them up");
  CHECK(child_begin(&child, L"make", L"newer", L"New") && child_end(&child) == 0, "a newer one makes another");
  CHECK(packages_of("2027,0.2.0.0") == 1 && packages_of("needletail.sys") == 1,
      "with its package instead of the older");
  CHECK(adapter_has(L"Up", 0x10, WIREGUARD_ADAPTER_STATE_UP) &&
            adapter_has(L"Down", 0x30, WIREGUARD_ADAPTER_STATE_DOWN),
      "and the two are as they were");
  CHECK(child_begin(&child, L"fail", L"broken", L"Broken") && child_end(&child) == 0,
      "one whose driver does not load fails");
  CHECK(packages_of("2027,0.2.0.0") == 1 && packages_of("needletail.sys") == 1, "the package that worked is back");
  CHECK(adapter_has(L"Up", 0x10, WIREGUARD_ADAPTER_STATE_UP) &&
            adapter_has(L"Down", 0x30, WIREGUARD_ADAPTER_STATE_DOWN),
      "and the two are as they were");
  CHECK(child_begin(&child, L"make", L"older", L"Old") && child_end(&child) == 0 && packages_of("2027,0.2.0.0") == 1 &&
            packages_of("needletail.sys") == 1,
      "an older library uses the newer driver");
  child_kill(&old[0]);
  child_kill(&old[1]);
}
