// The name that people see: that of the network connection. Each has one of its own.
#include "adapter.h"

#define CONNECTIONS L"SYSTEM\\CurrentControlSet\\Control\\Network\\{4D36E972-E325-11CE-BFC1-08002BE10318}"

// Tries "name 1", "name 2", ... for a connection. ERROR_DUP_NAME when all are taken.
static DWORD name_with_number(const GUID *id, const WCHAR *name) {
  DWORD error = ERROR_DUP_NAME;
  for (uint32_t number = 1; number <= NAME_ATTEMPTS && error == ERROR_DUP_NAME; number++) {
    WCHAR numbered[NAME_ROOM];
    name_numbered((const uint16_t *)name, (uint64_t)lstrlenW(name), number, (uint16_t *)numbered);
    error = windows.NciSetConnectionName(id, numbered);
  }
  return error;
}

static bool has_name(HKEY connections, const WCHAR *connection, const WCHAR *name) {
  WCHAR path[64], found[256];
  DWORD length = sizeof found;
  lstrcpynW(path, connection, 40);
  lstrcatW(path, L"\\Connection");
  return windows.RegGetValueW(connections, path, L"Name", RRF_RT_REG_SZ, NULL, found, &length) == ERROR_SUCCESS &&
         CompareStringOrdinal(found, -1, name, -1, TRUE) == CSTR_EQUAL;
}

// Renames whoever has the name.
static void free_name(const WCHAR *name) {
  HKEY connections;
  if (windows.RegOpenKeyExW(HKEY_LOCAL_MACHINE, CONNECTIONS, 0, KEY_READ, &connections) != ERROR_SUCCESS) return;
  WCHAR connection[64];
  for (DWORD i = 0, length = 64;
       windows.RegEnumKeyExW(connections, i, connection, &length, NULL, NULL, NULL, NULL) == ERROR_SUCCESS;
       i++, length = 64) {
    GUID id;
    if (!guid_parse(connection, &id) || !has_name(connections, connection, name)) continue;
    if (name_with_number(&id, name) == ERROR_SUCCESS)
      log_message(WIREGUARD_LOG_INFO, L"Renamed the connection that was called \"%ls\"", name);
  }
  windows.RegCloseKey(connections);
}

DWORD connection_name(const GUID *id, const WCHAR *name) {
  DWORD error = windows.NciSetConnectionName(id, name);
  if (error == ERROR_DUP_NAME) {
    free_name(name);
    error = windows.NciSetConnectionName(id, name);
  }
  if (error == ERROR_DUP_NAME) error = name_with_number(id, name);
  return error == ERROR_SUCCESS ? error : log_error(error, L"The connection cannot be named \"%ls\"", name);
}
