// adapter.exe: a program with an adapter of its own, by the adapter library that it has brought along, while the
// product is installed, upgraded and removed around it.
//   adapter.exe hold    makes the adapter, configures it and has it up until the file "stop" is there
//   adapter.exe check   whether it is up, with that configuration
//   adapter.exe stay    does nothing, until it is ended
#include "../LibraryProgram/program.h"

#define READY "C:\\needletail\\ready"
#define STOP "C:\\needletail\\stop"
enum { KEY = 0x40, LIMIT_MS = 300000 };

static int hold(void) {
  struct configuration configuration;
  WIREGUARD_ADAPTER_HANDLE adapter = library.create(L"Office", L"Test", NULL);
  configuration_make(&configuration, KEY);
  if (adapter == NULL) return printf("no adapter: error %lu\n", GetLastError()), 1;
  if (!library.set(adapter, &configuration.interface_record, sizeof configuration) ||
      !library.set_state(adapter, WIREGUARD_ADAPTER_STATE_UP))
    return printf("no configuration: error %lu\n", GetLastError()), 1;
  CloseHandle(CreateFileA(READY, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL));
  for (int waited_ms = 0; GetFileAttributesA(STOP) == INVALID_FILE_ATTRIBUTES; waited_ms += 50) {
    if (waited_ms > LIMIT_MS) return printf("nobody says stop\n"), 1;
    Sleep(50);
  }
  library.close(adapter);
  DeleteFileA(STOP);
  DeleteFileA(READY);
  return 0;
}

static int look(void) {
  WIREGUARD_ADAPTER_HANDLE adapter = library.open(L"Office");
  if (adapter == NULL) return printf("no adapter: error %lu\n", GetLastError()), 1;
  bool is_so = configuration_is(adapter, KEY, WIREGUARD_ADAPTER_STATE_UP);
  library.close(adapter);
  if (!is_so) printf("the adapter is not as it was\n");
  return is_so ? 0 : 1;
}

int program(int count, char **arguments);

int program(int count, char **arguments) {
  if (count != 2) return printf("adapter.exe hold|check|stay\n"), 2;
  if (strcmp(arguments[1], "stay") == 0) Sleep(INFINITE);
  if (library_load(L"older") == NULL) return printf("no library: error %lu\n", GetLastError()), 1;
  return strcmp(arguments[1], "hold") == 0 ? hold() : look();
}
