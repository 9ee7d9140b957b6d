// Messages, kept.
#include "program.h"

#include <wchar.h>

enum { KEPT = 512, LENGTH = 160 };
static WCHAR kept[KEPT][LENGTH];
static volatile LONG count;
static CRITICAL_SECTION section;
static INIT_ONCE once = INIT_ONCE_STATIC_INIT;

static BOOL CALLBACK begin(PINIT_ONCE unused, void *context, void **result) {
  (void)unused, (void)context, (void)result;
  InitializeCriticalSection(&section);
  return TRUE;
}

void CALLBACK log_take(WIREGUARD_LOGGER_LEVEL level, DWORD64 timestamp, LPCWSTR message) {
  InitOnceExecuteOnce(&once, begin, NULL, NULL);
  EnterCriticalSection(&section);
  if (level <= WIREGUARD_LOG_ERR && timestamp != 0 && count < KEPT) lstrcpynW(kept[count++], message, LENGTH);
  LeaveCriticalSection(&section);
  printf("  (%d) %ls\n", level, message);
  fflush(stdout);
}

int log_count(const WCHAR *text) {
  int found = 0;
  for (LONG i = 0; i < count; i++) found += wcsstr(kept[i], text) != NULL;
  return found;
}

bool log_has(const WCHAR *text) {
  for (int tries = 0; tries < 100 && log_count(text) == 0; tries++) Sleep(100);
  return log_count(text) != 0;
}

void log_forget(void) { count = 0; }
