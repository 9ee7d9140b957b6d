#include "process.h"

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

static DWORD image_machine(void) {
  const BYTE *base = (const BYTE *)image_base();
  const IMAGE_DOS_HEADER *header = (const IMAGE_DOS_HEADER *)base;
  return ((const IMAGE_NT_HEADERS *)(base + header->e_lfanew))->FileHeader.Machine;
}

// Windows before 1511 has no IsWow64Process2: there, nothing but x86 on x64 is emulated.
static bool runs_natively(void) {
  typedef BOOL(WINAPI * machines)(HANDLE, USHORT *, USHORT *);
  USHORT process = 0, native = 0;
  machines query = (machines)(void *)GetProcAddress(GetModuleHandleW(L"kernel32.dll"), "IsWow64Process2");
  if (query != NULL && query(GetCurrentProcess(), &process, &native))
    return process_may_install(process, native, image_machine());
  BOOL is_emulated = FALSE;
  return IsWow64Process(GetCurrentProcess(), &is_emulated) && !is_emulated;
}

DWORD process_may_change_devices(void) {
  if (!runs_natively()) return ERROR_NOT_SUPPORTED;
  return is_member(WinBuiltinAdministratorsSid) || process_is_system() ? ERROR_SUCCESS : ERROR_ACCESS_DENIED;
}

void *security_make(void) {
  // Full access for the system and for administrators, nobody else; nobody of lower integrity.
  static const WCHAR text[] = L"D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)S:(ML;;NWNRNX;;;HI)";
  PSECURITY_DESCRIPTOR made = NULL;
  return windows.ConvertStringSecurityDescriptorToSecurityDescriptorW(text, SDDL_REVISION_1, &made, NULL) ? made : NULL;
}
