// cfgmgr32.dll under Wine, for programs that load needletail.dll: the configuration manager's functions that the
// library calls, of software devices only. Most of them Wine has not, or as stubs.
#include "devices.h"

enum { NODES = 64 };
static WCHAR nodes[NODES][MAX_DEVICE_ID_LEN];
static LONG node_count;

static const WCHAR *instance_of(DEVINST device) {
  return device >= 1 && device <= NODES ? nodes[device - 1] : L"";
}

static bool is_known(const WCHAR *instance) {
  SP_DEVINFO_DATA device;
  HDEVINFO set = device_set(instance, &device);
  if (set == INVALID_HANDLE_VALUE) return false;
  SetupDiDestroyDeviceInfoList(set);
  return true;
}

static bool is_present(const WCHAR *instance) {
  struct swd_status status;
  return bus_ask(SWD_STATUS, instance, &status, sizeof status) == 0;
}

CONFIGRET WINAPI CM_Locate_DevNodeW(PDEVINST device, DEVINSTID_W instance, ULONG flags) {
  if (!is_known(instance) || (flags == CM_LOCATE_DEVNODE_NORMAL && !is_present(instance))) return CR_NO_SUCH_DEVINST;
  LONG count = node_count;
  for (LONG i = 0; i < count; i++)
    if (lstrcmpiW(nodes[i % NODES], instance) == 0) return *device = (DEVINST)(i % NODES + 1), CR_SUCCESS;
  LONG place = (InterlockedIncrement(&node_count) - 1) % NODES;
  lstrcpynW(nodes[place], instance, MAX_DEVICE_ID_LEN);
  *device = (DEVINST)place + 1;
  return CR_SUCCESS;
}

CONFIGRET WINAPI CM_Get_DevNode_Status(PULONG status, PULONG problem, DEVINST device, ULONG flags) {
  (void)flags;
  struct swd_status found;
  if (bus_ask(SWD_STATUS, instance_of(device), &found, sizeof found) != 0) return CR_NO_SUCH_DEVINST;
  if (found.is_disabled) *problem = CM_PROB_DISABLED;
  else if (!found.has_driver) *problem = CM_PROB_FAILED_INSTALL;
  else *problem = found.is_started ? 0 : CM_PROB_FAILED_START;
  *status = *problem == 0 ? DN_DRIVER_LOADED | DN_STARTED : DN_HAS_PROBLEM;
  return CR_SUCCESS;
}

CONFIGRET WINAPI CM_Get_DevNode_PropertyW(
    DEVINST node, const DEVPROPKEY *key, DEVPROPTYPE *type, PBYTE place, PULONG length_bytes, ULONG flags) {
  (void)flags;
  SP_DEVINFO_DATA device;
  HDEVINFO set = device_set(instance_of(node), &device);
  if (set == INVALID_HANDLE_VALUE) return CR_NO_SUCH_DEVINST;
  bool is_read = SetupDiGetDevicePropertyW(set, &device, key, type, place, *length_bytes, length_bytes, 0);
  SetupDiDestroyDeviceInfoList(set);
  return is_read ? CR_SUCCESS : CR_NO_SUCH_VALUE;
}

CONFIGRET WINAPI CM_Open_DevNode_Key(
    DEVINST node, REGSAM access, ULONG profile, REGDISPOSITION disposition, PHKEY key, ULONG flags) {
  (void)profile;
  SP_DEVINFO_DATA device;
  HDEVINFO set = device_set(instance_of(node), &device);
  if (set == INVALID_HANDLE_VALUE || flags != CM_REGISTRY_SOFTWARE) return CR_NO_SUCH_DEVINST;
  *key = SetupDiOpenDevRegKey(set, &device, DICS_FLAG_GLOBAL, 0, DIREG_DRV, access);
  if (*key == INVALID_HANDLE_VALUE && disposition == RegDisposition_OpenAlways)
    *key = SetupDiCreateDevRegKeyW(set, &device, DICS_FLAG_GLOBAL, 0, DIREG_DRV, NULL, NULL);
  SetupDiDestroyDeviceInfoList(set);
  return *key == INVALID_HANDLE_VALUE ? CR_NO_SUCH_REGISTRY_KEY : CR_SUCCESS;
}

