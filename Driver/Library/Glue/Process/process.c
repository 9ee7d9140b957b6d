#include "process.h"

#include "../Native/native.h"

void *memory_take(size_t length_bytes) {
  void *place = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, length_bytes);
  if (place == NULL) SetLastError(ERROR_OUTOFMEMORY);
  return place;
}

void memory_give_back(void *place) {
  DWORD error = GetLastError();
  if (place != NULL) HeapFree(GetProcessHeap(), 0, place);
  SetLastError(error);
}

void memory_wipe_back(void *place, size_t length_bytes) {
  if (place != NULL) SecureZeroMemory(place, length_bytes);
  memory_give_back(place);
}

void random_fill(void *place, ULONG length_bytes) {
  if (!windows.SystemFunction036(place, length_bytes)) __builtin_trap();
}

static bool is_member(WELL_KNOWN_SID_TYPE type) {
  BYTE sid[SECURITY_MAX_SID_SIZE];
  DWORD length = sizeof sid;
  BOOL is_member = FALSE;
  return windows.CreateWellKnownSid(type, NULL, sid, &length) && windows.CheckTokenMembership(NULL, sid, &is_member) &&
         is_member;
}

bool process_is_system(void) { return is_member(WinLocalSystemSid); }

DWORD process_may_change_devices(void) {
  DWORD error = native_check();
  if (error != ERROR_SUCCESS) return error;
  return is_member(WinBuiltinAdministratorsSid) || process_is_system() ? ERROR_SUCCESS : ERROR_ACCESS_DENIED;
}

void *security_make(void) {
  // Full access for the system and for administrators, nobody else; nobody of lower integrity.
  static const WCHAR text[] = L"D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)S:(ML;;NWNRNX;;;HI)";
  PSECURITY_DESCRIPTOR made = NULL;
  return windows.ConvertStringSecurityDescriptorToSecurityDescriptorW(text, SDDL_REVISION_1, &made, NULL) ? made : NULL;
}
