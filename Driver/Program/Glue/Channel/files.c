// The files of updates: what is written is on the disk, and nobody but the system and administrators comes near.
#include "../Process/host.h"

uint32_t program_channel_folder(uint8_t **path, uint64_t *length) {
  WCHAR folder[MAX_PATH];
  DWORD error = folder_path(L"channel", folder);
  if (error == ERROR_SUCCESS) error = folder_ensure(folder);
  return error == ERROR_SUCCESS ? narrow(folder, path, length) : error;
}

uint32_t program_own_path(uint8_t **path, uint64_t *length) {
  WCHAR program[MAX_PATH];
  DWORD count = GetModuleFileNameW(NULL, program, MAX_PATH);
  if (count == 0 || count >= MAX_PATH) return ERROR_BUFFER_OVERFLOW;
  return narrow(program, path, length);
}

static DWORD write_bytes(HANDLE file, const uint8_t *bytes, uint64_t length) {
  enum { PIECE = 1 << 20 };
  while (length > 0) {
    DWORD written = 0, count = length < PIECE ? (DWORD)length : PIECE;
    if (!WriteFile(file, bytes, count, &written, NULL)) return GetLastError();
    if (written == 0) return ERROR_WRITE_FAULT;
    bytes += written, length -= written;
  }
  return FlushFileBuffers(file) ? ERROR_SUCCESS : GetLastError();
}

static DWORD write_path(
    const WCHAR *path, DWORD access, DWORD disposition, const uint8_t *bytes, uint64_t length) {
  HANDLE file = CreateFileW(
      path, access, FILE_SHARE_READ, NULL, disposition, FILE_ATTRIBUTE_NORMAL | FILE_FLAG_OPEN_REPARSE_POINT, NULL);
  if (file == INVALID_HANDLE_VALUE) return GetLastError();
  DWORD error = write_bytes(file, bytes, length);
  CloseHandle(file);
  return error;
}

// Somebody who reads the old file is in the way for a moment.
static DWORD take_place(const WCHAR *fresh, const WCHAR *path) {
  enum { TRIES = 20, REST_MS = 100 };
  for (int try = 1;; try++) {
    if (MoveFileExW(fresh, path, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH)) return ERROR_SUCCESS;
    DWORD error = GetLastError();
    if (try == TRIES || (error != ERROR_ACCESS_DENIED && error != ERROR_SHARING_VIOLATION)) return error;
    Sleep(REST_MS);
  }
}

