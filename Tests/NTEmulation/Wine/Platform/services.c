// platform.sys under Wine: what our ntoskrnl.exe offers ndis.sys and netio.sys beyond Windows' own exports. Wine's
// kernel has no IRQL; each thread's is what ndis.sys and netio.sys have made it, so the driver's own locks do not raise
// it.
#include <services.h>

#undef PLATFORM_CALL
#define TLS_OUT_OF_INDEXES 0xffffffffu
__declspec(dllimport) ULONG NTAPI TlsAlloc(void);
__declspec(dllimport) PVOID NTAPI TlsGetValue(ULONG index);
__declspec(dllimport) int NTAPI TlsSetValue(ULONG index, PVOID value);

NTSTATUS NTAPI NtYieldExecution(void);

static ULONG irql_slot;

BOOLEAN emul_services_start(void) { return (irql_slot = TlsAlloc()) != TLS_OUT_OF_INDEXES; }

KIRQL EmulIrql(void) { return (KIRQL)(ULONG_PTR)TlsGetValue(irql_slot); }

void EmulIrqlSet(KIRQL irql) { TlsSetValue(irql_slot, (PVOID)(ULONG_PTR)irql); }

void EmulRequire(BOOLEAN holds, const char *rule) {
  if (!holds) platform_fail(rule);
}

// Refusing calls is the Linux loader's.
BOOLEAN EmulMustFail(void *caller) {
  UNREFERENCED_PARAMETER(caller);
  return FALSE;
}

// Whose vectors are in use is looked at there as well.
void EmulVectorsMark(void) {}

void EmulVectorsForget(void) {}

void EmulOwn(int32_t change) { UNREFERENCED_PARAMETER(change); }

void EmulThreadCheck(const char *after) {
  if (EmulIrql() != PASSIVE_LEVEL) platform_fail(after);
}

void EmulThreadStart(PKSTART_ROUTINE routine, void *context) {
  HANDLE handle;
  OBJECT_ATTRIBUTES attributes;
  InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
  REQUIRE(NT_SUCCESS(PsCreateSystemThread(&handle, 0, &attributes, NULL, NULL, routine, context)));
  ZwClose(handle);
}

// No guarded memory here.
void *EmulGuardedTake(size_t length_bytes, uint32_t kind) {
  UNREFERENCED_PARAMETER(kind);
  return platform_memory_take(length_bytes);
}

void EmulGuardedRevoke(void *place, size_t length_bytes) {
  UNREFERENCED_PARAMETER(place);
  UNREFERENCED_PARAMETER(length_bytes);
}

void EmulGuardedGiveBack(void *place, size_t length_bytes) {
  UNREFERENCED_PARAMETER(length_bytes);
  platform_memory_give_back(place);
}

BOOLEAN EmulGuardedIsGone(const void *place) {
  UNREFERENCED_PARAMETER(place);
  return FALSE;
}

PLATFORM_ABI void platform_yield(void) { NtYieldExecution(); }

// No seed chooses here.
PLATFORM_ABI uint32_t platform_choose(uint32_t limit) {
  UNREFERENCED_PARAMETER(limit);
  return 0;
}
