// More than one process, and one that dies.
#include "program.h"

bool adapter_disappears(const WCHAR *name) {
  for (int tries = 0; tries < 100; tries++) {
    WIREGUARD_ADAPTER_HANDLE adapter = library.open(name);
    if (adapter == NULL) return GetLastError() == ERROR_NOT_FOUND;
    library.close(adapter);
    Sleep(100);
  }
  return false;
}

// Below our enumerator nothing is left in the registry.
static bool nothing_is_left(void) {
  static const WCHAR path[] = L"SYSTEM\\CurrentControlSet\\Enum\\SWD\\Needletail";
  DWORD count = 1;
  for (int tries = 0; tries < 100 && count != 0; tries++) {
    HKEY key;
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, path, 0, KEY_READ, &key) != ERROR_SUCCESS) return true;
    RegQueryInfoKeyW(key, NULL, NULL, NULL, &count, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
    RegCloseKey(key);
    if (count != 0) Sleep(100);
  }
  return count == 0;
}

void test_processes(void) {
  printf("processes\n");
  struct child holder, makers[2];
  CHECK(child_begin(&makers[0], L"make", L"current", L"First") && child_begin(&makers[1], L"make", L"current",
      L"Second"),
      "two processes begin at once");
  DWORD first = child_end(&makers[0]), second = child_end(&makers[1]);
  CHECK(first == 0 && second == 0, "and both make adapters");
  CHECK(child_begin(&holder, L"hold", L"current", L"Held") && child_is_ready(&holder),
      "another process has an adapter");
  static const char vanishes[] = "C:\\needletail\\namespace-vanishes";
  CloseHandle(CreateFileA(vanishes, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL));
  CHECK(child_begin(&makers[0], L"make", L"current", L"First") && child_end(&makers[0]) == 0 &&
            !DeleteFileA(vanishes),
      "a third one makes an adapter though the namespace of mutexes vanishes while it looks for it");
  WIREGUARD_ADAPTER_HANDLE adapter = library.open(L"Held");
  CHECK(adapter != NULL, "which this one opens");
  struct configuration configuration;
  configuration_make(&configuration, 0x10);
  CHECK(adapter != NULL && library.set(adapter, &configuration.interface_record, sizeof configuration) &&
            configuration_is(adapter, 0x10, WIREGUARD_ADAPTER_STATE_DOWN),
      "and configures");
  CHECK(library.set_logging(adapter, WIREGUARD_ADAPTER_LOG_ON), "and logs");
  child_kill(&holder);
  CHECK(adapter_disappears(L"Held"), "its maker dies, and it is gone");
  WIREGUARD_ADAPTER_STATE state;
  CHECK(!library.get_state(adapter, &state) && GetLastError() != ERROR_SUCCESS, "a handle of it is good for nothing");
  CHECK(nothing_is_left(), "and what was left of it in the registry is removed");
  // The reader tries ten times, a second apart, after the five that a request called off takes.
  Sleep(17000);
  GUID id = child_id(L"Held");
  WIREGUARD_ADAPTER_HANDLE again = library.create(L"Held", L"Type", &id);
  log_forget();
  CHECK(again != NULL && library.set_state(again, WIREGUARD_ADAPTER_STATE_UP), "it is made again, and up");
  Sleep(2000);
  CHECK(log_count(L"Interface up") == 0, "the reader of its log has given up");
  CHECK(library.set_logging(adapter, WIREGUARD_ADAPTER_LOG_ON) && log_has(L"Interface up"),
      "turned on, another one reads");
  library.close(adapter);
  library.close(again);
}
