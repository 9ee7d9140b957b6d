// platform.sys under Wine: loaded by ndis.sys, which needletail.sys imports. Wine's ntoskrnl.exe names functions that
// are stubs or absent. When a driver has been loaded and before its entry is called, its imports of those are bound to
// ours (Shim). The image's file stays what was built; Windows' loader binds imports as well, only not to us.
#include <windows.h>

#include <winternl.h>

#include "../../Loader/Platform/platform.h"

BOOLEAN emul_services_start(void);

struct loaded {
  ULONG flags;
  const UNICODE_STRING *full_name, *base_name;
  void *base;
  ULONG size_bytes;
};
typedef void(NTAPI *notification)(ULONG reason, const struct loaded *image, void *context);
__declspec(dllimport) NTSTATUS NTAPI LdrRegisterDllNotification(ULONG, notification, void *context, void **cookie);
__declspec(dllimport) NTSTATUS NTAPI LdrUnregisterDllNotification(void *cookie);

static void bind_imports(uint8_t *base, const IMAGE_IMPORT_DESCRIPTOR *descriptor, HMODULE ours) {
  const IMAGE_THUNK_DATA64 *name = (const IMAGE_THUNK_DATA64 *)(base + descriptor->OriginalFirstThunk);
  IMAGE_THUNK_DATA64 *slot = (IMAGE_THUNK_DATA64 *)(base + descriptor->FirstThunk);
  for (; name->u1.AddressOfData != 0; name++, slot++) {
    if (IMAGE_SNAP_BY_ORDINAL64(name->u1.Ordinal)) continue;
    const char *function = ((const IMAGE_IMPORT_BY_NAME *)(base + name->u1.AddressOfData))->Name;
    FARPROC found = GetProcAddress(ours, function);
    if (found == NULL) continue;
    DWORD before;
    VirtualProtect(slot, sizeof *slot, PAGE_READWRITE, &before);
    slot->u1.Function = (ULONGLONG)(uintptr_t)found;
    VirtualProtect(slot, sizeof *slot, before, &before);
    platform_log(function);
  }
}

static void NTAPI on_image(ULONG reason, const struct loaded *image, void *ours) {
  static const WCHAR wanted[] = L"needletail.sys";
  const UNICODE_STRING *name = image->base_name;
  if (reason != 1 || name->Length != sizeof wanted - sizeof wanted[0]) return;
  if (CompareStringOrdinal(name->Buffer, name->Length / 2, wanted, -1, TRUE) != CSTR_EQUAL) return;
  uint8_t *base = image->base;
  const IMAGE_NT_HEADERS64 *headers = (const IMAGE_NT_HEADERS64 *)(base + ((const IMAGE_DOS_HEADER *)base)->e_lfanew);
  const IMAGE_DATA_DIRECTORY *imports = &headers->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_IMPORT];
  const IMAGE_IMPORT_DESCRIPTOR *descriptor = (const IMAGE_IMPORT_DESCRIPTOR *)(base + imports->VirtualAddress);
  for (; descriptor->Name != 0; descriptor++) {
    const char *from = (const char *)base + descriptor->Name;
    if (lstrcmpiA(from, "ntoskrnl.exe") == 0 || lstrcmpiA(from, "cng.sys") == 0) bind_imports(base, descriptor, ours);
  }
}

BOOL WINAPI DllMain(HINSTANCE self, DWORD reason, void *reserved) {
  (void)reserved;
  static void *cookie;
  switch (reason) {
    case DLL_PROCESS_ATTACH:
      return emul_services_start() && LdrRegisterDllNotification(0, on_image, self, &cookie) == 0;
    case DLL_PROCESS_DETACH:
      LdrUnregisterDllNotification(cookie);
      break;
  }
  return TRUE;
}
