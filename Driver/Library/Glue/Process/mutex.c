// Mutexes in a private namespace, which only processes within its boundary find: administrators', whose group the
// system is in as well. Nobody of lesser rights can take them first.
#include "logger.h"
#include "process.h"

static const WCHAR *const names[] = {
    [MUTEX_DEVICES] = L"Needletail\\Needletail-Device-Installation-Mutex",
    [MUTEX_DRIVER] = L"Needletail\\Needletail-Driver-Installation-Mutex",
};

// Whoever comes first makes it; it ends with the last process that has it open, which may be between two looks.
static DWORD make_or_open(SECURITY_ATTRIBUTES *attributes, HANDLE boundary) {
  enum { TRIES = 100 };
  DWORD error = ERROR_SUCCESS;
  for (int try = 0; try < TRIES; try++) {
    if (windows.CreatePrivateNamespaceW(attributes, boundary, L"Needletail") != NULL) return ERROR_SUCCESS;
    error = GetLastError();
    if (error != ERROR_ALREADY_EXISTS) return error;
    if (windows.OpenPrivateNamespaceW(boundary, L"Needletail") != NULL) return ERROR_SUCCESS;
    error = GetLastError();
    if (error != ERROR_PATH_NOT_FOUND && error != ERROR_FILE_NOT_FOUND) return error;
  }
  return error;
}

static DWORD enter_boundary(HANDLE boundary) {
  BYTE sid[SECURITY_MAX_SID_SIZE];
  DWORD length = sizeof sid;
  if (!windows.CreateWellKnownSid(WinBuiltinAdministratorsSid, NULL, sid, &length) ||
      !windows.AddSIDToBoundaryDescriptor(&boundary, sid))
    return GetLastError();
  SECURITY_ATTRIBUTES attributes = {sizeof attributes, security_make(), FALSE};
  if (attributes.lpSecurityDescriptor == NULL) return GetLastError();
  DWORD error = make_or_open(&attributes, boundary);
  LocalFree(attributes.lpSecurityDescriptor);
  return error;
}

static BOOL CALLBACK enter(PINIT_ONCE once, void *context, void **result) {
  (void)once, (void)context, (void)result;
  HANDLE boundary = windows.CreateBoundaryDescriptorW(L"Needletail", 0);
  if (boundary == NULL) return FALSE;
  DWORD error = enter_boundary(boundary);
  windows.DeleteBoundaryDescriptor(boundary);
  SetLastError(error);
  return error == ERROR_SUCCESS;
}

DWORD mutex_take(enum mutex mutex, HANDLE *taken) {
  static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
  if (!InitOnceExecuteOnce(&once, enter, NULL, NULL)) return log_error(GetLastError(), L"No namespace for mutexes");
  SECURITY_ATTRIBUTES attributes = {sizeof attributes, security_make(), FALSE};
  if (attributes.lpSecurityDescriptor == NULL) return GetLastError();
  *taken = CreateMutexW(&attributes, FALSE, names[mutex]);
  DWORD error = *taken != NULL ? ERROR_SUCCESS : GetLastError();
  LocalFree(attributes.lpSecurityDescriptor);
  if (error != ERROR_SUCCESS) return log_error(error, L"No mutex");
  // A process that died with it left nothing that the next one does not look at anew.
  DWORD outcome = WaitForSingleObject(*taken, INFINITE);
  if (outcome == WAIT_OBJECT_0 || outcome == WAIT_ABANDONED) return ERROR_SUCCESS;
  error = GetLastError();
  CloseHandle(*taken);
  return log_error(error, L"A mutex cannot be taken");
}

void mutex_release(HANDLE taken) {
  ReleaseMutex(taken);
  CloseHandle(taken);
}
