// Asking the helper: it is written where nobody else may write (place.c), rundll32 runs one of its functions, and what
// that has written to its outputs, two files beside it, is the answer. Whatever happens, the files go.
#include "ask.h"

#include "../Package/package.h"
#include "native.h"

static const WCHAR *const verbs[] = {
    [NATIVE_REMOVE_INSTANCE] = L"RemoveInstance",   [NATIVE_DISABLE_INSTANCE] = L"DisableInstance",
    [NATIVE_ENABLE_INSTANCE] = L"EnableInstance",   [NATIVE_ADD_DRIVER] = L"AddDriver",
    [NATIVE_REMOVE_DRIVER] = L"RemoveDriver",       [NATIVE_TAKE_DRIVER] = L"TakeDriver",
    [NATIVE_GIVE_DRIVER] = L"GiveDriver",           [NATIVE_AWAIT_UNLOAD] = L"AwaitUnload",
    [NATIVE_READ_VERSION] = L"ReadVersion",
};

struct outputs {
  HANDLE both[2];
};

// Gone with its last handle, though this process should end before.
static HANDLE open_output(const WCHAR *path) {
  SECURITY_ATTRIBUTES inherited = {.nLength = sizeof inherited, .bInheritHandle = TRUE};
  return CreateFileW(path, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_DELETE, &inherited, CREATE_NEW,
      FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE, NULL);
}

// The helper gets these two handles of ours and no other.
static LPPROC_THREAD_ATTRIBUTE_LIST list_handles(struct outputs *outputs) {
  SIZE_T length = 0;
  InitializeProcThreadAttributeList(NULL, 1, 0, &length);
  LPPROC_THREAD_ATTRIBUTE_LIST list = memory_take(length);
  if (list == NULL || !InitializeProcThreadAttributeList(list, 1, 0, &length)) return memory_give_back(list), NULL;
  if (UpdateProcThreadAttribute(
          list, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, outputs->both, sizeof outputs->both, NULL, NULL))
    return list;
  DeleteProcThreadAttributeList(list);
  memory_give_back(list);
  return NULL;
}

static DWORD begin(const WCHAR *program, WCHAR *line, struct outputs *outputs, HANDLE *process) {
  STARTUPINFOEXW start = {.StartupInfo = {.cb = sizeof start, .dwFlags = STARTF_USESTDHANDLES}};
  PROCESS_INFORMATION begun;
  start.StartupInfo.hStdOutput = outputs->both[0];
  start.StartupInfo.hStdError = outputs->both[1];
  start.lpAttributeList = list_handles(outputs);
  if (start.lpAttributeList == NULL) return GetLastError();
  DWORD flags = CREATE_NO_WINDOW | CREATE_DEFAULT_ERROR_MODE | EXTENDED_STARTUPINFO_PRESENT;
  DWORD error = CreateProcessW(program, line, NULL, NULL, TRUE, flags, NULL, NULL, &start.StartupInfo, &begun)
                    ? ERROR_SUCCESS
                    : GetLastError();
  DeleteProcThreadAttributeList(start.lpAttributeList);
  memory_give_back(start.lpAttributeList);
  if (error != ERROR_SUCCESS) return error;
  CloseHandle(begun.hThread);
  *process = begun.hProcess;
  return ERROR_SUCCESS;
}

// A helper that takes too long is ended: what it has begun is done or not, as with one that died.
static DWORD await(HANDLE process) {
  enum { END_LIMIT_MS = 5000 };
  DWORD error = ERROR_SUCCESS;
  if (WaitForSingleObject(process, helper_limit_ms) != WAIT_OBJECT_0) {
    error = ERROR_TIMEOUT;
    TerminateProcess(process, error);
    WaitForSingleObject(process, END_LIMIT_MS);
  }
  CloseHandle(process);
  return error;
}

// From the beginning, at most so many units. Returns how many.
static uint64_t read_output(HANDLE output, WCHAR *room, DWORD count) {
  OVERLAPPED beginning = {0};
  DWORD length_bytes = 0;
  return ReadFile(output, room, count * sizeof(WCHAR), &length_bytes, &beginning) ? length_bytes / sizeof(WCHAR) : 0;
}

// By itself, as the next one: together their rooms would be too much for one frame.
static __attribute__((noinline)) void hand_on(HANDLE output) {
  enum { ROOM = 16384 };
  WCHAR *log = memory_take(ROOM * sizeof(WCHAR)), line[HELPER_LINE_TEXT_ROOM];
  if (log == NULL) return;
  uint64_t length = read_output(output, log, ROOM), place = 0, time_100ns, start, count;
  uint32_t level;
  while (helper_line_next((const uint16_t *)log, length, &place, &level, &time_100ns, &start, &count)) {
    lstrcpynW(line, log + start, (int)count + 1);
    log_line((WIREGUARD_LOGGER_LEVEL)level, time_100ns, line);
  }
  memory_give_back(log);
}

static __attribute__((noinline)) DWORD take_answer(HANDLE output, WCHAR *text) {
  // One more than any answer has.
  WCHAR answer[ANSWER_ROOM + 1];
  uint64_t length = read_output(output, answer, ANSWER_ROOM + 1), start, count;
  uint32_t error;
  if (!helper_answer_parse((const uint16_t *)answer, length, &error, &start, &count)) return ERROR_INVALID_DATA;
  if (text != NULL) lstrcpynW(text, answer + start, (int)count + 1);
  return error;
}

// `has_answer` tells the helper's own errors, which it has logged, from those on the way to it.
static DWORD run(
    const struct place *place, enum native_verb verb, const WCHAR *argument, WCHAR *text, bool *has_answer) {
  WCHAR program[MAX_PATH], line[1024];
  struct outputs outputs;
  HANDLE process;
  UINT length = GetSystemWindowsDirectoryW(program, MAX_PATH - 32);
  if (length == 0 || length > MAX_PATH - 32) return ERROR_BUFFER_OVERFLOW;
  text_format(program + length, 32, L"\\%ls\\rundll32.exe", native_folder());
  text_format(line, 1024, L"\"%ls\" \"%ls\",%ls \"%ls\"", program, place->helper, verbs[verb], argument);
  outputs.both[0] = open_output(place->answer);
  if (outputs.both[0] == INVALID_HANDLE_VALUE) return GetLastError();
  outputs.both[1] = open_output(place->log);
  DWORD error = outputs.both[1] != INVALID_HANDLE_VALUE ? ERROR_SUCCESS : GetLastError();
  if (error == ERROR_SUCCESS) {
    error = begin(program, line, &outputs, &process);
    if (error == ERROR_SUCCESS && (error = await(process)) == ERROR_SUCCESS) {
      error = take_answer(outputs.both[0], text);
      *has_answer = error != ERROR_INVALID_DATA;
    }
    hand_on(outputs.both[1]);
    CloseHandle(outputs.both[1]);
  }
  CloseHandle(outputs.both[0]);
  return error;
}

DWORD native_ask(enum native_verb verb, const WCHAR *argument, WCHAR *text) {
  DWORD length = 0;
  bool has_answer = false;
  struct place *place = memory_take(sizeof *place);
  const void *helper = native_file(HELPER_FILE, &length);
  if (place == NULL || helper == NULL) return memory_give_back(place), GetLastError();
  DWORD error = place_begin(place, helper, length);
  if (error == ERROR_SUCCESS) {
    error = run(place, verb, argument, text, &has_answer);
    place_end(place);
  }
  memory_give_back(place);
  if (error == ERROR_SUCCESS || has_answer) return error;
  return log_error(error, L"The helper for this processor did not do %ls of %ls", verbs[verb], argument);
}
