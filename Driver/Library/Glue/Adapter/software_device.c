// Making the device of an adapter: a software device that PnP keeps as long as its handle is open.
#include "adapter.h"

// DEVPKEY_Device_*: what is the same in all of them.
#define device_format {0xa45c254e, 0xdf1c, 0x4efd, {0x80, 0x20, 0x67, 0xd1, 0x46, 0xa8, 0x50, 0xe0}}

struct made {
  HANDLE done;
  HRESULT result;
  WCHAR instance[INSTANCE_ROOM];
};

static void CALLBACK on_made(software_handle device, HRESULT result, void *context, PCWSTR instance) {
  (void)device;
  struct made *made = context;
  made->result = result;
  if (SUCCEEDED(result)) lstrcpynW(made->instance, instance, INSTANCE_ROOM);
  SetEvent(made->done);
}

static DWORD win32(HRESULT result) {
  if (SUCCEEDED(result)) return ERROR_SUCCESS;
  return HRESULT_FACILITY(result) == FACILITY_WIN32 ? (DWORD)HRESULT_CODE(result) : ERROR_GEN_FAILURE;
}

// Returns when PnP knows the device.
static DWORD make(
    const struct software_info *info, ULONG property_count, const struct software_property *properties,
    software_handle *device, WCHAR instance[INSTANCE_ROOM]) {
  struct made made = {.done = CreateEventW(NULL, FALSE, FALSE, NULL)};
  if (made.done == NULL) return GetLastError();
  DWORD error = win32(windows.SwDeviceCreate(
      ENUMERATOR, L"HTREE\\ROOT\\0", info, property_count, properties, on_made, &made, device));
  if (error == ERROR_SUCCESS) {
    // The callback comes, whatever happens: it has our stack.
    WaitForSingleObject(made.done, INFINITE);
    error = win32(made.result);
    if (error != ERROR_SUCCESS) windows.SwDeviceClose(*device);
  }
  CloseHandle(made.done);
  if (error == ERROR_SUCCESS && instance != NULL) lstrcpynW(instance, made.instance, INSTANCE_ROOM);
  return error;
}

static DWORD suggest_id(const WCHAR *instance, const GUID *id) {
  DEVINST device;
  HKEY key;
  if (windows.CM_Locate_DevNodeW(&device, (DEVINSTID_W)instance, CM_LOCATE_DEVNODE_PHANTOM) != CR_SUCCESS ||
      windows.CM_Open_DevNode_Key(device, KEY_SET_VALUE, 0, RegDisposition_OpenAlways, &key, CM_REGISTRY_SOFTWARE) !=
          CR_SUCCESS)
    return ERROR_DEVICE_NOT_AVAILABLE;
  DWORD error = (DWORD)windows.RegSetValueExW(key, L"SuggestedInstanceId", 0, REG_BINARY, (const BYTE *)id, sizeof *id);
  windows.RegCloseKey(key);
  return error;
}

// NDIS takes an adapter's identifier from the registry of its device, which has to be there first: so the device is
// made twice, once without a driver.
static DWORD make_stub(const WCHAR *id_text, const GUID *id) {
  const struct software_info info = {
      .size_bytes = sizeof info,
      .instance = id_text,
      .hardware_ids = L"\0",
      .capabilities = SOFTWARE_SILENT_INSTALL,
      .description = L"Needletail",
  };
  // DEVPKEY_Device_ClassGuid
  const struct software_property properties[] = {
      {.key = {device_format, 10}, .type = DEVPROP_TYPE_GUID, .size_bytes = sizeof net_class, .value = &net_class},
  };
  software_handle device;
  WCHAR instance[INSTANCE_ROOM];
  DWORD error = make(&info, 1, properties, &device, instance);
  if (error != ERROR_SUCCESS) return error;
  error = suggest_id(instance, id);
  windows.SwDeviceClose(device);
  return error;
}

DWORD software_device_make(struct WIREGUARD_ADAPTER *adapter, const WCHAR *name, const WCHAR *tunnel_type) {
  WCHAR id_text[GUID_ROOM], description[NAME_ROOM + 8];
  guid_print(&adapter->id, id_text);
  lstrcpyW(description, tunnel_type);
  lstrcatW(description, L" Tunnel");
  ULONG name_bytes = (ULONG)(lstrlenW(name) + 1) * sizeof(WCHAR);
  ULONG description_bytes = (ULONG)(lstrlenW(description) + 1) * sizeof(WCHAR);
  const struct software_info info = {
      .size_bytes = sizeof info,
      .instance = id_text,
      .hardware_ids = HARDWARE_ID L"\0",
      .capabilities = SOFTWARE_SILENT_INSTALL | SOFTWARE_DRIVER_REQUIRED,
      .description = description,
  };
  // The second is DEVPKEY_Device_FriendlyName, the third DEVPKEY_Device_DeviceDesc.
  const struct software_property properties[] = {
      {.key = name_key, .type = DEVPROP_TYPE_STRING, .size_bytes = name_bytes, .value = name},
      {.key = {device_format, 14}, .type = DEVPROP_TYPE_STRING, .size_bytes = description_bytes, .value = description},
      {.key = {device_format, 2}, .type = DEVPROP_TYPE_STRING, .size_bytes = description_bytes, .value = description},
  };
  DWORD error = make_stub(id_text, &adapter->id);
  if (error != ERROR_SUCCESS) return log_error(error, L"A device for the adapter cannot be prepared");
  error = make(&info, 3, properties, &adapter->software, adapter->instance);
  if (error != ERROR_SUCCESS) return log_error(error, L"The adapter's device cannot be made");
  error = device_await(adapter->instance, adapter->path);
  if (error == ERROR_SUCCESS && (error = device_read(adapter)) != ERROR_SUCCESS)
    log_error(error, L"The adapter's registry cannot be read");
  if (error == ERROR_SUCCESS) return ERROR_SUCCESS;
  windows.SwDeviceClose(adapter->software);
  adapter->software = NULL;
  device_remove(adapter->instance);
  return error;
}
