#include "system.h"

#include "logger.h"

struct system windows;

static const struct system_entry entries[] = {SYSTEM_FUNCTIONS(SYSTEM_ENTRY) SYSTEM_OPTIONAL(SYSTEM_OPTIONAL_ENTRY)};
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

BOOL system_look_up(const struct system_entry *entries, int count, FARPROC *places) {
  HMODULE module = NULL;
  for (int i = 0; i < count; i++) {
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

static BOOL CALLBACK look_up(PINIT_ONCE once, void *context, void **result) {
  (void)once, (void)context, (void)result;
  return system_look_up(entries, ENTRY_COUNT, (FARPROC *)&windows);
}

DWORD system_begin(void) {
  static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
  return InitOnceExecuteOnce(&once, look_up, NULL, NULL) ? ERROR_SUCCESS : GetLastError();
}
