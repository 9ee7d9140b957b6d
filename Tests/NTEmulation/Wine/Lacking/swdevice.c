// SwDeviceCreate and SwDeviceClose of cfgmgr32.dll, on the bus of software devices (SoftwareDevices/bus.c).
#include "devices.h"

#include "../../../../Driver/Library/Glue/Process/software_device.h"

static const GUID net_class = {0x4d36e972, 0xe325, 0x11ce, {0xbf, 0xc1, 0x08, 0x00, 0x2b, 0xe1, 0x03, 0x18}};

// What is known of a device before plug and play sees it.
static void set_properties(const WCHAR *instance, ULONG count, const struct software_property *properties) {
  static const WCHAR class_text[] = L"{4d36e972-e325-11ce-bfc1-08002be10318}";
  SP_DEVINFO_DATA device = {.cbSize = sizeof device};
  HDEVINFO set = SetupDiCreateDeviceInfoList(NULL, NULL);
  if (!SetupDiOpenDeviceInfoW(set, instance, NULL, 0, &device)) {
    SetupDiCreateDeviceInfoW(set, instance, &net_class, NULL, NULL, 0, &device);
    SetupDiRegisterDeviceInfo(set, &device, 0, NULL, NULL, NULL);
  }
  for (ULONG i = 0; i < count; i++)
    SetupDiSetDevicePropertyW(
        set, &device, &properties[i].key, properties[i].type, properties[i].value, properties[i].size_bytes, 0);
  // Wine keeps the class that a driver's key needs elsewhere.
  SetupDiSetDeviceRegistryPropertyW(set, &device, SPDRP_CLASSGUID, (const BYTE *)class_text, sizeof class_text);
  SetupDiDestroyDeviceInfoList(set);
}

// Wine takes a device whose driver's key is there for one that has its driver. What the key says of the adapter's
// identifier is kept where Wine does not look; our ndis.sys does.
static void hide_driver_key(const WCHAR *instance) {
  SP_DEVINFO_DATA device;
  BYTE id[16];
  DWORD length = sizeof id;
  WCHAR service[64];
  HDEVINFO set = device_set(instance, &device);
  if (set == INVALID_HANDLE_VALUE) return;
  HKEY driver = SetupDiOpenDevRegKey(set, &device, DICS_FLAG_GLOBAL, 0, DIREG_DRV, KEY_READ);
  if (driver != INVALID_HANDLE_VALUE &&
      !SetupDiGetDeviceRegistryPropertyW(set, &device, SPDRP_SERVICE, NULL, (BYTE *)service, sizeof service, NULL)) {
    HKEY hidden = SetupDiCreateDevRegKeyW(set, &device, DICS_FLAG_GLOBAL, 0, DIREG_DEV, NULL, NULL);
    if (RegQueryValueExW(driver, L"SuggestedInstanceId", NULL, NULL, id, &length) == 0)
      RegSetValueExW(hidden, L"SuggestedInstanceId", 0, REG_BINARY, id, length);
    RegCloseKey(hidden);
    RegCloseKey(driver);
    SetupDiDeleteDevRegKey(set, &device, DICS_FLAG_GLOBAL, 0, DIREG_DRV);
  }
  SetupDiDestroyDeviceInfoList(set);
}

HRESULT WINAPI SwDeviceCreate(
    PCWSTR enumerator, PCWSTR parent, const struct software_info *info, ULONG property_count,
    const struct software_property *properties, software_callback callback, void *context, software_handle *device) {
  struct swd_create made = {0};
  WCHAR instance[MAX_DEVICE_ID_LEN] = PREFIX;
  DWORD returned;
  if (info->size_bytes != sizeof *info || lstrcmpW(enumerator, L"Needletail") != 0 || lstrcmpW(parent,
      L"HTREE\\ROOT\\0") != 0)
    return HRESULT_FROM_WIN32(ERROR_INVALID_PARAMETER);
  lstrcpynW(made.instance, info->instance, SWD_INSTANCE_ROOM);
  lstrcpynW(made.hardware_ids, info->hardware_ids, SWD_IDS_ROOM - 1);
  lstrcatW(instance, info->instance);
  set_properties(instance, property_count, properties);
  if (made.hardware_ids[0] != 0) {
    hide_driver_key(instance);
    store_remind();
  }
  HANDLE handle = bus_open();
  if (handle == INVALID_HANDLE_VALUE) return HRESULT_FROM_WIN32(GetLastError());
  // A device that no driver is for is not on the bus: there, Wine would not let the registry know of it.
  if (made.hardware_ids[0] != 0 && !DeviceIoControl(handle, SWD_CREATE, &made, sizeof made, NULL, 0, &returned, NULL)) {
    DWORD error = GetLastError();
    CloseHandle(handle);
    return HRESULT_FROM_WIN32(error);
  }
  *device = (software_handle)handle;
  callback(*device, S_OK, context, instance);
  return S_OK;
}

void WINAPI SwDeviceClose(software_handle device) {
  CloseHandle(device);
  // Closing is told to the bus some time later; whoever closes counts on its being over.
  unsigned is_loaded;
  bus_ask(SWD_IS_LOADED, NULL, &is_loaded, sizeof is_loaded);
}
