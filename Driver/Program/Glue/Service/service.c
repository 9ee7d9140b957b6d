// The program as a service: the service manager starts it, tells it to stop, and is told how it is.
#include "../Process/host.h"

volatile bool process_is_service;
static SERVICE_STATUS_HANDLE service;
static SERVICE_STATUS status = {.dwServiceType = SERVICE_WIN32_OWN_PROCESS};
/// Of the status: what is told comes from the service's own thread and from the one that takes controls.
static SRWLOCK lock = SRWLOCK_INIT;
// An adapter may take a minute and a half with everything that can be waited for.
enum { PATIENCE_MS = 120000 };

// How far along its life a state is: none is followed by one before it.
static int age(DWORD state) {
  switch (state) {
    case SERVICE_START_PENDING:
      return 1;
    case SERVICE_RUNNING:
      return 2;
    case SERVICE_STOP_PENDING:
      return 3;
    case SERVICE_STOPPED:
      return 4;
    default:
      return 0;
  }
}

static void tell(DWORD state, DWORD patience_ms) {
  bool can_stop = state == SERVICE_RUNNING || state == SERVICE_START_PENDING;
  AcquireSRWLockExclusive(&lock);
  // A service that is to stop does not say that it runs when it comes to that, and one that has stopped says no more.
  if (age(state) > age(status.dwCurrentState)) {
    status.dwCurrentState = state;
    status.dwControlsAccepted = can_stop ? SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN : 0;
    status.dwWaitHint = patience_ms;
    host.SetServiceStatus(service, &status);
  }
  ReleaseSRWLockExclusive(&lock);
}

static DWORD WINAPI take_control(DWORD code, DWORD type, void *data, void *context) {
  (void)type, (void)data, (void)context;
  switch (code) {
    case SERVICE_CONTROL_STOP:
    case SERVICE_CONTROL_SHUTDOWN:
      tell(SERVICE_STOP_PENDING, PATIENCE_MS);
      SetEvent(program_end);
      return NO_ERROR;
    case SERVICE_CONTROL_INTERROGATE:
      return NO_ERROR;
    default:
      return ERROR_CALL_NOT_IMPLEMENTED;
  }
}

static void WINAPI run(DWORD count, WCHAR **names) {
  (void)count, (void)names;
  service = host.RegisterServiceCtrlHandlerExW(L"", take_control, NULL);
  if (service == NULL) return;
  event_source = host.RegisterEventSourceW(NULL, L"Needletail");
  tell(SERVICE_START_PENDING, PATIENCE_MS);
  DWORD code = program_service_main();
  status.dwWin32ExitCode = code == 0 ? NO_ERROR : ERROR_SERVICE_SPECIFIC_ERROR;
  status.dwServiceSpecificExitCode = code;
  tell(SERVICE_STOPPED, 0);
}

void program_is_ready(void) {
  if (service != NULL) tell(SERVICE_RUNNING, 0);
}

uint32_t program_dispatch_service(void) {
  SERVICE_TABLE_ENTRYW table[] = {{L"", run}, {NULL, NULL}};
  process_is_service = true;
  if (host.StartServiceCtrlDispatcherW(table)) return ERROR_SUCCESS;
  process_is_service = false;
  return GetLastError();
}
