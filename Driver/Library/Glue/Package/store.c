// Our packages in the driver store: those whose INF names our provider and our catalog.
#include "../Native/native.h"
#include "package.h"

static bool get_version_line(HINF inf, const WCHAR *key, WCHAR *text, DWORD count) {
  return windows.SetupGetLineTextW(NULL, inf, L"Version", key, text, count, NULL);
}

bool store_read(const WCHAR *path, struct package *package) {
  WCHAR text[LINE_LEN];
  UINT bad_line;
  HINF inf = windows.SetupOpenInfFileW(path, NULL, INF_STYLE_WIN4, &bad_line);
  if (inf == INVALID_HANDLE_VALUE) return false;
  bool is_ours = get_version_line(inf, L"Provider", text, LINE_LEN) && lstrcmpiW(text, L"Needletail") == 0 &&
                 get_version_line(inf, L"CatalogFile", text, LINE_LEN) && lstrcmpiW(text, L"needletail.cat") == 0 &&
                 get_version_line(inf, L"DriverVer", text, LINE_LEN) &&
                 driver_version_parse((const uint16_t *)text, (uint64_t)lstrlenW(text), &package->date,
                     &package->number);
  windows.SetupCloseInfFile(inf);
  return is_ours;
}

DWORD store_visit(DWORD (*visit)(const struct package *package, void *context), void *context) {
  WCHAR folder[MAX_PATH], pattern[MAX_PATH];
  UINT length = GetSystemWindowsDirectoryW(folder, MAX_PATH - 32);
  if (length == 0 || length > MAX_PATH - 32) return ERROR_BUFFER_OVERFLOW;
  lstrcatW(folder, L"\\INF\\");
  text_format(pattern, MAX_PATH, L"%lsoem*.inf", folder);
  WIN32_FIND_DATAW found;
  HANDLE search = FindFirstFileW(pattern, &found);
  if (search == INVALID_HANDLE_VALUE)
    return GetLastError() == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : GetLastError();
  DWORD error = ERROR_SUCCESS;
  do {
    struct package package;
    WCHAR path[MAX_PATH];
    text_format(path, MAX_PATH, L"%ls%ls", folder, found.cFileName);
    lstrcpynW(package.inf, found.cFileName, INF_NAME_ROOM);
    if (store_read(path, &package)) error = visit(&package, context);
  } while (error == ERROR_SUCCESS && FindNextFileW(search, &found));
  FindClose(search);
  return error;
}

bool package_is_newer(const struct package *package, const struct package *other) {
  return package->date != other->date ? package->date > other->date : package->number > other->number;
}

static DWORD find_newest(const struct package *package, void *context) {
  struct package *newest = context;
  if (newest->inf[0] == 0 || package_is_newer(package, newest)) *newest = *package;
  return ERROR_SUCCESS;
}

// Before Windows 10 1703. Devices are left with what is gone, unlike below: the next best package is for us to give.
static BOOL remove_and_give(const WCHAR *inf) {
  struct package newest = {.inf = {0}};
  WCHAR path[MAX_PATH];
  if (!windows.SetupUninstallOEMInfW(inf, SUOI_FORCEDELETE, NULL)) return FALSE;
  if (store_visit(find_newest, &newest) == ERROR_SUCCESS && newest.inf[0] != 0 &&
      windows.SetupGetInfDriverStoreLocationW(newest.inf, NULL, NULL, path, MAX_PATH, NULL))
    store_give(path);
  return TRUE;
}

// Windows does not remove a package that runs from the driver store by force: its devices have to give it up first.
static BOOL remove_from_devices(const WCHAR *inf) {
  WCHAR folder[MAX_PATH], path[MAX_PATH];
  BOOL must_restart = FALSE;
  if (windows.DiUninstallDriverW == NULL) return remove_and_give(inf);
  UINT length = GetSystemWindowsDirectoryW(folder, MAX_PATH);
  if (length == 0 || length >= MAX_PATH) return FALSE;
  text_format(path, MAX_PATH, L"%ls\\INF\\%ls", folder, inf);
  return windows.DiUninstallDriverW(NULL, path, 0, &must_restart);
}

DWORD store_remove(const WCHAR *inf, bool force) {
  if (native_is_elsewhere()) return native_ask(force ? NATIVE_TAKE_DRIVER : NATIVE_REMOVE_DRIVER, inf, NULL);
  if (force ? remove_from_devices(inf) : windows.SetupUninstallOEMInfW(inf, 0, NULL)) return ERROR_SUCCESS;
  return log_error(GetLastError(), L"The driver package %ls cannot be removed", inf);
}

DWORD store_add(const WCHAR *inf_path, WCHAR inf[INF_NAME_ROOM]) {
  _Static_assert(INF_NAME_ROOM >= ANSWER_TEXT_ROOM, "room for whatever is answered");
  if (native_is_elsewhere()) return native_ask(NATIVE_ADD_DRIVER, inf_path, inf);
  WCHAR path[MAX_PATH], *name = NULL;
  if (!windows.SetupCopyOEMInfW(inf_path, NULL, SPOST_NONE, 0, path, MAX_PATH, NULL, &name))
    return log_error(GetLastError(), L"The driver package cannot be added");
  lstrcpynW(inf, name, INF_NAME_ROOM);
  return ERROR_SUCCESS;
}

DWORD store_give(const WCHAR *inf_path) {
  if (native_is_elsewhere()) return native_ask(NATIVE_GIVE_DRIVER, inf_path, NULL);
  BOOL must_restart = FALSE;
  if (windows.UpdateDriverForPlugAndPlayDevicesW(
          NULL, HARDWARE_ID, inf_path, UPDATE_FORCE | UPDATE_NONINTERACTIVE, &must_restart))
    return ERROR_SUCCESS;
  DWORD error = GetLastError();
  // Nobody has a device.
  if (error == (DWORD)ERROR_NO_SUCH_DEVINST) return ERROR_SUCCESS;
  return log_error(error, L"Adapters that are there cannot get the driver");
}

DWORD store_copy(const WCHAR *inf, const WCHAR *folder) {
  WCHAR source[MAX_PATH], pattern[MAX_PATH];
  if (!windows.SetupGetInfDriverStoreLocationW(inf, NULL, NULL, source, MAX_PATH, NULL)) return GetLastError();
  int length = lstrlenW(source);
  while (length > 0 && source[length - 1] != L'\\') length--;
  source[length] = 0;
  text_format(pattern, MAX_PATH, L"%ls*", source);
  WIN32_FIND_DATAW found;
  HANDLE search = FindFirstFileW(pattern, &found);
  if (search == INVALID_HANDLE_VALUE) return GetLastError();
  DWORD error = ERROR_SUCCESS;
  do {
    WCHAR from[MAX_PATH], to[MAX_PATH];
    if (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) continue;
    text_format(from, MAX_PATH, L"%ls%ls", source, found.cFileName);
    text_format(to, MAX_PATH, L"%ls\\%ls", folder, found.cFileName);
    if (!CopyFileW(from, to, TRUE)) error = GetLastError();
  } while (error == ERROR_SUCCESS && FindNextFileW(search, &found));
  FindClose(search);
  return error;
}
