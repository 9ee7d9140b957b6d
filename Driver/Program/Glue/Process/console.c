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

// Digits at the end of `place`, as many as there is room for.
static void put(WCHAR *place, int count, unsigned number) {
  for (; count-- > 0; number /= 10) place[count] = (WCHAR)(L'0' + number % 10);
}

void console_log(WIREGUARD_LOGGER_LEVEL level, DWORD64 timestamp_100ns, const WCHAR *message) {
  static const WCHAR *const marks[] = {L"", L"warning: ", L"error: "};
  FILETIME time = {(DWORD)timestamp_100ns, (DWORD)(timestamp_100ns >> 32)};
  SYSTEMTIME parts;
  WCHAR beginning[] = L"0000-00-00 00:00:00.000Z ";
  WCHAR *line = memory_take((ARRAYSIZE(beginning) + 16 + (size_t)lstrlenW(message)) * sizeof *line);
  if (line == NULL) return;
  if (FileTimeToSystemTime(&time, &parts)) {
    put(beginning, 4, parts.wYear);
    put(beginning + 5, 2, parts.wMonth);
    put(beginning + 8, 2, parts.wDay);
    put(beginning + 11, 2, parts.wHour);
    put(beginning + 14, 2, parts.wMinute);
    put(beginning + 17, 2, parts.wSecond);
    put(beginning + 20, 3, parts.wMilliseconds);
  }
  lstrcatW(lstrcatW(lstrcpyW(line, beginning), marks[level <= WIREGUARD_LOG_ERR ? level : 0]), message);
  write_line(STD_OUTPUT_HANDLE, line);
  memory_give_back(line);
}

bool program_shows_log;

// The event log gets nothing that is only interesting. What a command prints is what it was asked for: without a log,
// all messages are remarks.
void CALLBACK program_log(WIREGUARD_LOGGER_LEVEL level, DWORD64 timestamp_100ns, LPCWSTR message) {
  log_keep(level, timestamp_100ns, message);
  if (event_source == NULL) {
    if (program_shows_log) console_log(level, timestamp_100ns, message);
    else write_line(STD_ERROR_HANDLE, message);
    return;
  }
  if (level == WIREGUARD_LOG_WARN) report(EVENTLOG_WARNING_TYPE, message);
  if (level == WIREGUARD_LOG_ERR) report(EVENTLOG_ERROR_TYPE, message);
}
