#include "glue.h"

static DWORD open(const uint8_t *name, uint64_t length, DWORD access, SC_HANDLE *service) {
  WCHAR wide[TEXT_ROOM];
  DWORD error = text_widen(name, length, wide);
  if (error != ERROR_SUCCESS) return error;
  SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
  if (manager == NULL) return GetLastError();
  *service = OpenServiceW(manager, wide, access);
  error = *service != NULL ? ERROR_SUCCESS : GetLastError();
  CloseServiceHandle(manager);
  return error;
}

static DWORD query(SC_HANDLE service, DWORD *state) {
  SERVICE_STATUS status;
  if (!QueryServiceStatus(service, &status)) return GetLastError();
  *state = status.dwCurrentState;
  return ERROR_SUCCESS;
}

uint32_t service_get(const uint8_t *name, uint64_t length, uint32_t *state) {
  SC_HANDLE service;
  DWORD found = 0;
  *state = SERVICE_IS_ABSENT;
  DWORD error = open(name, length, SERVICE_QUERY_STATUS, &service);
  if (error == ERROR_SERVICE_DOES_NOT_EXIST) return ERROR_SUCCESS;
  if (error != ERROR_SUCCESS) return error;
  error = query(service, &found);
  CloseServiceHandle(service);
  *state = found == SERVICE_STOPPED || found == SERVICE_STOP_PENDING ? SERVICE_IS_STOPPED : SERVICE_IS_RUNNING;
  return error;
}

static DWORD await(SC_HANDLE service, DWORD wanted) {
  // A tunnel's service asks for two minutes to end in (Driver/Program/Glue/Service).
  enum { LIMIT_MS = 150000, INTERVAL_MS = 50 };
  ULONGLONG end = GetTickCount64() + LIMIT_MS;
  DWORD found = 0;
  DWORD error;
  while ((error = query(service, &found)) == ERROR_SUCCESS && found != wanted) {
    if (GetTickCount64() >= end) return ERROR_SERVICE_REQUEST_TIMEOUT;
    // One that stopped by itself does not come any more.
    if (wanted == SERVICE_RUNNING && found == SERVICE_STOPPED) return ERROR_SERVICE_NOT_ACTIVE;
    Sleep(INTERVAL_MS);
  }
  return error;
}

uint32_t service_set(const uint8_t *name, uint64_t length, uint32_t is_running) {
  SC_HANDLE service;
  SERVICE_STATUS status;
  DWORD error = open(name, length, SERVICE_QUERY_STATUS | SERVICE_START | SERVICE_STOP, &service);
  if (error != ERROR_SUCCESS) return error;
  BOOL is_asked = is_running ? StartServiceW(service, 0, NULL) : ControlService(service, SERVICE_CONTROL_STOP, &status);
  if (!is_asked) error = GetLastError();
  if (error == ERROR_SERVICE_ALREADY_RUNNING || error == ERROR_SERVICE_NOT_ACTIVE ||
      error == ERROR_SERVICE_CANNOT_ACCEPT_CTRL)
    error = ERROR_SUCCESS;
  if (error == ERROR_SUCCESS) error = await(service, is_running ? SERVICE_RUNNING : SERVICE_STOPPED);
  CloseServiceHandle(service);
  return error;
}

uint32_t service_begin(const uint8_t *name, uint64_t length) {
  SC_HANDLE service;
  DWORD error = open(name, length, SERVICE_START, &service);
  if (error != ERROR_SUCCESS) return error;
  error = StartServiceW(service, 0, NULL) ? ERROR_SUCCESS : GetLastError();
  CloseServiceHandle(service);
  return error == ERROR_SERVICE_ALREADY_RUNNING ? ERROR_SUCCESS : error;
}

uint32_t service_delete(const uint8_t *name, uint64_t length) {
  SC_HANDLE service;
  DWORD error = open(name, length, DELETE, &service);
  if (error != ERROR_SUCCESS) return error;
  // One that somebody still has open goes when they close it.
  error = DeleteService(service) ? ERROR_SUCCESS : GetLastError();
  CloseServiceHandle(service);
  return error == ERROR_SERVICE_MARKED_FOR_DELETE ? ERROR_SUCCESS : error;
}
