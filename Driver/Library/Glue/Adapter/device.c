#include "../Native/native.h"
#include "adapter.h"

const GUID net_class = {0x4d36e972, 0xe325, 0x11ce, {0xbf, 0xc1, 0x08, 0x00, 0x2b, 0xe1, 0x03, 0x18}};
const GUID net_interface = {0xcac88484, 0x7515, 0x4c03, {0x82, 0xe6, 0x71, 0xa8, 0x7a, 0xba, 0xc3, 0x61}};
// The bytes of "NeedletailNameId".
const DEVPROPKEY name_key = {{0x6465654e, 0x656c, 0x6174, {'i', 'l', 'N', 'a', 'm', 'e', 'I', 'd'}}, 3};
// DEVPKEY_Device_ProblemStatus: an NTSTATUS.
static const DEVPROPKEY problem_status_key = {{0x4340a6c5, 0x93fa, 0x4706, {0x97, 0x2c, 0x7b, 0x64, 0x80, 0x08, 0xa5,
    0xa7}}, 12};

// CONFIGRET as a Win32 error.
static DWORD win32(CONFIGRET result) {
  switch (result) {
    case CR_SUCCESS:
      return ERROR_SUCCESS;
    case CR_OUT_OF_MEMORY:
      return ERROR_NOT_ENOUGH_MEMORY;
    case CR_BUFFER_SMALL:
      return ERROR_INSUFFICIENT_BUFFER;
    case CR_NO_SUCH_DEVINST:
    case CR_NO_SUCH_VALUE:
    case CR_INVALID_DEVICE_ID:
      return ERROR_NOT_FOUND;
    case CR_ACCESS_DENIED:
      return ERROR_ACCESS_DENIED;
    case CR_CALL_NOT_IMPLEMENTED:
      return ERROR_CALL_NOT_IMPLEMENTED;
    default:
      return ERROR_GEN_FAILURE;
  }
}

static DWORD locate(const WCHAR *instance, DEVINST *device) {
  return win32(windows.CM_Locate_DevNodeW(device, (DEVINSTID_W)instance, CM_LOCATE_DEVNODE_PHANTOM));
}

DWORD device_list(bool present_only, WCHAR **list) {
  ULONG flags = CM_GETIDLIST_FILTER_ENUMERATOR | (present_only ? CM_GETIDLIST_FILTER_PRESENT : 0);
  for (;;) {
    ULONG count = 0;
    DWORD error = win32(windows.CM_Get_Device_ID_List_SizeW(&count, ENUMERATOR_PATH, flags));
    if (error != ERROR_SUCCESS && error != ERROR_NOT_FOUND) return error;
    *list = memory_take((count + 2) * sizeof **list);
    if (*list == NULL) return ERROR_NOT_ENOUGH_MEMORY;
    if (count < 2 || error == ERROR_NOT_FOUND) return ERROR_SUCCESS;
    error = win32(windows.CM_Get_Device_ID_ListW(ENUMERATOR_PATH, *list, count, flags));
    if (error == ERROR_SUCCESS) return ERROR_SUCCESS;
    memory_give_back(*list);
    // More of them have come meanwhile.
    if (error != ERROR_INSUFFICIENT_BUFFER) return error;
  }
}

DWORD device_name(const WCHAR *instance, WCHAR name[NAME_ROOM]) {
  DEVINST device;
  DEVPROPTYPE type = 0;
  ULONG length = NAME_ROOM * sizeof(WCHAR);
  DWORD error = locate(instance, &device);
  if (error == ERROR_SUCCESS)
    error = win32(windows.CM_Get_DevNode_PropertyW(device, &name_key, &type, (BYTE *)name, &length, 0));
  if (error != ERROR_SUCCESS) return error;
  name[NAME_ROOM - 1] = 0;
  return type == DEVPROP_TYPE_STRING ? ERROR_SUCCESS : ERROR_NOT_FOUND;
}

DWORD device_path(const WCHAR *instance, WCHAR path[PATH_ROOM]) {
  ULONG count = 0;
  ULONG flags = CM_GET_DEVICE_INTERFACE_LIST_PRESENT;
  DWORD error =
      win32(windows.CM_Get_Device_Interface_List_SizeW(&count, (GUID *)&net_interface, (DEVINSTID_W)instance, flags));
  if (error != ERROR_SUCCESS) return error;
  if (count < 2 || count > PATH_ROOM) return ERROR_FILE_NOT_FOUND;
  error = win32(
      windows.CM_Get_Device_Interface_ListW((GUID *)&net_interface, (DEVINSTID_W)instance, path, PATH_ROOM, flags));
  return error != ERROR_SUCCESS ? error : path[0] == 0 ? ERROR_FILE_NOT_FOUND : ERROR_SUCCESS;
}

static DWORD read_value(HKEY key, const WCHAR *name, DWORD flags, void *place, DWORD length_bytes) {
  return (DWORD)windows.RegGetValueW(key, NULL, name, flags, NULL, place, &length_bytes);
}

