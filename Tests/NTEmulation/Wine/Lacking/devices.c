#include "devices.h"

#include <stdio.h>

HANDLE bus_open(void) {
  HANDLE device = CreateFileW(SWD_PATH, GENERIC_READ | GENERIC_WRITE, 7, NULL, OPEN_EXISTING, 0, NULL);
  for (int tries = 0; device == INVALID_HANDLE_VALUE && tries < 100; tries++) {
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE service = OpenServiceW(manager, L"swdevice", SERVICE_START);
    StartServiceW(service, 0, NULL);
    CloseServiceHandle(service);
    CloseServiceHandle(manager);
    device = CreateFileW(SWD_PATH, GENERIC_READ | GENERIC_WRITE, 7, NULL, OPEN_EXISTING, 0, NULL);
    if (device == INVALID_HANDLE_VALUE) Sleep(50);
  }
  return device;
}

DWORD bus_ask(DWORD code, const WCHAR *instance, void *answer, DWORD length_bytes) {
  WCHAR name[SWD_INSTANCE_ROOM] = {0};
  DWORD returned;
  if (instance != NULL) lstrcpynW(name, instance + PREFIX_LENGTH, SWD_INSTANCE_ROOM);
  HANDLE device = bus_open();
  if (device == INVALID_HANDLE_VALUE) return GetLastError();
  DWORD error = DeviceIoControl(device, code, name, sizeof name, answer, length_bytes, &returned,
      NULL) ? 0 : GetLastError();
  CloseHandle(device);
  return error;
}

HDEVINFO device_set(const WCHAR *instance, SP_DEVINFO_DATA *device) {
  HDEVINFO set = SetupDiCreateDeviceInfoList(NULL, NULL);
  *device = (SP_DEVINFO_DATA){.cbSize = sizeof *device};
  if (SetupDiOpenDeviceInfoW(set, instance, NULL, 0, device)) return set;
  SetupDiDestroyDeviceInfoList(set);
  return INVALID_HANDLE_VALUE;
}

void death_at(const char *name) {
  char path[MAX_PATH];
  _snprintf(path, sizeof path, "C:\\needletail\\dies-%s", name);
  if (DeleteFileA(path)) TerminateProcess(GetCurrentProcess(), 0x77);
}
