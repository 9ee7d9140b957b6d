#include "system.h"

#include <stdbool.h>

#include "logger.h"

struct system windows;

struct entry {
  const char *library;
  const char *name;
  bool is_optional;
};
#define SYSTEM_ENTRY(library, name) {#library, #name, false},
#define SYSTEM_OPTIONAL_ENTRY(library, name) {#library, #name, true},
static const struct entry entries[] = {SYSTEM_FUNCTIONS(SYSTEM_ENTRY) SYSTEM_OPTIONAL(SYSTEM_OPTIONAL_ENTRY)};
enum { ENTRY_COUNT = sizeof entries / sizeof entries[0] };
_Static_assert(sizeof windows == ENTRY_COUNT * sizeof(FARPROC), "one pointer an entry");

static HMODULE load(const char *library) {
  WCHAR file[32];
  text_format(file, 32, L"%hs.dll", library);
  return LoadLibraryExW(file, NULL, LOAD_LIBRARY_SEARCH_SYSTEM32);
}

// A function of its own: what loading a library does to our imports (in a test, say) is seen by the next look-up.
static __attribute__((noinline)) FARPROC find(HMODULE module, const char *name) {
  return module == NULL ? NULL : GetProcAddress(module, name);
}

static BOOL CALLBACK look_up(PINIT_ONCE once, void *context, void **result) {
  (void)once, (void)context, (void)result;
  FARPROC *places = (FARPROC *)&windows;
  HMODULE module = NULL;
  for (int i = 0; i < ENTRY_COUNT; i++) {
    if (i == 0 || lstrcmpA(entries[i].library, entries[i - 1].library) != 0) module = load(entries[i].library);
    places[i] = find(module, entries[i].name);
    if (places[i] != NULL || entries[i].is_optional) continue;
    DWORD error = GetLastError();
    log_error(error, L"%hs of %hs is missing", entries[i].name, entries[i].library);
    SetLastError(error);
    return FALSE;
  }
  return TRUE;
}

DWORD system_begin(void) {
  static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
  return InitOnceExecuteOnce(&once, look_up, NULL, NULL) ? ERROR_SUCCESS : GetLastError();
}
