#include "glue.h"

uint32_t program_run(const uint8_t *command, uint64_t length, uint32_t *exit_code) {
  enum { LIMIT_MS = 300000 };
  WCHAR line[TEXT_ROOM];
  STARTUPINFOW start = {.cb = sizeof start};
  PROCESS_INFORMATION process;
  DWORD code = 0;
  DWORD error = text_widen(command, length, line);
  if (error != ERROR_SUCCESS) return error;
  if (!CreateProcessW(NULL, line, NULL, NULL, FALSE, CREATE_NO_WINDOW, NULL, NULL, &start, &process))
    return GetLastError();
  CloseHandle(process.hThread);
  if (WaitForSingleObject(process.hProcess, LIMIT_MS) != WAIT_OBJECT_0) {
    // Whatever it does is not waited for any more; going back takes what it has done into account.
    TerminateProcess(process.hProcess, ERROR_PROCESS_ABORTED);
    error = ERROR_PROCESS_ABORTED;
  } else if (!GetExitCodeProcess(process.hProcess, &code)) {
    error = GetLastError();
  }
  CloseHandle(process.hProcess);
  *exit_code = code;
  return error;
}
