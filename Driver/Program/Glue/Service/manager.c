// Services of tunnels: one each, which starts with Windows and holds its adapter.
#include "service.h"

// A service asks for two minutes to end in (service.c).
enum { STOP_LIMIT_MS = 150000, START_LIMIT_MS = 120000, INTERVAL_MS = 200 };

DWORD service_name(const uint8_t *name, WCHAR service[SERVICE_NAME_MOST]) {
  WCHAR *tunnel = wide(name);
  if (tunnel == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  text_format(service, SERVICE_NAME_MOST, SERVICE_PREFIX L"%ls", tunnel);
  memory_give_back(tunnel);
  return ERROR_SUCCESS;
}

// Waits until it is in a state, or is not on its way there any more.
static DWORD await(SC_HANDLE service, DWORD pending, DWORD wanted, DWORD limit_ms) {
  SERVICE_STATUS status;
  for (DWORD waited_ms = 0; waited_ms < limit_ms; waited_ms += INTERVAL_MS) {
    if (!host.QueryServiceStatus(service, &status)) return GetLastError();
    if (status.dwCurrentState == wanted) return ERROR_SUCCESS;
    if (status.dwCurrentState != pending)
      return status.dwWin32ExitCode != NO_ERROR ? status.dwWin32ExitCode : ERROR_SERVICE_NOT_ACTIVE;
    Sleep(INTERVAL_MS);
  }
  return ERROR_SERVICE_REQUEST_TIMEOUT;
}

DWORD service_stop(SC_HANDLE service) {
  SERVICE_STATUS status;
  DWORD error = host.ControlService(service, SERVICE_CONTROL_STOP, &status) ? ERROR_SUCCESS : GetLastError();
  if (error == ERROR_SERVICE_NOT_ACTIVE) return ERROR_SUCCESS;
  // One that is on its way down takes no more controls.
  if (error != ERROR_SUCCESS && error != ERROR_SERVICE_CANNOT_ACCEPT_CTRL) return error;
  return await(service, SERVICE_STOP_PENDING, SERVICE_STOPPED, STOP_LIMIT_MS);
}

DWORD service_start(SC_HANDLE service) {
  DWORD error = host.StartServiceW(service, 0, NULL) ? ERROR_SUCCESS : GetLastError();
  if (error == ERROR_SERVICE_ALREADY_RUNNING) error = ERROR_SUCCESS;
  return error == ERROR_SUCCESS ? await(service, SERVICE_START_PENDING, SERVICE_RUNNING, START_LIMIT_MS) : error;
}

static DWORD make(SC_HANDLE manager, const WCHAR *name, const WCHAR *command) {
  WCHAR title[SERVICE_NAME_MOST + 32];
  text_format(title, SERVICE_NAME_MOST + 32, L"Needletail tunnel %ls", name + lstrlenW(SERVICE_PREFIX));
  // Names are looked up and plug and play is used before it does anything.
  SC_HANDLE service = host.CreateServiceW(manager, name, title, SERVICE_ALL_ACCESS, SERVICE_WIN32_OWN_PROCESS,
      SERVICE_AUTO_START, SERVICE_ERROR_NORMAL, command, NULL, NULL, L"Nsi\0TcpIp\0", NULL, NULL);
  if (service == NULL) return GetLastError();
  SERVICE_SID_INFO sid = {SERVICE_SID_TYPE_UNRESTRICTED};
  host.ChangeServiceConfig2W(service, SERVICE_CONFIG_SERVICE_SID_INFO, &sid);
  DWORD error = service_start(service);
  // What does not start is not left behind.
  if (error != ERROR_SUCCESS) {
    service_stop(service);
    host.DeleteService(service);
  }
  host.CloseServiceHandle(service);
  return error;
}

uint32_t program_start_tunnel(const uint8_t *name, const uint8_t *file) {
  WCHAR service[SERVICE_NAME_MOST], program[MAX_PATH], *path = wide(file), *command = NULL;
  int room = MAX_PATH + 64 + (path != NULL ? lstrlenW(path) : 0);
  DWORD error = path != NULL ? service_name(name, service) : ERROR_NOT_ENOUGH_MEMORY;
  DWORD length = GetModuleFileNameW(NULL, program, MAX_PATH);
  if (error == ERROR_SUCCESS && (length == 0 || length >= MAX_PATH)) error = ERROR_BUFFER_OVERFLOW;
  if (error == ERROR_SUCCESS && (command = memory_take((size_t)room * sizeof(WCHAR))) == NULL)
    error = ERROR_NOT_ENOUGH_MEMORY;
  if (error == ERROR_SUCCESS) {
    text_format(command, room, L"\"%ls\" tunnel-service \"%ls\"", program, path);
    SC_HANDLE manager = host.OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE);
    error = manager != NULL ? make(manager, service, command) : GetLastError();
    if (manager != NULL) host.CloseServiceHandle(manager);
  }
  memory_give_back(command);
  memory_give_back(path);
  return error;
}

uint32_t program_remove_tunnel(const uint8_t *name) {
  WCHAR name_of_service[SERVICE_NAME_MOST];
  DWORD error = service_name(name, name_of_service);
  if (error != ERROR_SUCCESS) return error;
  SC_HANDLE manager = host.OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
  if (manager == NULL) return GetLastError();
  SC_HANDLE service = host.OpenServiceW(manager, name_of_service, SERVICE_STOP | SERVICE_QUERY_STATUS | DELETE);
  error = service != NULL ? service_stop(service) : GetLastError();
  if (service != NULL) {
    if (!host.DeleteService(service) && error == ERROR_SUCCESS) error = GetLastError();
    host.CloseServiceHandle(service);
  }
  host.CloseServiceHandle(manager);
  return error;
}
