// Adapters by the adapter library, which is part of the program.
#include "../Process/host.h"

uint32_t program_install_driver(uint32_t is_exact) { return install_driver(is_exact != 0); }

uint32_t program_remove_driver(void) { return WireGuardDeleteDriver() ? ERROR_SUCCESS : GetLastError(); }

uint32_t program_make_adapter(const uint8_t *name, const uint8_t id[16], void **adapter) {
  GUID guid = {
      .Data1 = (DWORD)id[0] << 24 | (DWORD)id[1] << 16 | (DWORD)id[2] << 8 | id[3],
      .Data2 = (WORD)(id[4] << 8 | id[5]),
      .Data3 = (WORD)(id[6] << 8 | id[7]),
  };
  memcpy(guid.Data4, id + 8, 8);
  WCHAR *text = wide(name);
  if (text == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  *adapter = WireGuardCreateAdapter(text, L"Needletail", &guid);
  DWORD error = *adapter != NULL ? ERROR_SUCCESS : GetLastError();
  memory_give_back(text);
  return error;
}

uint32_t program_open_adapter(const uint8_t *name, void **adapter) {
  WCHAR *text = wide(name);
  if (text == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  *adapter = WireGuardOpenAdapter(text);
  DWORD error = *adapter != NULL ? ERROR_SUCCESS : GetLastError();
  memory_give_back(text);
  return error;
}

void program_close_adapter(void *adapter) { WireGuardCloseAdapter(adapter); }

// Adds a name and its NUL to a list that grows.
static DWORD append(uint8_t **names, uint64_t *length, const WCHAR *name) {
  uint8_t *bytes, *longer;
  uint64_t count;
  DWORD error = narrow(name, &bytes, &count);
  if (error != ERROR_SUCCESS) return error;
  longer = memory_take((size_t)(*length + count + 1));
  if (longer != NULL) {
    if (*names != NULL) memcpy(longer, *names, (size_t)*length);
    memcpy(longer + *length, bytes, (size_t)count + 1);
    memory_give_back(*names);
    *names = longer;
    *length += count + 1;
  }
  memory_give_back(bytes);
  return longer != NULL ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
}

uint32_t program_adapter_names(uint8_t **names, uint64_t *length) {
  WCHAR *list, name[NAME_ROOM];
  DWORD error = device_list(true, &list);
  if (error != ERROR_SUCCESS) return error;
  *names = NULL;
  *length = 0;
  for (const WCHAR *instance = list; *instance != 0 && error == ERROR_SUCCESS; instance += lstrlenW(instance) + 1)
    if (device_name(instance, name) == ERROR_SUCCESS) error = append(names, length, name);
  memory_give_back(list);
  if (error != ERROR_SUCCESS) memory_give_back(*names);
  return error;
}

uint32_t program_configure(void *adapter, const uint8_t *request, uint64_t length) {
  return control_set(((struct WIREGUARD_ADAPTER *)adapter)->path, request, (DWORD)length);
}

uint32_t program_configuration(void *adapter, uint8_t **bytes, uint64_t *length) {
  void *made;
  DWORD count = 0;
  DWORD error = control_get_all(((struct WIREGUARD_ADAPTER *)adapter)->path, &made, &count);
  if (error == ERROR_SUCCESS) *bytes = made, *length = count;
  return error;
}

uint32_t program_observation(void *adapter, uint8_t **bytes, uint64_t *length) {
  void *made;
  DWORD count = 0;
  DWORD error = control_observe_all(((struct WIREGUARD_ADAPTER *)adapter)->path, &made, &count);
  if (error == ERROR_SUCCESS) *bytes = made, *length = count;
  return error;
}

uint32_t program_get_state(void *adapter, uint32_t *is_up) {
  DWORD state = 0;
  DWORD error = control_get_state(((struct WIREGUARD_ADAPTER *)adapter)->path, &state);
  *is_up = state;
  return error;
}

uint32_t program_set_state(void *adapter, uint32_t is_up) {
  return control_set_state(((struct WIREGUARD_ADAPTER *)adapter)->path, is_up);
}

uint32_t program_set_logging(void *adapter, uint32_t is_on) {
  program_shows_log = is_on;
  return WireGuardSetAdapterLogging(adapter, is_on ? WIREGUARD_ADAPTER_LOG_ON : WIREGUARD_ADAPTER_LOG_OFF)
             ? ERROR_SUCCESS
             : GetLastError();
}
