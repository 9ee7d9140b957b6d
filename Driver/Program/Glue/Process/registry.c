// What the registry says: the command that checks for updates, and what administrators have decided.
#include "host.h"

uint32_t program_update_check(uint8_t **command, uint64_t *length, uint32_t *minutes) {
  static const WCHAR key[] = L"SOFTWARE\\Needletail";
  WCHAR text[1024];
  DWORD size = sizeof text, interval_size = sizeof *minutes;
  LSTATUS error = windows.RegGetValueW(HKEY_LOCAL_MACHINE, key, L"UpdateCommand", RRF_RT_REG_SZ, NULL, text, &size);
  if (error != ERROR_SUCCESS) return (DWORD)error;
  if (windows.RegGetValueW(HKEY_LOCAL_MACHINE, key, L"UpdateInterval", RRF_RT_REG_DWORD, NULL, minutes,
          &interval_size) != ERROR_SUCCESS)
    *minutes = 0;
  return narrow(text, command, length);
}

uint32_t program_policy(
    const uint8_t *name, uint32_t *kind, uint8_t *text, uint32_t room, uint32_t *length, uint32_t *number) {
  static const WCHAR key[] = L"SOFTWARE\\Policies\\Needletail";
  enum { WORD_ROOM = 1025 };
  union {
    WCHAR text[WORD_ROOM];
    DWORD number;
  } value;
  DWORD type = REG_NONE, size = sizeof value;
  WCHAR *wanted = wide(name);
  *kind = PROGRAM_POLICY_NONE;
  if (wanted == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  LSTATUS error = windows.RegGetValueW(
      HKEY_LOCAL_MACHINE, key, wanted, RRF_RT_ANY | RRF_NOEXPAND, &type, &value, &size);
  memory_give_back(wanted);
  if (error == ERROR_FILE_NOT_FOUND) return ERROR_SUCCESS;
  *kind = PROGRAM_POLICY_OTHER;
  // No policy has a value of that length.
  if (error == ERROR_MORE_DATA) return ERROR_SUCCESS;
  if (error != ERROR_SUCCESS) return (DWORD)error;
  if (type == REG_DWORD) {
    *number = value.number;
    *kind = PROGRAM_POLICY_NUMBER;
  } else if (type == REG_SZ) {
    int count = WideCharToMultiByte(CP_UTF8, 0, value.text, lstrlenW(value.text), (char *)text, (int)room, NULL, NULL);
    if (count == 0 && value.text[0] != 0) return ERROR_SUCCESS;
    *length = (uint32_t)count;
    *kind = PROGRAM_POLICY_TEXT;
  }
  return ERROR_SUCCESS;
}