static DWORD replace(const WCHAR *path, const uint8_t *bytes, uint64_t length) {
  int room = lstrlenW(path) + 8;
  WCHAR *fresh = memory_take((size_t)room * sizeof(WCHAR));
  if (fresh == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  text_format(fresh, room, L"%ls.new", path);
  DWORD error = write_path(fresh, GENERIC_WRITE, CREATE_ALWAYS, bytes, length);
  // Whoever reads it sees the old bytes or the new ones.
  if (error == ERROR_SUCCESS) error = take_place(fresh, path);
  if (error != ERROR_SUCCESS) DeleteFileW(fresh);
  memory_give_back(fresh);
  return error;
}

uint32_t program_write_file(const uint8_t *path, const uint8_t *bytes, uint64_t length, uint32_t is_added) {
  WCHAR *name = wide(path);
  if (name == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  DWORD error = is_added ? write_path(name, FILE_APPEND_DATA, OPEN_ALWAYS, bytes, length)
                         : replace(name, bytes, length);
  memory_give_back(name);
  return error;
}

uint32_t program_make_folder(const uint8_t *path) {
  WCHAR *name = wide(path);
  if (name == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  DWORD error = CreateDirectoryW(name, NULL) ? ERROR_SUCCESS : GetLastError();
  memory_give_back(name);
  return error == ERROR_ALREADY_EXISTS ? ERROR_SUCCESS : error;
}

uint32_t program_remove_path(const uint8_t *path) {
  WCHAR *name = wide(path);
  if (name == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  DWORD found = GetFileAttributesW(name), error = ERROR_SUCCESS;
  if (found == INVALID_FILE_ATTRIBUTES) error = GetLastError();
  else if (!((found & FILE_ATTRIBUTE_DIRECTORY) ? RemoveDirectoryW(name) : DeleteFileW(name))) error = GetLastError();
  memory_give_back(name);
  return error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND ? ERROR_SUCCESS : error;
}

static DWORD add_name(uint8_t **names, uint64_t *length, const WIN32_FIND_DATAW *found) {
  bool is_folder = (found->dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) &&
                   !(found->dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT);
  uint8_t *name, *longer;
  uint64_t count;
  DWORD error = narrow(found->cFileName, &name, &count);
  if (error != ERROR_SUCCESS) return error;
  longer = memory_take((size_t)(*length + count + 2));
  if (longer != NULL) {
    memcpy(longer, *names, (size_t)*length);
    longer[*length] = is_folder ? 'd' : 'f';
    memcpy(longer + *length + 1, name, (size_t)count + 1);
    memory_give_back(*names);
    *names = longer;
    *length += count + 2;
  }
  memory_give_back(name);
  return longer != NULL ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
}

static DWORD list(const WCHAR *pattern, uint8_t **names, uint64_t *length) {
  WIN32_FIND_DATAW found;
  HANDLE search = FindFirstFileW(pattern, &found);
  if (search == INVALID_HANDLE_VALUE) return GetLastError() == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : GetLastError();
  DWORD error = ERROR_SUCCESS;
  do {
    bool is_itself = found.cFileName[0] == L'.' &&
                     (found.cFileName[1] == 0 || (found.cFileName[1] == L'.' && found.cFileName[2] == 0));
    if (!is_itself) error = add_name(names, length, &found);
  } while (error == ERROR_SUCCESS && FindNextFileW(search, &found));
  FindClose(search);
  return error;
}

uint32_t program_list_folder(const uint8_t *path, uint8_t **names, uint64_t *length) {
  WCHAR *folder = wide(path), *pattern = NULL;
  int room = folder != NULL ? lstrlenW(folder) + 4 : 0;
  DWORD error = folder != NULL ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
  DWORD found = folder != NULL ? GetFileAttributesW(folder) : 0;
  if (error == ERROR_SUCCESS && found == INVALID_FILE_ATTRIBUTES) error = GetLastError();
  if (error == ERROR_SUCCESS && (!(found & FILE_ATTRIBUTE_DIRECTORY) || (found & FILE_ATTRIBUTE_REPARSE_POINT)))
    error = ERROR_DIRECTORY;
  if (error == ERROR_SUCCESS && (pattern = memory_take((size_t)room * sizeof(WCHAR))) == NULL)
    error = ERROR_NOT_ENOUGH_MEMORY;
  *length = 0;
  *names = error == ERROR_SUCCESS ? memory_take(1) : NULL;
  if (error == ERROR_SUCCESS && *names == NULL) error = ERROR_NOT_ENOUGH_MEMORY;
  if (error == ERROR_SUCCESS) {
    text_format(pattern, room, L"%ls\\*", folder);
    error = list(pattern, names, length);
    if (error != ERROR_SUCCESS) memory_give_back(*names);
  }
  memory_give_back(pattern);
  memory_give_back(folder);
  return error;
}

uint32_t program_free_space(const uint8_t *path, uint64_t *bytes) {
  ULARGE_INTEGER available;
  WCHAR *folder = wide(path);
  if (folder == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  DWORD error = GetDiskFreeSpaceExW(folder, &available, NULL, NULL) ? ERROR_SUCCESS : GetLastError();
  *bytes = error == ERROR_SUCCESS ? available.QuadPart : 0;
  memory_give_back(folder);
  return error;
}

uint32_t program_lock_file(const uint8_t *path) {
  // Processes that are started with it keep it.
  SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
  WCHAR *name = wide(path);
  if (name == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  HANDLE file = CreateFileW(
      name, GENERIC_WRITE, 0, &inherited, OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL | FILE_FLAG_OPEN_REPARSE_POINT, NULL);
  memory_give_back(name);
  // It stays open until the process ends.
  return file != INVALID_HANDLE_VALUE ? ERROR_SUCCESS : GetLastError();
}

void program_random_bytes(uint8_t *bytes, uint32_t count) { random_fill(bytes, count); }

uint64_t program_uptime(void) { return GetTickCount64() / 1000; }

// A key that is gone when Windows starts anew: not a clock, which somebody may set.
uint32_t program_is_new_start(uint32_t *is_new) {
  DWORD made;
  HKEY key;
  // Made for the other alone, the key above would be gone with it.
  LSTATUS error = host.RegCreateKeyExW(
      HKEY_LOCAL_MACHINE, L"SOFTWARE\\Needletail", 0, NULL, REG_OPTION_NON_VOLATILE, KEY_READ, NULL, &key, NULL);
  if (error != ERROR_SUCCESS) return (DWORD)error;
  windows.RegCloseKey(key);
  error = host.RegCreateKeyExW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\Needletail\\Started", 0, NULL,
      REG_OPTION_VOLATILE, KEY_READ, NULL, &key, &made);
  if (error != ERROR_SUCCESS) return (DWORD)error;
  windows.RegCloseKey(key);
  *is_new = made == REG_CREATED_NEW_KEY;
  return ERROR_SUCCESS;
}

uint32_t program_complete(const uint8_t *command, uint32_t *exit_code) {
  STARTUPINFOW info = {.cb = sizeof info};
  PROCESS_INFORMATION process;
  WCHAR *line = wide(command);
  if (line == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  DWORD error = CreateProcessW(NULL, line, NULL, NULL, TRUE, CREATE_NO_WINDOW, NULL, NULL, &info, &process)
                    ? ERROR_SUCCESS
                    : GetLastError(),
        code = 0;
  memory_give_back(line);
  if (error != ERROR_SUCCESS) return error;
  // What has begun is not left half done, whoever wants the end of this program.
  WaitForSingleObject(process.hProcess, INFINITE);
  if (!GetExitCodeProcess(process.hProcess, &code)) error = GetLastError();
  *exit_code = code;
  CloseHandle(process.hThread);
  CloseHandle(process.hProcess);
  return error;
}
