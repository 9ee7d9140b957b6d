#include "../Process/host.h"

// Removed from the token, nobody in the process gets them back. Closing an adapter loads and unloads its driver.
uint32_t program_drop_privileges(void) {
  HANDLE token;
  LUID kept;
  DWORD length = 0;
  if (!host.LookupPrivilegeValueW(NULL, L"SeLoadDriverPrivilege", &kept)) return GetLastError();
  if (!host.OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY | TOKEN_ADJUST_PRIVILEGES, &token)) return GetLastError();
  host.GetTokenInformation(token, TokenPrivileges, NULL, 0, &length);
  TOKEN_PRIVILEGES *privileges = memory_take(length);
  DWORD error = privileges != NULL ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
  if (error == ERROR_SUCCESS && !host.GetTokenInformation(token, TokenPrivileges, privileges, length, &length))
    error = GetLastError();
  for (DWORD i = 0; error == ERROR_SUCCESS && i < privileges->PrivilegeCount; i++) {
    LUID luid = privileges->Privileges[i].Luid;
    bool is_kept = luid.LowPart == kept.LowPart && luid.HighPart == kept.HighPart;
    if (!is_kept) privileges->Privileges[i].Attributes = SE_PRIVILEGE_REMOVED;
  }
  // What is not assigned cannot be removed, and is an error all the same: everything here is assigned.
  if (error == ERROR_SUCCESS) {
    host.AdjustTokenPrivileges(token, FALSE, privileges, 0, NULL, NULL);
    error = GetLastError();
  }
  memory_give_back(privileges);
  CloseHandle(token);
  return error;
}
