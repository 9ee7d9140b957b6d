// Adapters as a user's installer makes them: software devices with the driver's hardware identifier, the driver
// installed by its INF, the device found by the interface that NDIS registers.
#include "program.h"

#include <cfgmgr32.h>
#include <setupapi.h>

#include <newdev.h>

static const GUID net_class = {0x4d36e972, 0xe325, 0x11ce, {0xbf, 0xc1, 0x08, 0x00, 0x2b, 0xe1, 0x03, 0x18}};
static const GUID net_interface = {0xcac88484, 0x7515, 0x4c03, {0x82, 0xe6, 0x71, 0xa8, 0x7a, 0xba, 0xc3, 0x61}};
/// Two zeros end a list of strings.
static const wchar_t hardware[] = L"Needletail\0";

static bool fails(const char *what) {
  printf("  %s: error 0x%lx\n", what, GetLastError());
  return false;
}

static bool make_device(const wchar_t *name) {
  HDEVINFO set = SetupDiCreateDeviceInfoList(&net_class, NULL);
  SP_DEVINFO_DATA device = {.cbSize = sizeof device};
  if (set == INVALID_HANDLE_VALUE) return fails("a list of devices");
  bool is_made =
      SetupDiCreateDeviceInfoW(set, name, &net_class, L"Needletail", NULL, DICD_GENERATE_ID, &device) &&
      SetupDiSetDeviceRegistryPropertyW(set, &device, SPDRP_HARDWAREID, (const BYTE *)hardware, sizeof hardware) &&
      SetupDiCallClassInstaller(DIF_REGISTERDEVICE, set, &device);
  if (!is_made) fails("a device");
  SetupDiDestroyDeviceInfoList(set);
  return is_made;
}

bool adapters_install(const wchar_t *name, int count) {
  static const wchar_t inf[] = L"C:\\needletail\\needletail.inf";
  for (int i = 0; i < count; i++)
    if (!make_device(name)) return false;
  BOOL needs_restart = FALSE;
  if (!UpdateDriverForPlugAndPlayDevicesW(NULL, hardware, inf, INSTALLFLAG_FORCE, &needs_restart))
    return fails("installing the driver");
  return !needs_restart;
}

// The device of a number among those that are present; the path of its interface when `path` is not NULL.
static bool find(int number, HDEVINFO *set, SP_DEVINFO_DATA *device, wchar_t path[MAX_PATH]) {
  SP_DEVICE_INTERFACE_DATA link = {.cbSize = sizeof link};
  union {
    SP_DEVICE_INTERFACE_DETAIL_DATA_W detail;
    BYTE room[sizeof(SP_DEVICE_INTERFACE_DETAIL_DATA_W) + 2 * MAX_PATH];
  } found = {.detail.cbSize = sizeof(SP_DEVICE_INTERFACE_DETAIL_DATA_W)};
  *set = SetupDiGetClassDevsW(&net_interface, NULL, NULL, DIGCF_PRESENT | DIGCF_DEVICEINTERFACE);
  *device = (SP_DEVINFO_DATA){.cbSize = sizeof *device};
  if (SetupDiEnumDeviceInterfaces(*set, NULL, &net_interface, (DWORD)number, &link) &&
      SetupDiGetDeviceInterfaceDetailW(*set, &link, &found.detail, sizeof found, NULL, device)) {
    if (path != NULL) lstrcpynW(path, found.detail.DevicePath, MAX_PATH);
    return true;
  }
  SetupDiDestroyDeviceInfoList(*set);
  return false;
}

HANDLE adapter_open(int number, bool is_overlapped) {
  HDEVINFO set;
  SP_DEVINFO_DATA device;
  wchar_t path[MAX_PATH];
  if (!find(number, &set, &device, path)) return INVALID_HANDLE_VALUE;
  SetupDiDestroyDeviceInfoList(set);
  HANDLE handle = CreateFileW(
      path, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING,
      is_overlapped ? FILE_FLAG_OVERLAPPED : 0, NULL);
  if (handle == INVALID_HANDLE_VALUE) fails("opening an adapter");
  return handle;
}

int adapters_count(void) {
  HDEVINFO set;
  SP_DEVINFO_DATA device;
  int count = 0;
  while (find(count, &set, &device, NULL)) {
    SetupDiDestroyDeviceInfoList(set);
    count++;
  }
  return count;
}

bool adapter_remove(int number) {
  HDEVINFO set;
  SP_DEVINFO_DATA device;
  if (!find(number, &set, &device, NULL)) return false;
  bool is_removed = SetupDiCallClassInstaller(DIF_REMOVE, set, &device);
  if (!is_removed) fails("removing an adapter");
  SetupDiDestroyDeviceInfoList(set);
  return is_removed;
}

bool driver_stop(void) {
  SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
  SC_HANDLE service = OpenServiceW(manager, L"needletail", SERVICE_STOP | SERVICE_QUERY_STATUS);
  SERVICE_STATUS status = {0};
  if (service == NULL || !ControlService(service, SERVICE_CONTROL_STOP, &status)) fails("stopping the service");
  for (int tries = 0; tries < 50 && status.dwCurrentState != SERVICE_STOPPED; tries++) {
    Sleep(100);
    if (!QueryServiceStatus(service, &status)) break;
  }
  CloseServiceHandle(service);
  CloseServiceHandle(manager);
  return status.dwCurrentState == SERVICE_STOPPED;
}
