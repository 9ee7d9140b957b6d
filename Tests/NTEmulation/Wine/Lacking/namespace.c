// Private namespaces of kernel32.dll, which Wine has not: a folder of objects without a boundary, open to everybody.
// Names that begin with the folder's are found as on Windows.
#include <windows.h>

#include <winternl.h>

#include <wchar.h>

NTSTATUS NTAPI NtCreateDirectoryObject(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES);

static HANDLE make(const WCHAR *alias, DWORD wrong_outcome) {
  WCHAR path[128];
  DWORD session = 0;
  ProcessIdToSessionId(GetCurrentProcessId(), &session);
  _snwprintf(path, 128, L"\\Sessions\\%lu\\BaseNamedObjects\\%ls", session, alias);
  UNICODE_STRING name;
  RtlInitUnicodeString(&name, path);
  OBJECT_ATTRIBUTES attributes;
  InitializeObjectAttributes(&attributes, &name, OBJ_OPENIF, NULL, NULL);
  HANDLE made = NULL;
  NTSTATUS status = NtCreateDirectoryObject(&made, 0x000f000f, &attributes);
  if (status >= 0 && wrong_outcome != 0 && status == 0x40000000) {
    CloseHandle(made);
    SetLastError(wrong_outcome);
    return NULL;
  }
  if (status < 0) SetLastError(RtlNtStatusToDosError(status));
  return status < 0 ? NULL : made;
}

HANDLE WINAPI CreateBoundaryDescriptorW(LPCWSTR name, ULONG flags) {
  (void)name, (void)flags;
  return (HANDLE)1;
}

BOOL WINAPI AddSIDToBoundaryDescriptor(HANDLE *boundary, PSID sid) {
  return *boundary == (HANDLE)1 && sid != NULL;
}

void WINAPI DeleteBoundaryDescriptor(HANDLE boundary) { (void)boundary; }

HANDLE WINAPI CreatePrivateNamespaceW(LPSECURITY_ATTRIBUTES security, LPVOID boundary, LPCWSTR alias) {
  (void)security, (void)boundary;
  return make(alias, ERROR_ALREADY_EXISTS);
}

HANDLE WINAPI OpenPrivateNamespaceW(LPVOID boundary, LPCWSTR alias) {
  (void)boundary;
  // As if its last process had ended meanwhile.
  if (DeleteFileW(L"C:\\needletail\\namespace-vanishes")) {
    SetLastError(ERROR_PATH_NOT_FOUND);
    return NULL;
  }
  return make(alias, 0);
}
