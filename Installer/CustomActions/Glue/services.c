// All services of a name's beginning, with what they run.
#include "glue.h"

// UTF-8 takes at most three bytes for one of UTF-16.
enum { CONFIGURATION_ROOM = 8192, LINE_ROOM = 3 * TEXT_ROOM };

// The command line of a service, or as much as there is room for: its beginning says which program it is.
static DWORD command_of(SC_HANDLE manager, const WCHAR *name, WCHAR command[TEXT_ROOM]) {
  DWORD needed;
  QUERY_SERVICE_CONFIGW *found = memory_take(CONFIGURATION_ROOM);
  if (found == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  SC_HANDLE service = OpenServiceW(manager, name, SERVICE_QUERY_CONFIG);
  DWORD error = service != NULL ? ERROR_SUCCESS : GetLastError();
  if (service != NULL && !QueryServiceConfigW(service, found, CONFIGURATION_ROOM, &needed)) error = GetLastError();
  if (service != NULL) CloseServiceHandle(service);
  if (error == ERROR_SUCCESS) lstrcpynW(command, found->lpBinaryPathName, TEXT_ROOM);
  memory_give_back(found);
  return error;
}

// Adds a text and a NUL.
static DWORD add(struct taken *services, uint64_t room, const WCHAR *text) {
  uint8_t *place = services->bytes + services->length_bytes;
  uint64_t length = text_narrow(text, place, room - services->length_bytes - 1);
  if (length == 0) return ERROR_BUFFER_OVERFLOW;
  place[length] = 0;
  services->length_bytes += length + 1;
  return ERROR_SUCCESS;
}

static bool begins(const WCHAR *name, const WCHAR *prefix) {
  int length = lstrlenW(prefix);
  return lstrlenW(name) > length && CompareStringOrdinal(name, length, prefix, length, TRUE) == CSTR_EQUAL;
}

static DWORD collect(
    SC_HANDLE manager, const WCHAR *prefix, const ENUM_SERVICE_STATUSW *all, DWORD count, struct taken *services) {
  WCHAR command[TEXT_ROOM];
  uint64_t room = 1;
  for (DWORD i = 0; i < count; i++)
    if (begins(all[i].lpServiceName, prefix)) room += 2 * LINE_ROOM;
  services->bytes = memory_take((size_t)room);
  if (services->bytes == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  for (DWORD i = 0; i < count; i++) {
    if (!begins(all[i].lpServiceName, prefix)) continue;
    DWORD error = command_of(manager, all[i].lpServiceName, command);
    // One that has gone meanwhile.
    if (error == ERROR_SERVICE_DOES_NOT_EXIST) continue;
    if (error == ERROR_SUCCESS) error = add(services, room, all[i].lpServiceName);
    if (error == ERROR_SUCCESS) error = add(services, room, command);
    if (error != ERROR_SUCCESS) {
      taken_give_back(services);
      return error;
    }
  }
  return ERROR_SUCCESS;
}

uint32_t service_list(const uint8_t *prefix, uint64_t length, struct taken *services) {
  WCHAR wide[TEXT_ROOM];
  DWORD room = 0, count = 0, next = 0;
  *services = (struct taken){NULL, 0};
  DWORD error = text_widen(prefix, length, wide);
  if (error != ERROR_SUCCESS) return error;
  SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT | SC_MANAGER_ENUMERATE_SERVICE);
  if (manager == NULL) return GetLastError();
  EnumServicesStatusW(manager, SERVICE_WIN32, SERVICE_STATE_ALL, NULL, 0, &room, &count, &next);
  // Room for a few that come meanwhile.
  room += 16384;
  next = 0;
  ENUM_SERVICE_STATUSW *all = memory_take(room);
  error = all != NULL ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
  if (all != NULL && !EnumServicesStatusW(manager, SERVICE_WIN32, SERVICE_STATE_ALL, all, room, &room, &count, &next))
    error = GetLastError();
  if (error == ERROR_SUCCESS) error = collect(manager, wide, all, count, services);
  memory_give_back(all);
  CloseServiceHandle(manager);
  return error;
}
