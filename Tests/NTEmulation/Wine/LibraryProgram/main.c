// library.exe: every function of needletail.dll on the shipped needletail.sys, in Wine. It knows the library by its
// header.
#include "program.h"

static void wide(const char *narrow, WCHAR *text) { MultiByteToWideChar(CP_UTF8, 0, narrow, -1, text, 64); }

int program(int count, char **arguments);

static const struct part {
  const char *name;
  void (*run)(void);
} parts[] = {
    {"adapters", test_adapters},   {"names", test_names},       {"control", test_control},   {"log", test_log},
    {"processes", test_processes}, {"packages", test_packages}, {"deaths", test_deaths},
    {"emulated", test_emulated},
};

// All of them, or the one that is called so.
static void test_loaded(const char *name) {
  HMODULE image = library_load(L"current");
  CHECK(image != NULL, "the library is loaded, and has twelve functions");
  if (image == NULL) return;
  library.set_logger(log_take);
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
    if (name == NULL || strcmp(name, parts[i].name) == 0) parts[i].run();
}

int program(int count, char **arguments) {
  if (count == 5) {
    WCHAR folder[64], name[64], event[64];
    wide(arguments[2], folder);
    wide(arguments[3], name);
    wide(arguments[4], event);
    return child_run(arguments[1], folder, name, event);
  }
  // By itself: one image of the library in a process (../Lacking/bind.c).
  if (count == 2 && strcmp(arguments[1], "mapped") == 0) test_mapped();
  else test_loaded(count == 2 ? arguments[1] : NULL);
  printf("%d checks, %d failures\n", checks, failures);
  return failures == 0 && checks > 0 ? 0 : 1;
}
