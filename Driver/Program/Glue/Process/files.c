// Files and commands.
#include "host.h"

static DWORD read_all(HANDLE file, uint64_t most, uint8_t **bytes, uint64_t *length) {
  LARGE_INTEGER size;
  DWORD count = 0;
  if (!GetFileSizeEx(file, &size)) return GetLastError();
  if ((uint64_t)size.QuadPart > most) return ERROR_FILE_TOO_LARGE;
  *bytes = memory_take((size_t)size.QuadPart + 1);
  if (*bytes == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  if (!ReadFile(file, *bytes, (DWORD)size.QuadPart, &count, NULL)) {
    memory_wipe_back(*bytes, (size_t)size.QuadPart);
    return GetLastError();
  }
  *length = count;
  return ERROR_SUCCESS;
}

uint32_t program_read_file(const uint8_t *path, uint64_t most, uint8_t **bytes, uint64_t *length) {
  WCHAR *name = wide(path);
  if (name == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  // Nobody who writes is held up; whoever has put a pipe there learns nothing of who reads.
  HANDLE file = CreateFileW(name, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
      OPEN_EXISTING, SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION, NULL);
  DWORD error = file != INVALID_HANDLE_VALUE ? ERROR_SUCCESS : GetLastError();
  if (error == ERROR_SUCCESS && GetFileType(file) != FILE_TYPE_DISK) {
    CloseHandle(file);
    error = ERROR_INVALID_DATA;
  }
  memory_give_back(name);
  if (error != ERROR_SUCCESS) return error;
  error = read_all(file, most, bytes, length);
  CloseHandle(file);
  return error;
}

uint32_t program_full_path(const uint8_t *path, uint8_t **text, uint64_t *length) {
  WCHAR *name = wide(path), *full = NULL;
  DWORD room = name != NULL ? GetFullPathNameW(name, 0, NULL, NULL) : 0;
  DWORD error = room > 0 ? ERROR_SUCCESS : ERROR_INVALID_NAME;
  if (error == ERROR_SUCCESS && (full = memory_take(room * sizeof(WCHAR))) == NULL) error = ERROR_NOT_ENOUGH_MEMORY;
  if (error == ERROR_SUCCESS && GetFullPathNameW(name, room, full, NULL) >= room) error = ERROR_INVALID_NAME;
  if (error == ERROR_SUCCESS) error = narrow(full, text, length);
  memory_give_back(full);
  memory_give_back(name);
  return error;
}

uint32_t program_set_variable(const uint8_t *name, const uint8_t *value) {
  WCHAR *variable = wide(name), *text = wide(value);
  DWORD error = variable != NULL && text != NULL ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
  if (error == ERROR_SUCCESS && !SetEnvironmentVariableW(variable, text)) error = GetLastError();
  memory_give_back(text);
  memory_give_back(variable);
  return error;
}

uint32_t program_run_command(const uint8_t *command, uint32_t *exit_code) {
  enum { HOUR_MS = 3600 * 1000 };
  STARTUPINFOW info = {.cb = sizeof info};
  PROCESS_INFORMATION process;
  WCHAR *line = wide(command);
  if (line == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  DWORD error = CreateProcessW(NULL, line, NULL, NULL, FALSE, CREATE_NO_WINDOW, NULL, NULL, &info, &process)
                    ? ERROR_SUCCESS
                    : GetLastError();
  memory_give_back(line);
  if (error != ERROR_SUCCESS) return error;
  // Whoever ends the service does not wait for the command: it goes on by itself.
  HANDLE both[2] = {process.hProcess, program_end};
  DWORD outcome = WaitForMultipleObjects(2, both, FALSE, HOUR_MS), code = 0;
  if (outcome == WAIT_TIMEOUT) TerminateProcess(process.hProcess, ERROR_TIMEOUT), code = ERROR_TIMEOUT;
  if (outcome == WAIT_OBJECT_0) GetExitCodeProcess(process.hProcess, &code);
  *exit_code = code;
  CloseHandle(process.hThread);
  CloseHandle(process.hProcess);
  return ERROR_SUCCESS;
}