// One string after the other into `list`, if there is room; how many units that takes.
static ULONG list_devices(WCHAR *list, ULONG count, ULONG flags) {
  ULONG used = 1;
  WCHAR instance[MAX_DEVICE_ID_LEN];
  SP_DEVINFO_DATA device = {.cbSize = sizeof device};
  HDEVINFO set = SetupDiGetClassDevsW(NULL, L"SWD\\Needletail", NULL, DIGCF_ALLCLASSES);
  for (DWORD i = 0; set != INVALID_HANDLE_VALUE && SetupDiEnumDeviceInfo(set, i, &device); i++) {
    if (!SetupDiGetDeviceInstanceIdW(set, &device, instance, MAX_DEVICE_ID_LEN, NULL)) continue;
    if ((flags & CM_GETIDLIST_FILTER_PRESENT) && !is_present(instance)) continue;
    ULONG length = (ULONG)lstrlenW(instance) + 1;
    if (list != NULL && used + length <= count) memcpy(list + used - 1, instance, length * sizeof(WCHAR));
    used += length;
  }
  SetupDiDestroyDeviceInfoList(set);
  if (list != NULL && used <= count) list[used - 1] = 0;
  return used;
}

bool device_is_any_present(void) { return list_devices(NULL, 0, CM_GETIDLIST_FILTER_PRESENT) > 1; }

CONFIGRET WINAPI CM_Get_Device_ID_List_SizeW(PULONG count, PCWSTR filter, ULONG flags) {
  if (lstrcmpiW(filter, L"SWD\\Needletail") != 0) return CR_FAILURE;
  *count = list_devices(NULL, 0, flags);
  return CR_SUCCESS;
}

CONFIGRET WINAPI CM_Get_Device_ID_ListW(PCWSTR filter, WCHAR *list, ULONG count, ULONG flags) {
  if (lstrcmpiW(filter, L"SWD\\Needletail") != 0) return CR_FAILURE;
  return list_devices(list, count, flags) <= count ? CR_SUCCESS : CR_BUFFER_SMALL;
}

// The path of the interface that NDIS registers, when it can be opened.
static ULONG interface_path(const WCHAR *instance, WCHAR path[256]) {
  lstrcpyW(path, L"\\\\?\\SWD#Needletail#");
  lstrcatW(path, instance + PREFIX_LENGTH);
  lstrcatW(path, L"#{cac88484-7515-4c03-82e6-71a87abac361}");
  HANDLE opened = CreateFileW(path, GENERIC_READ | GENERIC_WRITE, 7, NULL, OPEN_EXISTING, 0, NULL);
  if (opened == INVALID_HANDLE_VALUE) return 1;
  CloseHandle(opened);
  return (ULONG)lstrlenW(path) + 2;
}

CONFIGRET WINAPI CM_Get_Device_Interface_List_SizeW(PULONG count, GUID *id, DEVINSTID_W instance, ULONG flags) {
  (void)id, (void)flags;
  WCHAR path[256];
  *count = interface_path(instance, path);
  return CR_SUCCESS;
}

CONFIGRET WINAPI CM_Get_Device_Interface_ListW(GUID *id, DEVINSTID_W instance, WCHAR *list, ULONG count, ULONG flags) {
  (void)id, (void)flags;
  WCHAR path[256];
  ULONG needed = interface_path(instance, path);
  if (needed > count) return CR_BUFFER_SMALL;
  list[0] = 0;
  if (needed > 1) memcpy(list, path, (needed - 1) * sizeof(WCHAR)), list[needed - 1] = 0;
  return CR_SUCCESS;
}

CONFIGRET WINAPI CM_Disable_DevNode(DEVINST device, ULONG flags) {
  (void)flags;
  CONFIGRET result = bus_ask(SWD_DISABLE, instance_of(device), NULL, 0) == 0 ? CR_SUCCESS : CR_FAILURE;
  death_at("disabled");
  return result;
}

CONFIGRET WINAPI CM_Enable_DevNode(DEVINST device, ULONG flags) {
  (void)flags;
  CONFIGRET result = bus_ask(SWD_ENABLE, instance_of(device), NULL, 0) == 0 ? CR_SUCCESS : CR_FAILURE;
  death_at("enabled");
  return result;
}
