// Making, opening and closing adapters.
#include "../Package/package.h"
#include "adapter.h"
#include "exports.h"

static bool is_fit(const WCHAR *name) { return name != NULL && name_is_fit((uint64_t)lstrlenW(name)); }

// Win32 error of the arguments of a call.
static DWORD check(const WCHAR *name) {
  if (name == NULL || *name == 0) return ERROR_INVALID_PARAMETER;
  return is_fit(name) ? system_begin() : ERROR_BUFFER_OVERFLOW;
}

static struct WIREGUARD_ADAPTER *finish(struct WIREGUARD_ADAPTER *adapter, DWORD error) {
  if (error != ERROR_SUCCESS) {
    memory_give_back(adapter);
    adapter = NULL;
  }
  SetLastError(error);
  return adapter;
}

static void choose_id(GUID *id, const GUID *requested) {
  if (requested != NULL) {
    *id = *requested;
    return;
  }
  // Of version 4: by chance.
  random_fill(id, sizeof *id);
  id->Data3 = (WORD)((id->Data3 & 0x0fff) | 0x4000);
  id->Data4[0] = (BYTE)((id->Data4[0] & 0x3f) | 0x80);
}

WIREGUARD_ADAPTER_HANDLE WINAPI WireGuardCreateAdapter(LPCWSTR name, LPCWSTR tunnel_type, const GUID *requested) {
  HANDLE mutex;
  struct WIREGUARD_ADAPTER *adapter = NULL;
  DWORD error = check(name);
  if (error == ERROR_SUCCESS) error = check(tunnel_type);
  if (error == ERROR_SUCCESS && (error = process_may_change_devices()) != ERROR_SUCCESS)
    log_error(error, L"This process may not make adapters");
  if (error == ERROR_SUCCESS && (adapter = memory_take(sizeof *adapter)) == NULL) error = ERROR_NOT_ENOUGH_MEMORY;
  if (error == ERROR_SUCCESS) error = mutex_take(MUTEX_DEVICES, &mutex);
  if (error != ERROR_SUCCESS) return finish(adapter, error);
  choose_id(&adapter->id, requested);
  error = install_and_make(adapter, name, tunnel_type);
  mutex_release(mutex);
  orphans_remove();
  return finish(adapter, error);
}

static bool has_name(const WCHAR *instance, const WCHAR *wanted) {
  WCHAR name[NAME_ROOM];
  return device_name(instance, name) == ERROR_SUCCESS && CompareStringOrdinal(name, -1, wanted, -1, TRUE) == CSTR_EQUAL;
}

static DWORD find(struct WIREGUARD_ADAPTER *adapter, const WCHAR *name) {
  WCHAR *list;
  DWORD error = device_list(true, &list);
  if (error != ERROR_SUCCESS) return error;
  const WCHAR *instance = list;
  while (*instance != 0 && !has_name(instance, name)) instance += lstrlenW(instance) + 1;
  lstrcpynW(adapter->instance, instance, INSTANCE_ROOM);
  memory_give_back(list);
  return adapter->instance[0] == 0 ? ERROR_NOT_FOUND : ERROR_SUCCESS;
}

WIREGUARD_ADAPTER_HANDLE WINAPI WireGuardOpenAdapter(LPCWSTR name) {
  struct WIREGUARD_ADAPTER *adapter = NULL;
  DWORD error = check(name);
  if (error == ERROR_SUCCESS && (adapter = memory_take(sizeof *adapter)) == NULL) error = ERROR_NOT_ENOUGH_MEMORY;
  if (error != ERROR_SUCCESS) return finish(adapter, error);
  error = find(adapter, name);
  if (error == ERROR_SUCCESS) error = device_read(adapter);
  if (error == ERROR_SUCCESS) error = device_path(adapter->instance, adapter->path);
  orphans_remove();
  if (error != ERROR_SUCCESS) log_error(error, L"There is no adapter \"%ls\" to open", name);
  return finish(adapter, error);
}

void WINAPI WireGuardCloseAdapter(WIREGUARD_ADAPTER_HANDLE adapter) {
  if (adapter == NULL) return;
  DWORD error = GetLastError();
  log_end(adapter);
  if (adapter->software != NULL) {
    windows.SwDeviceClose(adapter->software);
    DWORD removal = device_remove(adapter->instance);
    if (removal != ERROR_SUCCESS) log_error(removal, L"What is left of an adapter cannot be removed");
  }
  memory_give_back(adapter);
  orphans_remove();
  SetLastError(error);
}

void WINAPI WireGuardGetAdapterLUID(WIREGUARD_ADAPTER_HANDLE adapter, NET_LUID *luid) {
  luid->Value = adapter_luid(adapter->luid_index, adapter->interface_type);
}
