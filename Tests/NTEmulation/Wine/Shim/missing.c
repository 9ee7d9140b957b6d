// What needletail.sys imports and Wine's ntoskrnl.exe has as a stub, not at all, or as a function that does nothing.
// Rundown protection and cancel-safe queues are larger: ex/rundown.c and io/csq.c of our own kernel.
#include <emulation.h>

uint64_t wine_interrupt_time_100ns(void);
uint64_t wine_system_time_100ns(void);

// Wine takes the call and changes nothing. Kernel and caller share one address space.
VOID NTAPI MmBuildMdlForNonPagedPool(PMDL mdl) {
  mdl->MdlFlags |= MDL_SOURCE_IS_NONPAGED_POOL;
  mdl->MappedSystemVa = MmGetMdlVirtualAddress(mdl);
}

PVOID NTAPI MmMapLockedPagesSpecifyCache(
    PMDL mdl, KPROCESSOR_MODE mode, MEMORY_CACHING_TYPE type, PVOID place, ULONG fails_softly,
    MM_PAGE_PRIORITY priority) {
  (void)mode, (void)type, (void)place, (void)fails_softly, (void)priority;
  mdl->MdlFlags |= MDL_MAPPED_TO_SYSTEM_VA;
  mdl->MappedSystemVa = MmGetMdlVirtualAddress(mdl);
  return mdl->MappedSystemVa;
}

ULONGLONG NTAPI KeQueryInterruptTimePrecise(PULONG64 counter) {
  *counter = wine_interrupt_time_100ns();
  return *counter;
}

VOID NTAPI KeQuerySystemTimePrecise(PLARGE_INTEGER time) { time->QuadPart = (LONGLONG)wine_system_time_100ns(); }

// Everybody may: who may ask is tried in the Linux loader only.
VOID NTAPI SeCaptureSubjectContext(PSECURITY_SUBJECT_CONTEXT context) { memset(context, 0, sizeof *context); }

VOID NTAPI SeReleaseSubjectContext(PSECURITY_SUBJECT_CONTEXT context) { UNREFERENCED_PARAMETER(context); }

BOOLEAN NTAPI SeAccessCheck(
    PSECURITY_DESCRIPTOR descriptor, PSECURITY_SUBJECT_CONTEXT context, BOOLEAN locked, ACCESS_MASK desired,
    ACCESS_MASK previous, PPRIVILEGE_SET *privileges, PGENERIC_MAPPING mapping, KPROCESSOR_MODE mode,
    PACCESS_MASK granted, PNTSTATUS status) {
  (void)descriptor, (void)context, (void)locked, (void)privileges, (void)mapping, (void)mode;
  *granted = desired | previous;
  *status = STATUS_SUCCESS;
  return TRUE;
}

PGENERIC_MAPPING NTAPI IoGetFileObjectGenericMapping(VOID) {
  static GENERIC_MAPPING mapping = {FILE_GENERIC_READ, FILE_GENERIC_WRITE, FILE_GENERIC_EXECUTE, FILE_ALL_ACCESS};
  return &mapping;
}

// A thread of Wine's kernel is one of user mode: its vectors are its own.
NTSTATUS NTAPI KeSaveExtendedProcessorState(ULONG64 mask, PXSTATE_SAVE save) {
  UNREFERENCED_PARAMETER(mask);
  UNREFERENCED_PARAMETER(save);
  return STATUS_SUCCESS;
}

VOID NTAPI KeRestoreExtendedProcessorState(PXSTATE_SAVE save) { UNREFERENCED_PARAMETER(save); }

// No tracing: the driver does without.
NTSTATUS NTAPI EtwRegister(LPCGUID id, PETWENABLECALLBACK callback, PVOID context, PREGHANDLE handle) {
  (void)id, (void)callback, (void)context, (void)handle;
  return STATUS_NOT_SUPPORTED;
}
