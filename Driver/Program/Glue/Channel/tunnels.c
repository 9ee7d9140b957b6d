// The services of tunnels, as an update sees and switches them.
#include "../Process/host.h"
#include "../Service/service.h"

static DWORD open_service(const uint8_t *name, DWORD access, SC_HANDLE *service) {
  WCHAR name_of_service[SERVICE_NAME_MOST];
  DWORD error = service_name(name, name_of_service);
  if (error != ERROR_SUCCESS) return error;
  SC_HANDLE manager = host.OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
  if (manager == NULL) return GetLastError();
  *service = host.OpenServiceW(manager, name_of_service, access);
  error = *service != NULL ? ERROR_SUCCESS : GetLastError();
  host.CloseServiceHandle(manager);
  return error;
}

uint32_t program_set_tunnel_command(const uint8_t *name, const uint8_t *command) {
  SC_HANDLE service;
  WCHAR *line = wide(command);
  if (line == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  DWORD error = open_service(name, SERVICE_CHANGE_CONFIG, &service);
  if (error == ERROR_SUCCESS) {
    if (!host.ChangeServiceConfigW(service, SERVICE_NO_CHANGE, SERVICE_NO_CHANGE, SERVICE_NO_CHANGE, line, NULL, NULL,
            NULL, NULL, NULL, NULL))
      error = GetLastError();
    host.CloseServiceHandle(service);
  }
  memory_give_back(line);
  return error;
}

uint32_t program_stop_service(const uint8_t *name) {
  SC_HANDLE service;
  DWORD error = open_service(name, SERVICE_STOP | SERVICE_QUERY_STATUS, &service);
  if (error != ERROR_SUCCESS) return error;
  error = service_stop(service);
  host.CloseServiceHandle(service);
  return error;
}

uint32_t program_start_service(const uint8_t *name) {
  SC_HANDLE service;
  DWORD error = open_service(name, SERVICE_START | SERVICE_QUERY_STATUS, &service);
  if (error != ERROR_SUCCESS) return error;
  error = service_start(service);
  host.CloseServiceHandle(service);
  return error;
}

/// The process of a service: when it started, and the file that it runs.
static void look_at_process(DWORD id, struct program_service *record, WCHAR program[MAX_PATH]) {
  FILETIME started, ended, kernel, user;
  DWORD length = MAX_PATH;
  HANDLE process = id != 0 ? OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, id) : NULL;
  program[0] = 0;
  if (process == NULL) return;
  record->process = id;
  if (GetProcessTimes(process, &started, &ended, &kernel, &user))
    record->started_at = (uint64_t)started.dwHighDateTime << 32 | started.dwLowDateTime;
  if (!QueryFullProcessImageNameW(process, 0, program, &length)) program[0] = 0;
  CloseHandle(process);
}

static uint32_t state_of(const SERVICE_STATUS_PROCESS *status) {
  if (status->dwCurrentState != SERVICE_STOPPED) return PROGRAM_SERVICE_RUNNING;
  bool is_failed = status->dwWin32ExitCode != NO_ERROR && status->dwWin32ExitCode != ERROR_SERVICE_NEVER_STARTED;
  return is_failed ? PROGRAM_SERVICE_FAILED : PROGRAM_SERVICE_STOPPED;
}

/// A list of bytes that grows.
struct bytes {
  uint8_t *place;
  uint64_t length;
};

