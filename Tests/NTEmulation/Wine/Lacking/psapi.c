// psapi.dll under Wine, for programs that load needletail.dll: Wine lists no drivers. There is one to be listed.
#include "devices.h"

static const WCHAR path[] = L"\\??\\C:\\windows\\system32\\drivers\\needletail.sys";

BOOL WINAPI EnumDeviceDrivers(void **bases, DWORD length_bytes, DWORD *needed_bytes) {
  unsigned is_loaded = 0;
  bus_ask(SWD_IS_LOADED, NULL, &is_loaded, sizeof is_loaded);
  *needed_bytes = 0;
  if (!is_loaded) return TRUE;
  *needed_bytes = sizeof *bases;
  if (length_bytes >= sizeof *bases) bases[0] = (void *)path;
  return TRUE;
}

DWORD WINAPI GetDeviceDriverFileNameW(void *base, WCHAR *name, DWORD count) {
  if (base != path) return 0;
  lstrcpynW(name, path, (int)count);
  return (DWORD)lstrlenW(name);
}
