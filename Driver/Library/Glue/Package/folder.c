// Folders below Windows' own. Nobody but the system and administrators may touch them: what is on its way into the
// driver store would be his otherwise, and so would keys.
#include "../Native/native.h"
#include "package.h"

DWORD folder_path(const WCHAR *name, WCHAR path[MAX_PATH]) {
  enum { NAME_MOST = 64 };
  UINT length = GetSystemWindowsDirectoryW(path, MAX_PATH - 100);
  if (length == 0 || length > MAX_PATH - 100 || lstrlenW(name) > NAME_MOST) return ERROR_BUFFER_OVERFLOW;
  // Below the folder that only the system and administrators write to.
  text_format(path + length, MAX_PATH - (int)length, L"\\Needletail.%ls", name);
  return ERROR_SUCCESS;
}

DWORD folder_ensure(const WCHAR *path) {
  SECURITY_ATTRIBUTES attributes = {sizeof attributes, security_make(), FALSE};
  if (attributes.lpSecurityDescriptor == NULL) return GetLastError();
  DWORD error = CreateDirectoryW(path, &attributes) ? ERROR_SUCCESS : GetLastError();
  LocalFree(attributes.lpSecurityDescriptor);
  if (error != ERROR_ALREADY_EXISTS) return error;
  // Not a way to elsewhere.
  DWORD found = GetFileAttributesW(path);
  bool is_folder = found != INVALID_FILE_ATTRIBUTES && (found & FILE_ATTRIBUTE_DIRECTORY) &&
                   !(found & FILE_ATTRIBUTE_REPARSE_POINT);
  return is_folder ? ERROR_SUCCESS : ERROR_DIRECTORY;
}

DWORD folder_make(WCHAR path[MAX_PATH]) {
  BYTE random[32];
  UINT length = GetSystemWindowsDirectoryW(path, MAX_PATH - 80);
  if (length == 0 || length > MAX_PATH - 80) return ERROR_BUFFER_OVERFLOW;
  random_fill(random, sizeof random);
  lstrcatW(path, L"\\Temp\\");
  length = (UINT)lstrlenW(path);
  for (int i = 0; i < 32; i++) length += (UINT)text_format(path + length, 4, L"%02x", random[i]);
  SECURITY_ATTRIBUTES attributes = {sizeof attributes, security_make(), FALSE};
  if (attributes.lpSecurityDescriptor == NULL) return GetLastError();
  DWORD error = CreateDirectoryW(path, &attributes) ? ERROR_SUCCESS : GetLastError();
  LocalFree(attributes.lpSecurityDescriptor);
  return error == ERROR_SUCCESS ? error : log_error(error, L"No folder for the driver's files");
}

static bool is_itself(const WCHAR *name) {
  return name[0] == L'.' && (name[1] == 0 || (name[1] == L'.' && name[2] == 0));
}

static void remove_files(const WCHAR *path, int depth) {
  WCHAR inner[MAX_PATH];
  WIN32_FIND_DATAW found;
  text_format(inner, MAX_PATH, L"%ls\\*", path);
  HANDLE search = FindFirstFileW(inner, &found);
  if (search == INVALID_HANDLE_VALUE) return;
  do {
    if (is_itself(found.cFileName)) continue;
    text_format(inner, MAX_PATH, L"%ls\\%ls", path, found.cFileName);
    if (!(found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)) {
      DeleteFileW(inner);
      continue;
    }
    // A way to elsewhere goes, and not what is there.
    if (depth > 0 && !(found.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT)) remove_files(inner, depth - 1);
    RemoveDirectoryW(inner);
  } while (FindNextFileW(search, &found));
  FindClose(search);
}

void folder_remove(const WCHAR *path) {
  enum { DEPTH_MOST = 8 };
  DWORD found = GetFileAttributesW(path);
  if (found != INVALID_FILE_ATTRIBUTES && !(found & FILE_ATTRIBUTE_REPARSE_POINT)) remove_files(path, DEPTH_MOST);
  RemoveDirectoryW(path);
}

static DWORD write_file(const WCHAR *path, const void *bytes, DWORD length_bytes) {
  DWORD written = 0;
  HANDLE file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, NULL);
  if (file == INVALID_HANDLE_VALUE) return GetLastError();
  DWORD error = WriteFile(file, bytes, length_bytes, &written, NULL) ? ERROR_SUCCESS : GetLastError();
  if (error == ERROR_SUCCESS && written != length_bytes) error = ERROR_WRITE_FAULT;
  CloseHandle(file);
  return error;
}

DWORD folder_fill(const WCHAR *path) {
  static const WCHAR *const names[] = {L"needletail.inf", L"needletail.sys", L"needletail.cat"};
  for (int i = 0; i < 3; i++) {
    WCHAR file[MAX_PATH];
    DWORD length = 0;
    const void *bytes = native_file(names[i], &length);
    // A package that has not been signed has no catalog; whether Windows takes it is Windows' decision.
    if (bytes == NULL && i == 2) break;
    if (bytes == NULL) return log_error(GetLastError(), L"This library does not carry %ls", names[i]);
    text_format(file, MAX_PATH, L"%ls\\%ls", path, names[i]);
    DWORD error = write_file(file, bytes, length);
    if (error != ERROR_SUCCESS) return log_error(error, L"%ls cannot be written", names[i]);
  }
  return ERROR_SUCCESS;
}
