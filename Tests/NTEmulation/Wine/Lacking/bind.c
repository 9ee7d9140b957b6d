// How needletail.exe, programs that load needletail.dll and its helper find what Wine's kernel32.dll, ntdll.dll,
// setupapi.dll, newdev.dll and iphlpapi.dll lack, which cannot be replaced as a whole: this library, loaded as
// cfgmgr32.dll, takes the place of GetProcAddress in their imports. So it does for the installer's actions, a library
// that Windows Installer loads once for each of them.
#include "devices.h"

#include <psapi.h>
#include <winternl.h>

static HMODULE ours;

/// For whoever maps needletail.dll by hand. What is here comes first: of some Wine has a stub.
FARPROC WINAPI LackingGetProcAddress(HMODULE module, const char *name) {
  FARPROC found = GetProcAddress(ours, name);
  if (lstrcmpA(name, "DiUninstallDriverW") == 0 && system_is_old()) return NULL;
  return found != NULL ? found : GetProcAddress(module, name);
}

static void take_place(BYTE *base) {
  const IMAGE_NT_HEADERS64 *headers = (const IMAGE_NT_HEADERS64 *)(base + ((const IMAGE_DOS_HEADER *)base)->e_lfanew);
  const IMAGE_DATA_DIRECTORY *imports = &headers->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_IMPORT];
  const IMAGE_IMPORT_DESCRIPTOR *from = (const IMAGE_IMPORT_DESCRIPTOR *)(base + imports->VirtualAddress);
  for (; from->Name != 0; from++) {
    const IMAGE_THUNK_DATA64 *name = (const IMAGE_THUNK_DATA64 *)(base + from->OriginalFirstThunk);
    IMAGE_THUNK_DATA64 *slot = (IMAGE_THUNK_DATA64 *)(base + from->FirstThunk);
    for (; name->u1.AddressOfData != 0; name++, slot++) {
      DWORD before;
      if (lstrcmpA(((const IMAGE_IMPORT_BY_NAME *)(base + name->u1.AddressOfData))->Name,
          "GetProcAddress") != 0) continue;
      VirtualProtect(slot, sizeof *slot, PAGE_READWRITE, &before);
      slot->u1.Function = (ULONGLONG)(uintptr_t)LackingGetProcAddress;
      VirtualProtect(slot, sizeof *slot, before, &before);
    }
  }
}

// The installer's actions and the library's helper have names by chance.
static bool is_ours(BYTE *base) {
  return GetProcAddress((HMODULE)base, "RollBackInstallDriver") != NULL ||
         GetProcAddress((HMODULE)base, "TakeDriverW") != NULL;
}

struct loaded {
  ULONG flags;
  const UNICODE_STRING *path, *name;
  BYTE *base;
  ULONG length_bytes;
};
LONG NTAPI LdrRegisterDllNotification(
    ULONG flags, void(CALLBACK *callback)(ULONG reason, struct loaded *loaded, void *context), void *context,
    void **cookie);

static void CALLBACK on_load(ULONG reason, struct loaded *loaded, void *context) {
  (void)context;
  if (reason == 1 && is_ours(loaded->base)) take_place(loaded->base);
}

// Those that are there already: this library was loaded by one of them.
static void look_around(void) {
  HMODULE modules[256];
  DWORD length = 0;
  void *cookie;
  if (!K32EnumProcessModules(GetCurrentProcess(), modules, sizeof modules, &length)) return;
  for (DWORD i = 0; i < length / sizeof *modules && i < 256; i++)
    if (is_ours((BYTE *)modules[i])) take_place((BYTE *)modules[i]);
  LdrRegisterDllNotification(0, on_load, NULL, &cookie);
}

BOOL WINAPI DllMain(HINSTANCE self, DWORD reason, void *reserved) {
  (void)reserved;
  BYTE *user = (BYTE *)GetModuleHandleW(L"needletail.dll"), *program = (BYTE *)GetModuleHandleW(L"needletail.exe");
  ours = self;
  if (reason == DLL_PROCESS_ATTACH && user != NULL) take_place(user);
  else if (reason == DLL_PROCESS_ATTACH && program != NULL) take_place(program);
  else if (reason == DLL_PROCESS_ATTACH) look_around();
  return TRUE;
}
