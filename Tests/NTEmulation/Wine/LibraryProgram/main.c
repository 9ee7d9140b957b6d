// library.exe: every function of needletail.dll on the shipped needletail.sys, in Wine. It knows the library by its
// header.
#include "program.h"

static void wide(const char *narrow, WCHAR *text) { MultiByteToWideChar(CP_UTF8, 0, narrow, -1, text, 64); }

int program(int count, char **arguments);

static void test_loaded(void) {
  HMODULE image = library_load(L"current");
  CHECK(image != NULL, "the library is loaded, and has twelve functions");
  if (image == NULL) return;
  library.set_logger(log_take);
  test_adapters();
  test_names();
  test_control();
  test_log();
  test_processes();
  test_packages();
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
  if (count == 2) test_mapped();
  else test_loaded();
  printf("%d checks, %d failures\n", checks, failures);
  return failures == 0 && checks > 0 ? 0 : 1;
}
