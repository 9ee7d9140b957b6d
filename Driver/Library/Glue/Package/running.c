// The driver that is in the kernel.
#include "../Adapter/exports.h"
#include "../Native/native.h"
#include "package.h"

// A file's path in the kernel's list: bytes of ASCII.
static bool is_ours(const struct kernel_module *module, WCHAR path[MAX_PATH]) {
  static const WCHAR name[] = L"\\needletail.sys";
  enum { COUNT = sizeof name / sizeof name[0] - 1 };
  _Static_assert(sizeof module->path < MAX_PATH, "room for any path");
  int length = 0;
  while (length < (int)sizeof module->path && module->path[length] != 0) {
    path[length] = module->path[length];
    length++;
  }
  path[length] = 0;
  return length >= COUNT && CompareStringOrdinal(path + length - COUNT, COUNT, name, COUNT, TRUE) == CSTR_EQUAL;
}

// Names, and nothing else of the list: from Windows 11 24H2 on, addresses, by which EnumDeviceDrivers knows drivers,
// are only told to somebody with the privilege to debug.
static DWORD list_modules(struct kernel_modules **modules) {
  enum { ROOM = 65536, MORE = 16384, LENGTH_MISMATCH = (int)0xc0000004 };
  ULONG needed = ROOM;
  for (;;) {
    ULONG room = needed;
    *modules = memory_take(room);
    if (*modules == NULL) return ERROR_NOT_ENOUGH_MEMORY;
    LONG status = windows.NtQuerySystemInformation(KERNEL_MODULES, *modules, room, &needed);
    if (status >= 0) return ERROR_SUCCESS;
    memory_give_back(*modules);
    if (status != LENGTH_MISMATCH) return RtlNtStatusToDosError(status);
    // Room for a few that come meanwhile.
    needed = (needed > room ? needed : room) + MORE;
  }
}

DWORD running_path(WCHAR path[MAX_PATH]) {
  struct kernel_modules *modules;
  DWORD error = list_modules(&modules);
  if (error != ERROR_SUCCESS) return error;
  error = ERROR_FILE_NOT_FOUND;
  for (ULONG i = 0; i < modules->count && error != ERROR_SUCCESS; i++)
    if (is_ours(&modules->modules[i], path)) error = ERROR_SUCCESS;
  memory_give_back(modules);
  return error;
}

DWORD running_await_unload(void) {
  WCHAR path[MAX_PATH];
  if (native_is_elsewhere()) return native_ask(NATIVE_AWAIT_UNLOAD, L"", NULL);
  ULONGLONG end = GetTickCount64() + duration_ms(DURATION_UNLOAD);
  while (running_path(path) == ERROR_SUCCESS) {
    if (GetTickCount64() >= end) {
      log_message(WIREGUARD_LOG_WARN, L"The driver that is being replaced stays in memory until the system restarts");
      return ERROR_TIMEOUT;
    }
    Sleep(duration_ms(DURATION_UNLOAD_INTERVAL));
  }
  return ERROR_SUCCESS;
}

// A path of the kernel's as one for programs: "\??\C:\..." is a drive's, everything else is below the root of all
// names.
static DWORD load(const WCHAR *path, HMODULE *image) {
  WCHAR room[MAX_PATH + 16];
  static const WCHAR drive[] = L"\\??\\";
  if (CompareStringOrdinal(path, 4, drive, 4, FALSE) == CSTR_EQUAL) lstrcpyW(room, path + 4);
  else text_format(room, MAX_PATH + 16, L"\\\\?\\GLOBALROOT%ls", path);
  *image = LoadLibraryExW(room, NULL, LOAD_LIBRARY_AS_DATAFILE | LOAD_LIBRARY_AS_IMAGE_RESOURCE);
  return *image != NULL ? ERROR_SUCCESS : GetLastError();
}

// The fixed part of a version resource: 6 bytes of lengths and type, L"VS_VERSION_INFO", padding, then its signature.
static DWORD read_version(HMODULE image, uint64_t *version) {
  enum { FIXED_AT = 40, SIGNATURE = 0xfeef04bd };
  HRSRC found = FindResourceW(image, MAKEINTRESOURCEW(1), (const WCHAR *)RT_VERSION);
  HGLOBAL loaded = found == NULL ? NULL : LoadResource(image, found);
  if (loaded == NULL) return GetLastError();
  if (SizeofResource(image, found) < FIXED_AT + sizeof(VS_FIXEDFILEINFO)) return ERROR_VERSION_PARSE_ERROR;
  const VS_FIXEDFILEINFO *fixed = (const VS_FIXEDFILEINFO *)((const BYTE *)LockResource(loaded) + FIXED_AT);
  if (fixed->dwSignature != SIGNATURE) return ERROR_VERSION_PARSE_ERROR;
  *version = (uint64_t)fixed->dwFileVersionMS << 32 | fixed->dwFileVersionLS;
  return ERROR_SUCCESS;
}

static DWORD find_version(uint32_t *told) {
  WCHAR path[MAX_PATH];
  HMODULE image;
  uint64_t version = 0;
  DWORD error = running_path(path);
  if (error == ERROR_SUCCESS && (error = load(path, &image)) == ERROR_SUCCESS) {
    error = read_version(image, &version);
    FreeLibrary(image);
    if (error == ERROR_SUCCESS && (*told = driver_version_told(version)) == 0) error = ERROR_VERSION_PARSE_ERROR;
  }
  return error;
}

static DWORD ask_version(uint32_t *told) {
  WCHAR text[ANSWER_TEXT_ROOM];
  DWORD error = native_ask(NATIVE_READ_VERSION, L"", text);
  if (error == ERROR_SUCCESS && !helper_number((const uint16_t *)text, (uint64_t)lstrlenW(text), told))
    error = ERROR_INVALID_DATA;
  return error;
}

DWORD WINAPI WireGuardGetRunningDriverVersion(void) {
  uint32_t told = 0;
  DWORD error = system_begin();
  if (error == ERROR_SUCCESS) error = native_is_elsewhere() ? ask_version(&told) : find_version(&told);
  SetLastError(error);
  return error == ERROR_SUCCESS ? told : 0;
}
