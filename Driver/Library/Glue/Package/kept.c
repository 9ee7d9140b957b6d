// What adapters had, on disk as long as they are disabled: for whoever comes after a process that died meanwhile. A
// file has to outlive its maker, and need not outlive the system, with which the adapters end: it is not forced to the
// disk.
#include "package.h"

/// In front of the configuration in a file.
struct head {
  DWORD format, is_up, length_bytes;
};
enum { FORMAT = 0x314b544e, LENGTH_MOST = 64 << 20 };

static const WCHAR prefix[] = ENUMERATOR_PATH L"\\";
enum { PREFIX_LENGTH = sizeof prefix / sizeof *prefix - 1 };

// Instances are called by an adapter's GUID, which makes a file's name as well.
static DWORD file_path(const WCHAR *instance, const WCHAR *ending, WCHAR path[MAX_PATH]) {
  WCHAR inner[MAX_PATH];
  GUID id;
  if (CompareStringOrdinal(instance, PREFIX_LENGTH, prefix, PREFIX_LENGTH, TRUE) != CSTR_EQUAL ||
      !guid_parse(instance + PREFIX_LENGTH, &id))
    return ERROR_INVALID_NAME;
  text_format(inner, MAX_PATH, L"adapters\\%ls%ls", instance + PREFIX_LENGTH, ending);
  return folder_path(inner, path);
}

static DWORD write_all(HANDLE file, const void *bytes, DWORD length_bytes) {
  DWORD written = 0;
  if (!WriteFile(file, bytes, length_bytes, &written, NULL)) return GetLastError();
  return written == length_bytes ? ERROR_SUCCESS : ERROR_WRITE_FAULT;
}

static DWORD read_all(HANDLE file, void *bytes, DWORD length_bytes) {
  DWORD done = 0;
  if (!ReadFile(file, bytes, length_bytes, &done, NULL)) return GetLastError();
  return done == length_bytes ? ERROR_SUCCESS : ERROR_INVALID_DATA;
}

static HANDLE file_open(const WCHAR *path, DWORD access, DWORD disposition) {
  return CreateFileW(
      path, access, 0, NULL, disposition, FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_OPEN_REPARSE_POINT, NULL);
}

// Its bytes are gone as far as a file system lets somebody say so.
static void file_wipe(const WCHAR *path) {
  static const BYTE zeros[4096];
  LARGE_INTEGER size;
  HANDLE file = file_open(path, GENERIC_READ | GENERIC_WRITE, OPEN_EXISTING);
  if (file != INVALID_HANDLE_VALUE) {
    if (!GetFileSizeEx(file, &size)) size.QuadPart = 0;
    for (LONGLONG done = 0; done < size.QuadPart; done += (LONGLONG)sizeof zeros)
      if (write_all(file, zeros, sizeof zeros) != ERROR_SUCCESS) break;
    CloseHandle(file);
  }
  DeleteFileW(path);
}

DWORD kept_write(const WCHAR *instance, const struct kept *kept) {
  WCHAR folder[MAX_PATH], path[MAX_PATH], part[MAX_PATH];
  struct head head = {FORMAT, kept->is_up, kept->length_bytes};
  DWORD error = kept->length_bytes <= LENGTH_MOST ? folder_path(L"adapters", folder) : ERROR_FILE_TOO_LARGE;
  if (error == ERROR_SUCCESS) error = file_path(instance, L"", path);
  if (error == ERROR_SUCCESS) error = file_path(instance, L".part", part);
  if (error == ERROR_SUCCESS) error = folder_ensure(folder);
  if (error != ERROR_SUCCESS) return error;
  HANDLE file = file_open(part, GENERIC_WRITE, CREATE_ALWAYS);
  if (file == INVALID_HANDLE_VALUE) return GetLastError();
  error = write_all(file, &head, sizeof head);
  if (error == ERROR_SUCCESS) error = write_all(file, kept->configuration, kept->length_bytes);
  CloseHandle(file);
  // Whole, or under another name.
  if (error == ERROR_SUCCESS && !MoveFileExW(part, path, MOVEFILE_REPLACE_EXISTING)) error = GetLastError();
  if (error != ERROR_SUCCESS) file_wipe(part);
  return error;
}

static DWORD read_open(HANDLE file, struct kept *kept) {
  struct head head;
  LARGE_INTEGER size;
  if (!GetFileSizeEx(file, &size)) return GetLastError();
  DWORD error = read_all(file, &head, sizeof head);
  if (error != ERROR_SUCCESS) return error;
  if (head.format != FORMAT || head.is_up > 1 || head.length_bytes > LENGTH_MOST ||
      size.QuadPart != (LONGLONG)(sizeof head + head.length_bytes))
    return ERROR_INVALID_DATA;
  void *configuration = memory_take(head.length_bytes);
  if (configuration == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  error = read_all(file, configuration, head.length_bytes);
  if (error != ERROR_SUCCESS) memory_wipe_back(configuration, head.length_bytes);
  else *kept = (struct kept){configuration, head.length_bytes, head.is_up};
  return error;
}

DWORD kept_read(const WCHAR *instance, struct kept *kept) {
  WCHAR path[MAX_PATH];
  DWORD error = file_path(instance, L"", path);
  if (error != ERROR_SUCCESS) return error;
  HANDLE file = file_open(path, GENERIC_READ, OPEN_EXISTING);
  if (file == INVALID_HANDLE_VALUE) {
    error = GetLastError();
    return error == ERROR_PATH_NOT_FOUND ? ERROR_FILE_NOT_FOUND : error;
  }
  error = read_open(file, kept);
  CloseHandle(file);
  return error;
}

static void folder_leave(void) {
  WCHAR folder[MAX_PATH];
  // Whoever forgets the last one.
  if (folder_path(L"adapters", folder) == ERROR_SUCCESS) RemoveDirectoryW(folder);
}

bool kept_has(const WCHAR *instance) {
  WCHAR path[MAX_PATH];
  return file_path(instance, L"", path) == ERROR_SUCCESS && GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

void kept_forget(const WCHAR *instance) {
  WCHAR path[MAX_PATH];
  if (kept_has(instance) && file_path(instance, L"", path) == ERROR_SUCCESS) file_wipe(path);
  folder_leave();
}

// One found in the folder: an adapter's, or what somebody left who died while he wrote it.
static void visit_one(const WCHAR *name, void (*visit)(const WCHAR *instance)) {
  WCHAR instance[INSTANCE_ROOM], path[MAX_PATH], inner[MAX_PATH];
  text_format(instance, INSTANCE_ROOM, L"%ls%ls", prefix, name);
  if (file_path(instance, L"", path) == ERROR_SUCCESS) {
    visit(instance);
    return;
  }
  text_format(inner, MAX_PATH, L"adapters\\%ls", name);
  if (lstrlenW(name) < GUID_ROOM + 8 && folder_path(inner, path) == ERROR_SUCCESS) file_wipe(path);
}

void kept_visit(void (*visit)(const WCHAR *instance)) {
  WCHAR pattern[MAX_PATH];
  WIN32_FIND_DATAW found;
  if (folder_path(L"adapters\\*", pattern) != ERROR_SUCCESS) return;
  HANDLE search = FindFirstFileW(pattern, &found);
  if (search == INVALID_HANDLE_VALUE) return;
  do {
    if (!(found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)) visit_one(found.cFileName, visit);
  } while (FindNextFileW(search, &found));
  FindClose(search);
  folder_leave();
}
