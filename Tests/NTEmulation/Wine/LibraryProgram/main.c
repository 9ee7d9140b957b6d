#include <stdio.h>

#include "../../../../Driver/Library/Include/needletail.h"
int program(int count, char **arguments);
static void CALLBACK logger(WIREGUARD_LOGGER_LEVEL level, DWORD64 time, LPCWSTR message) {
  (void)time;
  printf("  log %d %ls\n", level, message);
  fflush(stdout);
}
int program(int count, char **arguments) {
  (void)count, (void)arguments;
  HMODULE dll = LoadLibraryW(L"C:\\needletail\\needletail.dll");
  printf("dll %p %lu\n", (void *)dll, GetLastError());
  WIREGUARD_SET_LOGGER_FUNC *set_logger = (void *)GetProcAddress(dll, "WireGuardSetLogger");
  WIREGUARD_CREATE_ADAPTER_FUNC *create = (void *)GetProcAddress(dll, "WireGuardCreateAdapter");
  WIREGUARD_CLOSE_ADAPTER_FUNC *close = (void *)GetProcAddress(dll, "WireGuardCloseAdapter");
  WIREGUARD_OPEN_ADAPTER_FUNC *open = (void *)GetProcAddress(dll, "WireGuardOpenAdapter");
  WIREGUARD_GET_RUNNING_DRIVER_VERSION_FUNC *version = (void *)GetProcAddress(dll, "WireGuardGetRunningDriverVersion");
  set_logger(logger);
  printf("version %lx %lu\n", version(), GetLastError());
  WIREGUARD_ADAPTER_HANDLE a = create(L"Demo", L"Demo", NULL);
  printf("create %p %lu\n", (void *)a, GetLastError());
  printf("version %lx %lu\n", version(), GetLastError());
  WIREGUARD_ADAPTER_HANDLE b = open(L"demo");
  printf("open %p %lu\n", (void *)b, GetLastError());
  close(b);
  close(a);
  b = open(L"demo");
  printf("open %p %lu\n", (void *)b, GetLastError());
  fflush(stdout);
  Sleep(3000);
  return 0;
}
