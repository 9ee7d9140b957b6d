// ntdll.dll's list of what is in the kernel, which Wine has without drivers. As Windows 11 24H2 tells it without the
// privilege to debug: paths, and no addresses. Ours comes behind more than fit in at once.
#include "devices.h"

#include <winternl.h>

#include <stdio.h>

// Source: phnt's ntexapi.h, RTL_PROCESS_MODULES.
struct module {
  void *section, *mapped_base, *base;
  ULONG size_bytes, flags;
  USHORT load_index, start_index, load_count, name_at;
  char path[256];
};
struct modules {
  ULONG count;
  struct module modules[];
};
enum { MODULES = 11, OTHERS = 300 };

NTSTATUS WINAPI NtQuerySystemInformation(
    SYSTEM_INFORMATION_CLASS kind, void *place, ULONG length_bytes, ULONG *needed_bytes) {
  typedef NTSTATUS(WINAPI * query)(SYSTEM_INFORMATION_CLASS, void *, ULONG, ULONG *);
  query wines = (query)(void *)GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "NtQuerySystemInformation");
  if ((int)kind != MODULES) return wines(kind, place, length_bytes, needed_bytes);
  unsigned is_loaded = 0;
  bus_ask(SWD_IS_LOADED, NULL, &is_loaded, sizeof is_loaded);
  struct modules *list = place;
  ULONG count = OTHERS + (is_loaded != 0);
  *needed_bytes = (ULONG)(sizeof *list + count * sizeof *list->modules);
  if (length_bytes < *needed_bytes) return (NTSTATUS)0xc0000004;
  memset(list, 0, *needed_bytes);
  list->count = count;
  for (ULONG i = 0; i < OTHERS; i++)
    sprintf(list->modules[i].path, "\\SystemRoot\\System32\\drivers\\other%lu-needletail.sys", i);
  if (is_loaded) strcpy(list->modules[OTHERS].path, "\\??\\C:\\windows\\system32\\drivers\\Needletail.sys");
  return 0;
}
