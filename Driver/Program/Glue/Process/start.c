// Where the process begins and how it ends.
#include "host.h"

struct program_system host;
HANDLE program_end;
static uint8_t **arguments;
static uint64_t *lengths;
static int argument_count;

static const struct system_entry entries[] = {
    PROGRAM_FUNCTIONS(SYSTEM_ENTRY) PROGRAM_OPTIONAL(SYSTEM_OPTIONAL_ENTRY)};
enum { ENTRY_COUNT = sizeof entries / sizeof entries[0] };
_Static_assert(sizeof host == ENTRY_COUNT * sizeof(FARPROC), "one pointer an entry");

static DWORD read_arguments(void) {
  WCHAR **texts = host.CommandLineToArgvW(GetCommandLineW(), &argument_count);
  if (texts == NULL) return GetLastError();
  arguments = memory_take((size_t)argument_count * sizeof *arguments);
  lengths = memory_take((size_t)argument_count * sizeof *lengths);
  if (arguments == NULL || lengths == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  DWORD error = ERROR_SUCCESS;
  for (int i = 0; i < argument_count && error == ERROR_SUCCESS; i++)
    error = narrow(texts[i], &arguments[i], &lengths[i]);
  LocalFree(texts);
  return error;
}

uint32_t program_argument_count(void) { return argument_count > 0 ? (uint32_t)argument_count - 1 : 0; }

uint32_t program_argument(uint32_t index, const uint8_t **text) {
  *text = arguments[index + 1];
  return (uint32_t)lengths[index + 1];
}

uint32_t program_wait(uint32_t milliseconds) { return WaitForSingleObject(program_end, milliseconds) == WAIT_OBJECT_0; }

// Ctrl+C, Ctrl+Break, a console that is closed: an orderly end. What ends with the console has five seconds.
static BOOL WINAPI ask_to_end(DWORD event) {
  // A service hears whenever some user logs off, and goes on, which is the default for it; of the system's end the
  // service manager tells it. Source: "HandlerRoutine callback function".
  if (process_is_service && (event == CTRL_LOGOFF_EVENT || event == CTRL_SHUTDOWN_EVENT)) return FALSE;
  SetEvent(program_end);
  // Returning would end the process at once: it ends by itself, or when its time is over.
  if (event >= CTRL_CLOSE_EVENT) Sleep(INFINITE);
  return TRUE;
}

static DWORD begin(void) {
  DWORD error = system_begin();
  if (error == ERROR_SUCCESS && !system_look_up(entries, ENTRY_COUNT, (FARPROC *)&host)) error = GetLastError();
  if (error == ERROR_SUCCESS) error = read_arguments();
  program_end = CreateEventW(NULL, TRUE, FALSE, NULL);
  if (error == ERROR_SUCCESS && program_end == NULL) error = GetLastError();
  return error;
}

DECLSPEC_NORETURN void start(void);

void start(void) {
  // Libraries come from System32 and nowhere else, those that Windows loads for itself too.
  SetDefaultDllDirectories(LOAD_LIBRARY_SEARCH_SYSTEM32);
  WireGuardSetLogger(program_log);
  DWORD error = begin();
  if (error != ERROR_SUCCESS) {
    log_error(error, L"needletail cannot start: this takes Windows 10 or later");
    ExitProcess(1);
  }
  SetConsoleCtrlHandler(ask_to_end, TRUE);
  ExitProcess(program_main());
}
