// What other Windows there are than Wine's.
//
// What kernel32.dll says of a process' processor, for one that is to find itself emulated on ARM64: Wine is never so.
// What it carries for ARM64 is for the processor that is there (library.mk).
#include "devices.h"

bool system_is_old(void) { return GetEnvironmentVariableW(L"NEEDLETAIL_BEFORE_1703", NULL, 0) != 0; }

BOOL WINAPI IsWow64Process2(HANDLE process, USHORT *machine, USHORT *native) {
  typedef BOOL(WINAPI * machines)(HANDLE, USHORT *, USHORT *);
  machines wines = (machines)(void *)GetProcAddress(GetModuleHandleW(L"kernel32.dll"), "IsWow64Process2");
  if (GetEnvironmentVariableW(L"NEEDLETAIL_EMULATED", NULL, 0) == 0) return wines(process, machine, native);
  *machine = 0;
  *native = IMAGE_FILE_MACHINE_ARM64;
  return TRUE;
}
