// Other processes of this program: each loads a library of its own.
#include "program.h"

#include <wchar.h>

bool child_begin(struct child *child, const WCHAR *mode, const WCHAR *folder, const WCHAR *name) {
  static int number;
  WCHAR path[MAX_PATH], line[512], event[64];
  GetModuleFileNameW(NULL, path, MAX_PATH);
  _snwprintf(event, 64, L"ready-%lu-%d", GetCurrentProcessId(), number++);
  _snwprintf(line, 512, L"%ls %ls %ls %ls %ls", path, mode, folder, name, event);
  STARTUPINFOW start = {.cb = sizeof start};
  PROCESS_INFORMATION process;
  child->ready = CreateEventW(NULL, TRUE, FALSE, event);
  if (!CreateProcessW(path, line, NULL, NULL, FALSE, 0, NULL, NULL, &start, &process)) return false;
  CloseHandle(process.hThread);
  child->process = process.hProcess;
  return true;
}

bool child_is_ready(struct child *child) {
  HANDLE both[2] = {child->ready, child->process};
  return WaitForMultipleObjects(2, both, FALSE, 60000) == WAIT_OBJECT_0;
}

DWORD child_end(struct child *child) {
  DWORD code = 0x99;
  if (WaitForSingleObject(child->process, 100000) != WAIT_OBJECT_0) TerminateProcess(child->process, 0x98);
  WaitForSingleObject(child->process, 5000);
  GetExitCodeProcess(child->process, &code);
  CloseHandle(child->process);
  CloseHandle(child->ready);
  if (code != 0) printf("  a process ended with %lu\n", code);
  return code;
}

void child_kill(struct child *child) {
  TerminateProcess(child->process, 0);
  child_end(child);
}

static int unload(HMODULE image, const WCHAR *name, const WCHAR *event) {
  WIREGUARD_ADAPTER_HANDLE adapter = library.create(name, L"Type", NULL);
  if (adapter == NULL || !library.set_logging(adapter, WIREGUARD_ADAPTER_LOG_ON)) return 2;
  Sleep(500);
  if (!FreeLibrary(image)) return 3;
  Sleep(500);
  // The reader waits in the driver. Woken by somebody else, it has code to run; the adapter ends with this process.
  SetEvent(OpenEventW(EVENT_MODIFY_STATE, FALSE, event));
  return log_has(L"Interface up") && GetModuleHandleW(L"needletail.dll") == image ? 0 : 4;
}

GUID child_id(const WCHAR *name) {
  return (GUID){0x68656c64, name[0], 0x4e4c, {0x80, 0x69, 0x6c, 0x54, 0x65, 0x73, 0x74, 0x30}};
}

void child_id_text(const WCHAR *name, WCHAR text[39]) {
  GUID id = child_id(name);
  int length = _snwprintf(text, 39, L"{%08lX-%04X-%04X-%02X%02X-", id.Data1, id.Data2, id.Data3, id.Data4[0],
      id.Data4[1]);
  for (int i = 2; i < 8; i++) length += _snwprintf(text + length, 3, L"%02X", id.Data4[i]);
  lstrcpyW(text + length, L"}");
}

int child_run(const char *mode, const WCHAR *folder, const WCHAR *name, const WCHAR *event) {
  HMODULE image = library_load(folder);
  if (image == NULL) return 1;
  library.set_logger(log_take);
  if (strcmp(mode, "unload") == 0) return unload(image, name, event);
  if (strncmp(mode, "emulated", 8) == 0) return emulated_run(mode, name);
  GUID id = child_id(name);
  WIREGUARD_ADAPTER_HANDLE adapter = library.create(name, L"Type", &id);
  DWORD error = GetLastError();
  if (strcmp(mode, "fail") == 0) return adapter == NULL && error == ERROR_DEVICE_NOT_AVAILABLE ? 0 : 2;
  if (adapter == NULL) return 3;
  if (strcmp(mode, "hold") == 0) {
    SetEvent(OpenEventW(EVENT_MODIFY_STATE, FALSE, event));
    Sleep(INFINITE);
  }
  library.close(adapter);
  return 0;
}
