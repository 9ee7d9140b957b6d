// Journals: what an action has done, until Windows Installer has decided how the installation ends.
#include "glue.h"

DWORD place_path(const WCHAR *name, WCHAR path[MAX_PATH]) {
  WCHAR inner[MAX_PATH];
  int length = text_format(inner, MAX_PATH, *name == 0 ? L"installation%ls" : L"installation\\%ls", name);
  return length < MAX_PATH - 1 ? folder_path(inner, path) : ERROR_BUFFER_OVERFLOW;
}

DWORD place_make(void) {
  WCHAR path[MAX_PATH];
  DWORD error = place_path(L"", path);
  return error == ERROR_SUCCESS ? folder_ensure(path) : error;
}

void place_remove(void) {
  WCHAR path[MAX_PATH];
  if (place_path(L"", path) == ERROR_SUCCESS) RemoveDirectoryW(path);
}

static DWORD journal_path(const uint8_t *name, uint64_t length, WCHAR path[MAX_PATH]) {
  WCHAR wide[TEXT_ROOM];
  DWORD error = text_widen(name, length, wide);
  if (error == ERROR_SUCCESS && length > 48) error = ERROR_BUFFER_OVERFLOW;
  if (error != ERROR_SUCCESS) return error;
  lstrcatW(wide, L".journal");
  return place_path(wide, path);
}

static HANDLE journal_open(const WCHAR *path, DWORD access, DWORD disposition) {
  return CreateFileW(path, access, 0, NULL, disposition,
      FILE_ATTRIBUTE_NORMAL | FILE_FLAG_WRITE_THROUGH | FILE_FLAG_OPEN_REPARSE_POINT, NULL);
}

static DWORD read_all(HANDLE file, struct taken *journal) {
  enum { MOST = 2 << 20 };
  LARGE_INTEGER size;
  DWORD done = 0;
  if (!GetFileSizeEx(file, &size)) return GetLastError();
  if (size.QuadPart > MOST) return ERROR_FILE_TOO_LARGE;
  journal->bytes = memory_take((size_t)size.QuadPart + 1);
  if (journal->bytes == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  DWORD error = ReadFile(file, journal->bytes, (DWORD)size.QuadPart, &done, NULL) ? ERROR_SUCCESS : GetLastError();
  journal->length_bytes = done;
  if (error == ERROR_SUCCESS && done != size.QuadPart) error = ERROR_READ_FAULT;
  if (error != ERROR_SUCCESS) taken_give_back(journal);
  return error;
}

uint32_t journal_read(const uint8_t *name, uint64_t length, struct taken *journal) {
  WCHAR path[MAX_PATH];
  *journal = (struct taken){NULL, 0};
  DWORD error = journal_path(name, length, path);
  if (error != ERROR_SUCCESS) return error;
  HANDLE file = journal_open(path, GENERIC_READ, OPEN_EXISTING);
  if (file == INVALID_HANDLE_VALUE) {
    error = GetLastError();
    return error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND ? ERROR_SUCCESS : error;
  }
  error = read_all(file, journal);
  CloseHandle(file);
  return error;
}

uint32_t journal_append(const uint8_t *name, uint64_t length, const uint8_t *bytes, uint64_t count) {
  WCHAR path[MAX_PATH];
  DWORD written = 0;
  DWORD error = journal_path(name, length, path);
  if (error == ERROR_SUCCESS) error = place_make();
  if (error != ERROR_SUCCESS) return error;
  HANDLE file = journal_open(path, FILE_APPEND_DATA | SYNCHRONIZE, OPEN_ALWAYS);
  if (file == INVALID_HANDLE_VALUE) return GetLastError();
  error = WriteFile(file, bytes, (DWORD)count, &written, NULL) ? ERROR_SUCCESS : GetLastError();
  if (error == ERROR_SUCCESS && written != count) error = ERROR_WRITE_FAULT;
  if (error == ERROR_SUCCESS && !FlushFileBuffers(file)) error = GetLastError();
  CloseHandle(file);
  return error;
}

uint32_t journal_remove(const uint8_t *name, uint64_t length) {
  WCHAR path[MAX_PATH];
  DWORD error = journal_path(name, length, path);
  if (error != ERROR_SUCCESS) return error;
  error = DeleteFileW(path) ? ERROR_SUCCESS : GetLastError();
  place_remove();
  return error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND ? ERROR_SUCCESS : error;
}
