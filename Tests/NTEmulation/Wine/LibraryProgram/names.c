// Connections of the same name.
#include "program.h"

#define CONNECTIONS L"SYSTEM\\CurrentControlSet\\Control\\Network\\{4D36E972-E325-11CE-BFC1-08002BE10318}\\"

static bool is_called(const WCHAR *id, const WCHAR *name) {
  WCHAR path[256] = CONNECTIONS, found[256] = {0};
  DWORD length = sizeof found;
  lstrcatW(path, id);
  lstrcatW(path, L"\\Connection");
  LSTATUS error = RegGetValueW(HKEY_LOCAL_MACHINE, path, L"Name", RRF_RT_REG_SZ, NULL, found, &length);
  if (error != ERROR_SUCCESS || lstrcmpW(found, name) != 0) printf("  called \"%ls\" (%lu)\n", found, error);
  return error == ERROR_SUCCESS && lstrcmpW(found, name) == 0;
}

void test_names(void) {
  printf("names\n");
  static const GUID ids[3] = {
      {0x6e656564, 0x6c65, 0x4461, {0x8a, 0x69, 0x6c, 0x54, 0x65, 0x73, 0x74, 0x31}},
      {0x6e656564, 0x6c65, 0x4461, {0x8a, 0x69, 0x6c, 0x54, 0x65, 0x73, 0x74, 0x32}},
      {0x6e656564, 0x6c65, 0x4461, {0x8a, 0x69, 0x6c, 0x54, 0x65, 0x73, 0x74, 0x33}}};
  WIREGUARD_ADAPTER_HANDLE adapters[3];
  for (int i = 0; i < 3; i++) adapters[i] = library.create(L"Office", L"Type", &ids[i]);
  CHECK(adapters[0] != NULL && adapters[1] != NULL && adapters[2] != NULL, "three adapters have one name");
  CHECK(is_called(L"{6E656564-6C65-4461-8A69-6C5465737433}", L"Office"), "the last one's connection has it");
  CHECK(is_called(L"{6E656564-6C65-4461-8A69-6C5465737431}", L"Office 1") &&
            is_called(L"{6E656564-6C65-4461-8A69-6C5465737432}", L"Office 2"),
      "the others' have numbers behind it");
  for (int i = 0; i < 3; i++) library.close(adapters[i]);
}