DWORD device_read(struct WIREGUARD_ADAPTER *adapter) {
  DEVINST device;
  HKEY key;
  WCHAR text[GUID_ROOM] = {0};
  DWORD error = locate(adapter->instance, &device);
  if (error == ERROR_SUCCESS)
    error = win32(windows.CM_Open_DevNode_Key(
        device, KEY_QUERY_VALUE, 0, RegDisposition_OpenExisting, &key, CM_REGISTRY_SOFTWARE));
  if (error != ERROR_SUCCESS) return error;
  error = read_value(key, L"NetCfgInstanceId", RRF_RT_REG_SZ, text, sizeof text);
  if (error == ERROR_SUCCESS)
    error = read_value(key, L"NetLuidIndex", RRF_RT_REG_DWORD, &adapter->luid_index, sizeof adapter->luid_index);
  if (error == ERROR_SUCCESS)
    error = read_value(key, L"*IfType", RRF_RT_REG_DWORD, &adapter->interface_type, sizeof adapter->interface_type);
  windows.RegCloseKey(key);
  if (error == ERROR_SUCCESS && !guid_parse(text, &adapter->id)) error = ERROR_INVALID_DATA;
  return error;
}

HANDLE device_open(const WCHAR *path) {
  return CreateFileW(
      path, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING,
          0,
      NULL);
}

DWORD device_complain(const WCHAR *instance) {
  DEVINST device;
  ULONG status = 0, problem = 0;
  if (locate(instance, &device) != ERROR_SUCCESS || windows.CM_Get_DevNode_Status(&status, &problem, device,
      0) != CR_SUCCESS)
    return log_error(ERROR_DEVICE_NOT_AVAILABLE, L"The adapter's device is gone");
  LONG nt_status = 0;
  DEVPROPTYPE type = 0;
  ULONG length = sizeof nt_status;
  if (windows.CM_Get_DevNode_PropertyW(device, &problem_status_key, &type, (BYTE *)&nt_status, &length,
      0) != CR_SUCCESS)
    nt_status = 0;
  ULONG converted = nt_status < 0 ? RtlNtStatusToDosError(nt_status) : ERROR_DEVICE_NOT_AVAILABLE;
  return log_error(
      converted, L"The adapter does not start: problem 0x%lX, status 0x%08lX", problem, (unsigned long)nt_status);
}

DWORD device_await(const WCHAR *instance, WCHAR path[PATH_ROOM]) {
  enum { INTERVAL_MS = 20 };
  ULONGLONG end = GetTickCount64() + duration_ms(DURATION_START);
  DWORD error;
  while ((error = device_path(instance, path)) != ERROR_SUCCESS && GetTickCount64() < end) Sleep(INTERVAL_MS);
  return error == ERROR_SUCCESS ? ERROR_SUCCESS : device_complain(instance);
}

DWORD device_disable(const WCHAR *instance) {
  DEVINST device;
  if (native_is_elsewhere()) return native_ask(NATIVE_DISABLE_INSTANCE, instance, NULL);
  return windows.CM_Locate_DevNodeW(&device, (DEVINSTID_W)instance, CM_LOCATE_DEVNODE_NORMAL) == CR_SUCCESS &&
                 windows.CM_Disable_DevNode(device, CM_DISABLE_UI_NOT_OK) == CR_SUCCESS
             ? ERROR_SUCCESS
             : ERROR_DEVICE_NOT_AVAILABLE;
}

DWORD device_enable(const WCHAR *instance) {
  DEVINST device;
  if (native_is_elsewhere()) return native_ask(NATIVE_ENABLE_INSTANCE, instance, NULL);
  return windows.CM_Locate_DevNodeW(&device, (DEVINSTID_W)instance, CM_LOCATE_DEVNODE_NORMAL) == CR_SUCCESS &&
                 windows.CM_Enable_DevNode(device, 0) == CR_SUCCESS
             ? ERROR_SUCCESS
             : ERROR_DEVICE_NOT_AVAILABLE;
}

bool device_is_disabled(const WCHAR *instance) {
  DEVINST device;
  ULONG status = 0, problem = 0;
  return windows.CM_Locate_DevNodeW(&device, (DEVINSTID_W)instance, CM_LOCATE_DEVNODE_NORMAL) == CR_SUCCESS &&
         windows.CM_Get_DevNode_Status(&status, &problem, device, 0) == CR_SUCCESS && (status & DN_HAS_PROBLEM) &&
         problem == CM_PROB_DISABLED;
}

DWORD device_remove(const WCHAR *instance) {
  if (native_is_elsewhere()) return native_ask(NATIVE_REMOVE_INSTANCE, instance, NULL);
  HDEVINFO set = windows.SetupDiCreateDeviceInfoList(&net_class, NULL);
  if (set == INVALID_HANDLE_VALUE) return GetLastError();
  SP_DEVINFO_DATA device = {.cbSize = sizeof device};
  DWORD error = ERROR_SUCCESS;
  if (!windows.SetupDiOpenDeviceInfoW(set, instance, NULL, 0, &device) ||
      !windows.SetupDiCallClassInstaller(DIF_REMOVE, set, &device))
    error = GetLastError();
  windows.SetupDiDestroyDeviceInfoList(set);
  return error == (DWORD)ERROR_NO_SUCH_DEVINST || error == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : error;
}
