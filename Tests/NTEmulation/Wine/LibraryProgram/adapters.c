// Making, opening, closing; identifiers; arguments; privileges.
#include "program.h"

static const GUID id = {0x6e656564, 0x6c65, 0x4461, {0x8a, 0x69, 0x6c, 0x54, 0x65, 0x73, 0x74, 0x31}};

static void check_arguments(void) {
  WCHAR name[129];
  for (int i = 0; i < 128; i++) name[i] = L'n';
  name[128] = 0;
  CHECK_FAILS(library.create(NULL, L"Test", NULL), ERROR_INVALID_PARAMETER, "an adapter has a name");
  CHECK_FAILS(library.create(L"", L"Test", NULL), ERROR_INVALID_PARAMETER, "of one character at least");
  CHECK_FAILS(library.create(name, L"Test", NULL), ERROR_BUFFER_OVERFLOW, "128 are too many");
  CHECK_FAILS(library.create(L"Test", NULL, NULL), ERROR_INVALID_PARAMETER, "a tunnel has a type");
  CHECK_FAILS(library.create(L"Test", name, NULL), ERROR_BUFFER_OVERFLOW, "of 127 characters at most");
  CHECK_FAILS(library.open(NULL), ERROR_INVALID_PARAMETER, "what is opened has a name");
  CHECK_FAILS(library.open(name), ERROR_BUFFER_OVERFLOW, "of 127 characters at most");
  CHECK_FAILS(library.open(L"Nobody"), ERROR_NOT_FOUND, "nothing is opened that is not there");
  library.close(NULL);
}

// A thread whose token has no administrators any more.
static void check_privileges(void) {
  BYTE sid[64];
  DWORD length = sizeof sid;
  HANDLE token, restricted, own;
  SID_AND_ATTRIBUTES administrators = {sid, 0};
  bool is_ready = CreateWellKnownSid(WinBuiltinAdministratorsSid, NULL, sid, &length) &&
                  OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &token) &&
                  CreateRestrictedToken(token, 0, 1, &administrators, 0, NULL, 0, NULL, &restricted) &&
                  DuplicateTokenEx(restricted, TOKEN_ALL_ACCESS, NULL, SecurityImpersonation, TokenImpersonation,
                      &own) &&
                  SetThreadToken(NULL, own);
  CHECK(is_ready, "a thread is not elevated");
  CHECK_FAILS(library.create(L"Test", L"Test", NULL), ERROR_ACCESS_DENIED, "which makes no adapter");
  CHECK_FAILS(library.delete_driver(), ERROR_ACCESS_DENIED, "and removes no driver");
  SetThreadToken(NULL, NULL);
}

static NET_LUID luid_of(WIREGUARD_ADAPTER_HANDLE adapter) {
  NET_LUID luid = {.Value = 0xeeeeeeeeeeeeeeee};
  library.get_luid(adapter, &luid);
  return luid;
}

static bool registry_has(const WCHAR *path) {
  HKEY key;
  if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, path, 0, KEY_READ, &key) != ERROR_SUCCESS) return false;
  RegCloseKey(key);
  return true;
}

void test_adapters(void) {
  printf("adapters\n");
  static const WCHAR place[] =
      L"SYSTEM\\CurrentControlSet\\Enum\\SWD\\Needletail\\{6E656564-6C65-4461-8A69-6C5465737431}";
  check_arguments();
  check_privileges();
  WIREGUARD_ADAPTER_HANDLE made = library.create(L"Test", L"Type", &id);
  CHECK(made != NULL && GetLastError() == ERROR_SUCCESS, "an adapter is made with an identifier of its maker's");
  CHECK(registry_has(place), "its device is called by it");
  NET_LUID luid = luid_of(made);
  CHECK(luid.Info.IfType == 53 && luid.Info.Reserved == 0 && luid.Info.NetLuidIndex != 0,
      "its LUID has type and index");
  WIREGUARD_ADAPTER_HANDLE opened = library.open(L"tEST");
  CHECK(opened != NULL, "it is opened, whatever the case of the letters");
  CHECK(luid_of(opened).Value == luid.Value, "and it is the same");
  WIREGUARD_ADAPTER_HANDLE second = library.create(L"Second", L"Type", NULL);
  CHECK(second != NULL && luid_of(second).Value != luid.Value, "another one is another one");
  library.close(opened);
  WIREGUARD_ADAPTER_STATE state = 7;
  CHECK(library.get_state(made, &state) && state == WIREGUARD_ADAPTER_STATE_DOWN,
      "closing what was opened ends nothing");
  CHECK_FAILS(library.create(L"Test", L"Type", &id), ERROR_ALREADY_EXISTS, "an identifier is one adapter's at a time");
  CHECK(library.get_state(made, &state), "whose it stays");
  SetLastError(0x77);
  library.close(made);
  CHECK(last_error_is(0x77), "closing leaves the last error alone");
  CHECK_FAILS(library.open(L"Test"), ERROR_NOT_FOUND, "closed, it is gone");
  CHECK(!registry_has(place), "from the registry as well");
  made = library.create(L"Test", L"Type", &id);
  CHECK(made != NULL, "made again with the same identifier");
  CHECK(library.get_state(made, &state) && state == WIREGUARD_ADAPTER_STATE_DOWN, "it is down");
  library.close(made);
  library.close(second);
}