static DWORD add(struct bytes *list, const void *bytes, uint64_t length) {
  uint8_t *longer = memory_take((size_t)(list->length + length));
  if (longer == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  memcpy(longer, list->place, (size_t)list->length);
  memcpy(longer + list->length, bytes, (size_t)length);
  memory_give_back(list->place);
  list->place = longer;
  list->length += length;
  return ERROR_SUCCESS;
}

static DWORD add_text(struct bytes *list, const WCHAR *text) {
  uint8_t *bytes;
  uint64_t length;
  DWORD error = narrow(text, &bytes, &length);
  if (error != ERROR_SUCCESS) return error;
  error = add(list, bytes, length + 1);
  memory_give_back(bytes);
  return error;
}

static DWORD add_record(
    struct bytes *list, const WCHAR *name, const WCHAR *command, const SERVICE_STATUS_PROCESS *status) {
  struct program_service record = {.state = state_of(status)};
  WCHAR program[MAX_PATH];
  struct bytes texts = {memory_take(1), 0};
  if (texts.place == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  look_at_process(status->dwProcessId, &record, program);
  DWORD error = add_text(&texts, name + lstrlenW(SERVICE_PREFIX));
  if (error == ERROR_SUCCESS) error = add_text(&texts, command);
  if (error == ERROR_SUCCESS) error = add_text(&texts, program);
  record.length = (uint32_t)texts.length;
  if (error == ERROR_SUCCESS) error = add(list, &record, sizeof record);
  if (error == ERROR_SUCCESS) error = add(list, texts.place, texts.length);
  memory_give_back(texts.place);
  return error;
}

static DWORD add_service(SC_HANDLE manager, const ENUM_SERVICE_STATUS_PROCESSW *found, struct bytes *list) {
  static const int count = sizeof SERVICE_PREFIX / sizeof(WCHAR) - 1;
  DWORD needed = 0;
  if (CompareStringOrdinal(found->lpServiceName, lstrlenW(found->lpServiceName) < count ? -1 : count, SERVICE_PREFIX,
          count, TRUE) != CSTR_EQUAL)
    return ERROR_SUCCESS;
  SC_HANDLE service = host.OpenServiceW(manager, found->lpServiceName, SERVICE_QUERY_CONFIG);
  // One that has been removed meanwhile is none.
  if (service == NULL) return GetLastError() == ERROR_SERVICE_DOES_NOT_EXIST ? ERROR_SUCCESS : GetLastError();
  host.QueryServiceConfigW(service, NULL, 0, &needed);
  QUERY_SERVICE_CONFIGW *configuration = memory_take(needed);
  DWORD error = configuration != NULL ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
  if (error == ERROR_SUCCESS && !host.QueryServiceConfigW(service, configuration, needed, &needed))
    error = GetLastError();
  if (error == ERROR_SUCCESS)
    error = add_record(list, found->lpServiceName, configuration->lpBinaryPathName, &found->ServiceStatusProcess);
  memory_give_back(configuration);
  host.CloseServiceHandle(service);
  return error;
}

static DWORD enumerate(SC_HANDLE manager, struct bytes *list) {
  enum { ROOM = 65536 };
  DWORD resume = 0, error = ERROR_MORE_DATA;
  ENUM_SERVICE_STATUS_PROCESSW *services = memory_take(ROOM);
  if (services == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  // As many at a time as there is room for: Windows gives no more than 256 KB at once, whatever the room.
  while (error == ERROR_MORE_DATA) {
    DWORD needed = 0, count = 0;
    error = host.EnumServicesStatusExW(manager, SC_ENUM_PROCESS_INFO, SERVICE_WIN32, SERVICE_STATE_ALL,
                (BYTE *)services, ROOM, &needed, &count, &resume, NULL)
                ? ERROR_SUCCESS
                : GetLastError();
    if (error == ERROR_MORE_DATA && count == 0) error = ERROR_INSUFFICIENT_BUFFER;
    if (error != ERROR_SUCCESS && error != ERROR_MORE_DATA) break;
    DWORD outcome = ERROR_SUCCESS;
    for (DWORD i = 0; i < count && outcome == ERROR_SUCCESS; i++) outcome = add_service(manager, &services[i], list);
    if (outcome != ERROR_SUCCESS) error = outcome;
  }
  memory_give_back(services);
  return error;
}

uint32_t program_tunnel_services(uint8_t **list, uint64_t *length) {
  struct bytes found = {memory_take(1), 0};
  if (found.place == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  SC_HANDLE manager = host.OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT | SC_MANAGER_ENUMERATE_SERVICE);
  DWORD error = manager != NULL ? enumerate(manager, &found) : GetLastError();
  if (manager != NULL) host.CloseServiceHandle(manager);
  if (error != ERROR_SUCCESS) memory_give_back(found.place);
  *list = found.place;
  *length = found.length;
  return error;
}
