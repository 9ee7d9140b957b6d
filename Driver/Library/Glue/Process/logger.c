#include "logger.h"

#include <stdarg.h>

enum { ROOM = 512 };
int __cdecl _vsnwprintf(WCHAR *room, size_t count, const WCHAR *format, va_list arguments);

static void CALLBACK tell_nobody(WIREGUARD_LOGGER_LEVEL level, DWORD64 timestamp, LPCWSTR message) {
  (void)level, (void)timestamp, (void)message;
}

static WIREGUARD_LOGGER_CALLBACK volatile logger = tell_nobody;

void WINAPI WireGuardSetLogger(WIREGUARD_LOGGER_CALLBACK replacement) {
  InterlockedExchangePointer((void *volatile *)&logger,
      replacement != NULL ? (void *)replacement : (void *)tell_nobody);
}

void log_line(WIREGUARD_LOGGER_LEVEL level, DWORD64 timestamp_100ns, const WCHAR *line) {
  logger(level, timestamp_100ns, line);
}

static DWORD64 now(void) {
  FILETIME time;
  GetSystemTimeAsFileTime(&time);
  return (DWORD64)time.dwHighDateTime << 32 | time.dwLowDateTime;
}

// Returns the length; a message that is too long is cut.
static int format_into(WCHAR *room, int count, const WCHAR *format, va_list arguments) {
  int length = _vsnwprintf(room, (size_t)count - 1, format, arguments);
  if (length < 0 || length >= count) length = count - 1;
  room[length] = 0;
  return length;
}

void log_message(WIREGUARD_LOGGER_LEVEL level, const WCHAR *format, ...) {
  if (logger == tell_nobody) return;
  WCHAR room[ROOM];
  va_list arguments;
  va_start(arguments, format);
  format_into(room, ROOM, format, arguments);
  va_end(arguments);
  logger(level, now(), room);
}

int text_format(WCHAR *room, int count, const WCHAR *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int length = format_into(room, count, format, arguments);
  va_end(arguments);
  return length;
}

DWORD log_error(DWORD error, const WCHAR *format, ...) {
  if (logger == tell_nobody) return error;
  WCHAR room[ROOM];
  va_list arguments;
  va_start(arguments, format);
  int length = format_into(room, ROOM / 2, format, arguments);
  va_end(arguments);
  WCHAR words[ROOM / 2];
  DWORD count = FormatMessageW(
      FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK, NULL, error, 0, words,
      ROOM / 2 - 32, NULL);
  while (count > 0 && words[count - 1] <= L' ') count--;
  words[count] = 0;
  text_format(room + length, ROOM / 2, L": %ls (error 0x%08lx)", words, error);
  logger(WIREGUARD_LOG_ERR, now(), room);
  return error;
}
