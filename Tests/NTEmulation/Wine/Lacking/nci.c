// nci.dll under Wine: the names of network connections, each of which only one has.
#include "devices.h"

#define CONNECTIONS L"SYSTEM\\CurrentControlSet\\Control\\Network\\{4D36E972-E325-11CE-BFC1-08002BE10318}"
int WINAPI StringFromGUID2(const GUID *id, WCHAR *text, int count);

static bool is_of_other(HKEY connections, const WCHAR *own, const WCHAR *name) {
  WCHAR connection[64], path[80], found[256];
  for (DWORD i = 0, length = 64; RegEnumKeyExW(connections, i, connection, &length, NULL, NULL, NULL, NULL) == 0;
       i++, length = 64) {
    DWORD room = sizeof found;
    lstrcpyW(path, connection);
    lstrcatW(path, L"\\Connection");
    if (lstrcmpiW(connection, own) != 0 &&
        RegGetValueW(connections, path, L"Name", RRF_RT_REG_SZ, NULL, found, &room) == 0 && lstrcmpiW(found, name) == 0)
      return true;
  }
  return false;
}

DWORD WINAPI NciSetConnectionName(const GUID *id, PCWSTR name) {
  HKEY connections, key;
  WCHAR own[64], path[80];
  StringFromGUID2(id, own, 64);
  lstrcpyW(path, own);
  lstrcatW(path, L"\\Connection");
  if (RegCreateKeyExW(HKEY_LOCAL_MACHINE, CONNECTIONS, 0, NULL, 0, KEY_ALL_ACCESS, NULL, &connections, NULL) != 0)
    return ERROR_GEN_FAILURE;
  DWORD error = is_of_other(connections, own, name) ? ERROR_DUP_NAME : 0;
  if (error == 0) error = (DWORD)RegCreateKeyExW(connections, path, 0, NULL, 0, KEY_ALL_ACCESS, NULL, &key, NULL);
  if (error == 0) {
    error = (DWORD)RegSetValueExW(key, L"Name", 0, REG_SZ, (const BYTE *)name,
        (DWORD)(lstrlenW(name) + 1) * sizeof(WCHAR));
    RegCloseKey(key);
  }
  RegCloseKey(connections);
  return error;
}
