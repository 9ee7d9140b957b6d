// library.exe: every function of needletail.dll on the shipped needletail.sys, in Wine. It knows the library by its header.
#include "program.h"

static void wide(const char *narrow, WCHAR *text) { MultiByteToWideChar(CP_UTF8, 0, narrow, -1, text, 64); }

int program(int count, char **arguments);

int program(int count, char **arguments) {
  if (count == 5) {
    WCHAR folder[64], name[64], event[64];
    wide(arguments[2], folder);
    wide(arguments[3], name);
    wide(arguments[4], event);
    return child_run(arguments[1], folder, name, event);
  }
  // First: the driver is not installed, and comes out of an image that the loader does not know.
  test_mapped();
  HMODULE image = library_load(L"current");
  CHECK(image != NULL, "the library is loaded, and has twelve functions");
  if (image != NULL) {
    library.set_logger(log_take);
    test_adapters();
    test_names();
    test_control();
    test_log(image);
    test_processes();
    test_packages();
  }
  printf("%d checks, %d failures\n", checks, failures);
  return failures == 0 && checks > 0 ? 0 : 1;
}
