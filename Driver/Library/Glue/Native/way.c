// Whether this process is emulated, and whether this library carries what to do about it.
#include "../Process/logger.h"
#include "../Process/process.h"
#include "ask.h"
#include "native.h"

static struct {
  uint32_t way;
  DWORD machine;
  uint32_t is_redirected;
} found;

static DWORD image_machine(void) {
  const BYTE *base = (const BYTE *)image_base();
  const IMAGE_DOS_HEADER *header = (const IMAGE_DOS_HEADER *)base;
  return ((const IMAGE_NT_HEADERS *)(base + header->e_lfanew))->FileHeader.Machine;
}

// Windows before 1511 has no IsWow64Process2: there, nothing but x86 on x64 is emulated.
static void find_machines(USHORT *process, USHORT *native) {
  typedef BOOL(WINAPI * machines)(HANDLE, USHORT *, USHORT *);
  BOOL is_emulated = FALSE;
  machines query = (machines)(void *)GetProcAddress(GetModuleHandleW(L"kernel32.dll"), "IsWow64Process2");
  if (query != NULL && query(GetCurrentProcess(), process, native)) return;
  IsWow64Process(GetCurrentProcess(), &is_emulated);
  *process = is_emulated ? IMAGE_FILE_MACHINE_I386 : 0;
  *native = is_emulated ? IMAGE_FILE_MACHINE_AMD64 : (USHORT)image_machine();
}

// Files for another processor have its name in front.
static void name_file(const WCHAR *name, WCHAR room[64]) {
  const WCHAR *processor = found.way != NATIVE_HELPER                   ? L""
                           : found.machine == IMAGE_FILE_MACHINE_ARM64 ? L"arm64-"
                                                                        : L"amd64-";
  text_format(room, 64, L"%ls%ls", processor, name);
}

const void *native_file(const WCHAR *name, DWORD *length_bytes) {
  WCHAR room[64];
  name_file(name, room);
  return image_file(room, length_bytes);
}

static BOOL CALLBACK find(PINIT_ONCE once, void *context, void **result) {
  (void)once, (void)context, (void)result;
  USHORT process = 0, native = 0;
  DWORD length;
  find_machines(&process, &native);
  found.machine = native;
  found.way = native_way(process, native, image_machine(), &found.is_redirected);
  if (found.way == NATIVE_HELPER && native_file(HELPER_FILE, &length) == NULL) found.way = NATIVE_NOBODY;
  return TRUE;
}

static uint32_t way(void) {
  static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
  InitOnceExecuteOnce(&once, find, NULL, NULL);
  return found.way;
}

DWORD native_check(void) { return way() == NATIVE_NOBODY ? ERROR_NOT_SUPPORTED : ERROR_SUCCESS; }

bool native_is_elsewhere(void) { return way() == NATIVE_HELPER; }

const WCHAR *native_folder(void) { return found.is_redirected ? L"Sysnative" : L"System32"; }
