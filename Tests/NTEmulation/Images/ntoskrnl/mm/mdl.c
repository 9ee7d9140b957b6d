// Memory descriptor lists. Kernel and caller share one address space: mapping is the identity and locking a count.
#include <emulation.h>

#define TAG_MDL ' ldM'

PMDL NTAPI IoAllocateMdl(PVOID address, ULONG length, BOOLEAN secondary, BOOLEAN quota, PIRP irp) {
  (void)quota;
  IRQL_AT_MOST(DISPATCH_LEVEL);
  SIZE_T pages = ADDRESS_AND_SIZE_TO_SPAN_PAGES(address, length);
  PMDL mdl = ExAllocatePoolWithTag(NonPagedPool, sizeof *mdl + pages * sizeof(PFN_NUMBER), TAG_MDL);
  if (mdl == NULL) return NULL;
  RtlZeroMemory(mdl, sizeof *mdl + pages * sizeof(PFN_NUMBER));
  MmInitializeMdl(mdl, address, length);
  if (irp == NULL) return mdl;
  if (!secondary) {
    irp->MdlAddress = mdl;
    return mdl;
  }
  PMDL last = irp->MdlAddress;
  while (last->Next != NULL) last = last->Next;
  last->Next = mdl;
  return mdl;
}

VOID NTAPI IoFreeMdl(PMDL mdl) {
  if (mdl->MdlFlags & MDL_PAGES_LOCKED) emul_fail("mdl: MDL %p freed with its pages locked", (void *)mdl);
  ExFreePoolWithTag(mdl, TAG_MDL);
}

VOID NTAPI IoBuildPartialMdl(PMDL source, PMDL target, PVOID address, ULONG length) {
  if (length == 0) length = (ULONG)((uint8_t *)MmGetMdlVirtualAddress(source) + source->ByteCount - (uint8_t *)address);
  target->StartVa = PAGE_ALIGN(address);
  target->ByteOffset = BYTE_OFFSET(address);
  target->ByteCount = length;
  target->MdlFlags |= MDL_PARTIAL;
  if (source->MdlFlags & (MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL)) {
    target->MappedSystemVa = address;
    target->MdlFlags |= MDL_MAPPED_TO_SYSTEM_VA;
  }
}

VOID NTAPI MmBuildMdlForNonPagedPool(PMDL mdl) {
  mdl->MdlFlags |= MDL_SOURCE_IS_NONPAGED_POOL;
  mdl->MappedSystemVa = MmGetMdlVirtualAddress(mdl);
}

VOID NTAPI MmProbeAndLockPages(PMDL mdl, KPROCESSOR_MODE mode, LOCK_OPERATION operation) {
  (void)mode, (void)operation;
  IRQL_AT_MOST(DISPATCH_LEVEL);
  if (mdl->MdlFlags & MDL_PAGES_LOCKED) emul_fail("mdl: MDL %p locked twice", (void *)mdl);
  mdl->MdlFlags |= MDL_PAGES_LOCKED;
}

VOID NTAPI MmUnlockPages(PMDL mdl) {
  IRQL_AT_MOST(DISPATCH_LEVEL);
  if (!(mdl->MdlFlags & MDL_PAGES_LOCKED)) emul_fail("mdl: MDL %p unlocked, which was not locked", (void *)mdl);
  mdl->MdlFlags &= (CSHORT) ~(MDL_PAGES_LOCKED | MDL_MAPPED_TO_SYSTEM_VA);
}

PVOID NTAPI MmMapLockedPagesSpecifyCache(
    PMDL mdl, KPROCESSOR_MODE mode, MEMORY_CACHING_TYPE cache, PVOID address, ULONG bug_check,
    MM_PAGE_PRIORITY priority) {
  (void)cache, (void)address, (void)bug_check, (void)priority;
  if (mode != KernelMode) emul_fail("mdl: MDL %p mapped for user mode", (void *)mdl);
  if (!(mdl->MdlFlags & (MDL_PAGES_LOCKED | MDL_PARTIAL)))
    emul_fail("mdl: MDL %p mapped before it was locked", (void *)mdl);
  if (emul_must_fail(__builtin_return_address(0))) return NULL;
  mdl->MappedSystemVa = MmGetMdlVirtualAddress(mdl);
  mdl->MdlFlags |= MDL_MAPPED_TO_SYSTEM_VA;
  return mdl->MappedSystemVa;
}

VOID NTAPI MmUnmapLockedPages(PVOID address, PMDL mdl) {
  if (mdl->MappedSystemVa != address) emul_fail("mdl: MDL %p unmapped at another address", (void *)mdl);
  mdl->MdlFlags &= (CSHORT)~MDL_MAPPED_TO_SYSTEM_VA;
}

VOID NTAPI ProbeForRead(CONST VOID *address, SIZE_T length, ULONG alignment) {
  if (length != 0 && (ULONG_PTR)address % alignment != 0) emul_fail("exception: ProbeForRead would raise: alignment");
}

VOID NTAPI ProbeForWrite(PVOID address, SIZE_T length, ULONG alignment) {
  if (length != 0 && (ULONG_PTR)address % alignment != 0) emul_fail("exception: ProbeForWrite would raise: alignment");
}

/// NULL for every name: what the emulation has is bound when the driver is loaded.
PVOID NTAPI MmGetSystemRoutineAddress(PUNICODE_STRING name) {
  IRQL_AT_MOST(PASSIVE_LEVEL);
  emul_log("MmGetSystemRoutineAddress(%wZ): not found", name);
  return NULL;
}
