// What the machine is, for holds.
#include "../Process/host.h"

NTSTATUS NTAPI RtlGetVersion(OSVERSIONINFOW *version);

uint32_t program_system_build(void) {
  OSVERSIONINFOW version = {.dwOSVersionInfoSize = sizeof version};
  return RtlGetVersion(&version) == 0 ? version.dwBuildNumber : 0;
}

/// Texts, one after the other, with a NUL each; as many as there is room for.
struct names {
  uint8_t *place;
  uint64_t length, room;
};

static DWORD add_name(struct names *names, const WCHAR *name) {
  uint8_t *bytes;
  uint64_t length;
  DWORD error = narrow(name, &bytes, &length);
  if (error != ERROR_SUCCESS) return error;
  if (names->room - names->length < length + 1) {
    uint64_t room = 2 * names->room + length + 1;
    uint8_t *longer = memory_take((size_t)room);
    if (longer == NULL) {
      memory_give_back(bytes);
      return ERROR_NOT_ENOUGH_MEMORY;
    }
    memcpy(longer, names->place, (size_t)names->length);
    memory_give_back(names->place);
    *names = (struct names){longer, names->length, room};
  }
  memcpy(names->place + names->length, bytes, (size_t)length + 1);
  names->length += length + 1;
  memory_give_back(bytes);
  return ERROR_SUCCESS;
}

static DWORD add_drivers(SC_HANDLE manager, struct names *names) {
  enum { ROOM = 65536 };
  DWORD resume = 0, error = ERROR_MORE_DATA;
  ENUM_SERVICE_STATUS_PROCESSW *services = memory_take(ROOM);
  if (services == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  while (error == ERROR_MORE_DATA) {
    DWORD needed = 0, count = 0;
    error = host.EnumServicesStatusExW(manager, SC_ENUM_PROCESS_INFO, SERVICE_DRIVER, SERVICE_ACTIVE, (BYTE *)services,
                ROOM, &needed, &count, &resume, NULL)
                ? ERROR_SUCCESS
                : GetLastError();
    if (error == ERROR_MORE_DATA && count == 0) error = ERROR_INSUFFICIENT_BUFFER;
    if (error != ERROR_SUCCESS && error != ERROR_MORE_DATA) break;
    DWORD outcome = ERROR_SUCCESS;
    for (DWORD i = 0; i < count && outcome == ERROR_SUCCESS; i++) outcome = add_name(names, services[i].lpServiceName);
    if (outcome != ERROR_SUCCESS) error = outcome;
  }
  memory_give_back(services);
  return error;
}

uint32_t program_running_drivers(uint8_t **list, uint64_t *length) {
  struct names names = {memory_take(4096), 0, 4096};
  if (names.place == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  SC_HANDLE manager = host.OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT | SC_MANAGER_ENUMERATE_SERVICE);
  DWORD error = manager != NULL ? add_drivers(manager, &names) : GetLastError();
  if (manager != NULL) host.CloseServiceHandle(manager);
  if (error != ERROR_SUCCESS) memory_give_back(names.place);
  *list = names.place;
  *length = names.length;
  return error;
}
