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
static DWORD add(struct taken *services, const WCHAR *text) {
  uint64_t length = services->length_bytes;
  uint8_t *longer = memory_take((size_t)length + LINE_ROOM + 1);
  if (longer == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  uint64_t count = text_narrow(text, longer + length, LINE_ROOM);
  if (count == 0) {
    memory_give_back(longer);
    return ERROR_BUFFER_OVERFLOW;
  }
  memcpy(longer, services->bytes, (size_t)length);
  longer[length + count] = 0;
  memory_give_back(services->bytes);
  *services = (struct taken){longer, length + count + 1};
  return ERROR_SUCCESS;
}

static bool begins(const WCHAR *name, const WCHAR *prefix) {
  int length = lstrlenW(prefix);
  return lstrlenW(name) > length && CompareStringOrdinal(name, length, prefix, length, TRUE) == CSTR_EQUAL;
}

static DWORD collect(
    SC_HANDLE manager, const WCHAR *prefix, const ENUM_SERVICE_STATUSW *found, DWORD count, struct taken *services) {
  WCHAR command[TEXT_ROOM];
  for (DWORD i = 0; i < count; i++) {
    if (!begins(found[i].lpServiceName, prefix)) continue;
    DWORD error = command_of(manager, found[i].lpServiceName, command);
    // One that has gone meanwhile.
    if (error == ERROR_SERVICE_DOES_NOT_EXIST) continue;
    if (error == ERROR_SUCCESS) error = add(services, found[i].lpServiceName);
    if (error == ERROR_SUCCESS) error = add(services, command);
    if (error != ERROR_SUCCESS) return error;
  }
  return ERROR_SUCCESS;
}

// As many at a time as there is room for: Windows gives no more than 256 KB at once, whatever the room.
static DWORD enumerate(SC_HANDLE manager, const WCHAR *prefix, struct taken *services) {
  enum { ROOM = 65536 };
  DWORD next = 0, error = ERROR_MORE_DATA;
  ENUM_SERVICE_STATUSW *found = memory_take(ROOM);
  if (found == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  while (error == ERROR_MORE_DATA) {
    DWORD needed = 0, count = 0;
    error = EnumServicesStatusW(manager, SERVICE_WIN32, SERVICE_STATE_ALL, found, ROOM, &needed, &count, &next)
                ? ERROR_SUCCESS
                : GetLastError();
    if (error == ERROR_MORE_DATA && count == 0) error = ERROR_INSUFFICIENT_BUFFER;
    if (error != ERROR_SUCCESS && error != ERROR_MORE_DATA) break;
    DWORD outcome = collect(manager, prefix, found, count, services);
    if (outcome != ERROR_SUCCESS) error = outcome;
  }
  memory_give_back(found);
  return error;
}

uint32_t service_list(const uint8_t *prefix, uint64_t length, struct taken *services) {
  WCHAR wide[TEXT_ROOM];
  *services = (struct taken){NULL, 0};
  DWORD error = text_widen(prefix, length, wide);
  if (error != ERROR_SUCCESS) return error;
  SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT | SC_MANAGER_ENUMERATE_SERVICE);
  if (manager == NULL) return GetLastError();
  error = enumerate(manager, wide, services);
  if (error != ERROR_SUCCESS) taken_give_back(services);
  CloseServiceHandle(manager);
  return error;
}
