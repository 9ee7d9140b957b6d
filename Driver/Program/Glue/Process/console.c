// Lines for people: to the console, or what stands for it, and of services to the event log.
#include "host.h"

HANDLE event_source;
static SRWLOCK lock = SRWLOCK_INIT;

// A console gets UTF-16, everything else UTF-8.
static void write_line(DWORD which, const WCHAR *line) {
  HANDLE output = GetStdHandle(which);
  DWORD written, mode;
  if (output == NULL || output == INVALID_HANDLE_VALUE) return;
  AcquireSRWLockExclusive(&lock);
  if (GetConsoleMode(output, &mode)) {
    WriteConsoleW(output, line, (DWORD)lstrlenW(line), &written, NULL);
    WriteConsoleW(output, L"\r\n", 2, &written, NULL);
  } else {
    uint8_t *bytes;
    uint64_t length;
    if (narrow(line, &bytes, &length) == ERROR_SUCCESS) {
      WriteFile(output, bytes, (DWORD)length, &written, NULL);
      WriteFile(output, "\r\n", 2, &written, NULL);
      memory_give_back(bytes);
    }
  }
  ReleaseSRWLockExclusive(&lock);
}

// Event 1 of the program's own table of messages: the line, whatever it is.
static void report(WORD type, const WCHAR *line) {
  host.ReportEventW(event_source, type, 0, 1, NULL, 1, 0, &line, NULL);
}

void program_say(const uint8_t *line) {
  WCHAR *text = wide(line);
  if (text == NULL) return;
  if (event_source != NULL) report(EVENTLOG_INFORMATION_TYPE, text);
  else write_line(STD_OUTPUT_HANDLE, text);
  memory_give_back(text);
}

void program_complain(const uint8_t *line) {
  WCHAR *text = wide(line);
  if (text == NULL) return;
  if (event_source != NULL) report(EVENTLOG_ERROR_TYPE, text);
  else write_line(STD_ERROR_HANDLE, text);
  memory_give_back(text);
}

bool program_shows_log;

// The event log gets nothing that is only interesting. What a command prints is what it was asked for: without a log,
// all messages are remarks.
void CALLBACK program_log(WIREGUARD_LOGGER_LEVEL level, DWORD64 timestamp_100ns, LPCWSTR message) {
  (void)timestamp_100ns;
  if (event_source == NULL) {
    bool is_asked_for = program_shows_log && level == WIREGUARD_LOG_INFO;
    write_line(is_asked_for ? STD_OUTPUT_HANDLE : STD_ERROR_HANDLE, message);
  }
  if (event_source == NULL) return;
  if (level == WIREGUARD_LOG_WARN) report(EVENTLOG_WARNING_TYPE, message);
  if (level == WIREGUARD_LOG_ERR) report(EVENTLOG_ERROR_TYPE, message);
}
