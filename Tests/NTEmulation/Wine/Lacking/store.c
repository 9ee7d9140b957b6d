// setupapi.dll's driver store, which Wine 8 has not: it remembers where a package came from and copies files from there
// when a device needs them. Here a package is copied first, into a folder of its own, and its INF gets a name that
// nobody else has.
#include "devices.h"

#include <stdio.h>
#include <wchar.h>

#define REPOSITORY L"C:\\windows\\system32\\DriverStore"
enum { PACKAGES_MOST = 64 };
#ifndef ERROR_INF_IN_USE_BY_DEVICES
#define ERROR_INF_IN_USE_BY_DEVICES (APPLICATION_ERROR_MASK | ERROR_SEVERITY_ERROR | 0x23d)
#endif

// The files of a folder into another one that is made; or away with them, when `to` is NULL.
static void copy_files(const WCHAR *from, const WCHAR *to) {
  WCHAR path[MAX_PATH], other[MAX_PATH];
  WIN32_FIND_DATAW found;
  if (to != NULL) CreateDirectoryW(to, NULL);
  _snwprintf(path, MAX_PATH, L"%ls\\*", from);
  HANDLE search = FindFirstFileW(path, &found);
  do {
    if (search == INVALID_HANDLE_VALUE || (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)) continue;
    _snwprintf(path, MAX_PATH, L"%ls\\%ls", from, found.cFileName);
    if (to == NULL) DeleteFileW(path);
    else _snwprintf(other, MAX_PATH, L"%ls\\%ls", to, found.cFileName), CopyFileW(path, other, FALSE);
  } while (search != INVALID_HANDLE_VALUE && FindNextFileW(search, &found));
  FindClose(search);
}

// Wine looks at no catalog; there is one that stands for those that nobody trusts.
static bool is_trusted(const WCHAR *folder) {
  static const char refused[] = "refused";
  char text[sizeof refused] = {0};
  WCHAR path[MAX_PATH];
  DWORD done = 0;
  _snwprintf(path, MAX_PATH, L"%ls\\needletail.cat", folder);
  HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
  if (file == INVALID_HANDLE_VALUE) return true;
  ReadFile(file, text, sizeof refused - 1, &done, NULL);
  CloseHandle(file);
  return lstrcmpA(text, refused) != 0;
}

BOOL WINAPI SetupCopyOEMInfW(
    PCWSTR source, PCWSTR media, DWORD media_type, DWORD style, PWSTR path, DWORD count, PDWORD needed, PWSTR *name) {
  typedef BOOL(WINAPI * copy)(PCWSTR, PCWSTR, DWORD, DWORD, PWSTR, DWORD, PDWORD, PWSTR *);
  copy wines = (copy)(void *)GetProcAddress(GetModuleHandleW(L"setupapi.dll"), "SetupCopyOEMInfW");
  WCHAR from[MAX_PATH], folder[MAX_PATH], inf[MAX_PATH], original[MAX_PATH];
  lstrcpyW(from, source);
  *wcsrchr(from, L'\\') = 0;
  if (!is_trusted(from)) {
    SetLastError((DWORD)TRUST_E_NOSIGNATURE);
    return FALSE;
  }
  CreateDirectoryW(REPOSITORY, NULL);
  for (int i = 0; i < PACKAGES_MOST; i++) {
    _snwprintf(folder, MAX_PATH, REPOSITORY L"\\oem%d", i);
    if (GetFileAttributesW(folder) != INVALID_FILE_ATTRIBUTES) continue;
    copy_files(from, folder);
    _snwprintf(inf, MAX_PATH, L"%ls\\oem%d.inf", folder, i);
    _snwprintf(original, MAX_PATH, L"%ls%ls", folder, wcsrchr(source, L'\\'));
    CopyFileW(original, inf, FALSE);
    BOOL is_copied = wines(inf, media, media_type, style, path, count, needed, name);
    DWORD error = GetLastError();
    DeleteFileW(inf);
    if (!is_copied) copy_files(folder, NULL), RemoveDirectoryW(folder);
    SetLastError(error);
    return is_copied;
  }
  SetLastError(ERROR_DISK_FULL);
  return FALSE;
}

static void folder_of(PCWSTR inf, WCHAR *folder) {
  _snwprintf(folder, MAX_PATH, REPOSITORY L"\\%ls", inf);
  *wcsrchr(folder, L'.') = 0;
}

// Wine notes beside an INF where its files are. When it has installed a device it notes that they are beside the INF.
void store_remind(void) {
  for (int i = 0; i < PACKAGES_MOST; i++) {
    WCHAR path[MAX_PATH];
    char text[MAX_PATH];
    DWORD written;
    _snwprintf(path, MAX_PATH, L"C:\\windows\\inf\\oem%d.pnf", i);
    HANDLE file = CreateFileW(path, GENERIC_WRITE, 0, NULL, TRUNCATE_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE) continue;
    int length = _snprintf(text, MAX_PATH, "Wine PNF header\r\n%ls\\oem%d\\oem%d.inf", REPOSITORY, i, i);
    WriteFile(file, text, (DWORD)length, &written, NULL);
    CloseHandle(file);
  }
}

BOOL WINAPI SetupGetInfDriverStoreLocationW(
    PCWSTR inf, void *platform, PCWSTR locale, WCHAR *path, DWORD count, DWORD *needed) {
  (void)platform, (void)locale, (void)needed;
  WCHAR folder[MAX_PATH];
  folder_of(inf, folder);
  _snwprintf(path, count, L"%ls\\needletail.inf", folder);
  if (GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES) return TRUE;
  SetLastError(ERROR_NOT_FOUND);
  return FALSE;
}

static BOOL remove_package(PCWSTR inf) {
  WCHAR path[MAX_PATH], folder[MAX_PATH];
  _snwprintf(path, MAX_PATH, L"C:\\windows\\inf\\%ls", inf);
  if (!DeleteFileW(path)) return FALSE;
  lstrcpyW(wcsrchr(path, L'.'), L".pnf");
  DeleteFileW(path);
  folder_of(inf, folder);
  copy_files(folder, NULL);
  return RemoveDirectoryW(folder);
}

// Whether the files of a package run from the store.
static bool runs_from_store(PCWSTR inf) {
  WCHAR path[MAX_PATH], folder[8];
  UINT bad_line;
  _snwprintf(path, MAX_PATH, L"C:\\windows\\inf\\%ls", inf);
  HINF opened = SetupOpenInfFileW(path, NULL, INF_STYLE_WIN4, &bad_line);
  if (opened == INVALID_HANDLE_VALUE) return false;
  bool does = SetupGetLineTextW(NULL, opened, L"DestinationDirs", L"CopyDriver", folder, 8, NULL) &&
              lstrcmpW(folder, L"13") == 0;
  SetupCloseInfFile(opened);
  return does;
}

BOOL WINAPI SetupUninstallOEMInfW(PCWSTR inf, DWORD flags, PVOID reserved) {
  (void)reserved;
  // One that runs from the store: not by force either. Before 1709 none does.
  if (device_is_any_present() && (!(flags & SUOI_FORCEDELETE) || (!system_is_old() && runs_from_store(inf)))) {
    SetLastError((DWORD)ERROR_INF_IN_USE_BY_DEVICES);
    return FALSE;
  }
  return remove_package(inf);
}

// newdev.dll's.
BOOL WINAPI DiUninstallDriverW(HWND window, LPCWSTR inf, DWORD flags, PBOOL must_restart) {
  (void)window, (void)flags;
  *must_restart = FALSE;
  return remove_package(wcsrchr(inf, L'\\') + 1);
}
