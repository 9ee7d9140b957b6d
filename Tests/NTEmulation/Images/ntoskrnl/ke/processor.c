// Processors in one group, their numbers, affinity, and the vector state that the kernel saves for a thread.
#include <emulation.h>

ULONG NTAPI KeQueryActiveProcessorCountEx(USHORT group) {
  return group == 0 || group == ALL_PROCESSOR_GROUPS ? EMUL_PROCESSORS : 0;
}

ULONG NTAPI KeQueryMaximumProcessorCountEx(USHORT group) { return KeQueryActiveProcessorCountEx(group); }

ULONG NTAPI KeQueryActiveProcessorCount(PKAFFINITY affinity) {
  if (affinity != NULL) *affinity = (1ull << EMUL_PROCESSORS) - 1;
  return EMUL_PROCESSORS;
}

ULONG NTAPI KeGetCurrentProcessorNumberEx(PPROCESSOR_NUMBER number) {
  ULONG index = emul_self()->region.processor;
  if (number != NULL) *number = (PROCESSOR_NUMBER){.Number = (UCHAR)index};
  return index;
}

NTSTATUS NTAPI KeGetProcessorNumberFromIndex(ULONG index, PPROCESSOR_NUMBER number) {
  if (index >= EMUL_PROCESSORS) return STATUS_INVALID_PARAMETER;
  *number = (PROCESSOR_NUMBER){.Number = (UCHAR)index};
  return STATUS_SUCCESS;
}

ULONG NTAPI KeGetProcessorIndexFromNumber(PPROCESSOR_NUMBER number) {
  return number->Group == 0 && number->Number < EMUL_PROCESSORS ? number->Number : INVALID_PROCESSOR_INDEX;
}

static void set_affinity(struct emul_thread *thread, uint64_t mask) {
  mask &= (1ull << EMUL_PROCESSORS) - 1;
  if (mask == 0) return;
  thread->affinity = mask;
  while (!(mask >> thread->region.processor & 1)) thread->region.processor = (thread->region.processor + 1) % EMUL_PROCESSORS;
}

VOID NTAPI KeSetSystemGroupAffinityThread(PGROUP_AFFINITY affinity, PGROUP_AFFINITY before) {
  IRQL_AT_MOST(APC_LEVEL);
  struct emul_thread *self = emul_self();
  if (before != NULL) *before = (GROUP_AFFINITY){.Mask = self->affinity};
  set_affinity(self, affinity->Mask);
}

VOID NTAPI KeRevertToUserGroupAffinityThread(PGROUP_AFFINITY before) { set_affinity(emul_self(), before->Mask); }

KAFFINITY NTAPI KeSetSystemAffinityThreadEx(KAFFINITY affinity) {
  struct emul_thread *self = emul_self();
  KAFFINITY before = self->affinity;
  set_affinity(self, affinity);
  return before;
}

VOID NTAPI KeRevertToUserAffinityThreadEx(KAFFINITY before) { set_affinity(emul_self(), before); }

KPRIORITY NTAPI KeSetPriorityThread(PKTHREAD thread, KPRIORITY priority) {
  (void)thread, (void)priority;
  return 8;
}

ULONG64 NTAPI RtlGetEnabledExtendedFeatures(ULONG64 mask) {
  uint32_t low, high, a, b, c, d;
  __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(1), "c"(0));
  if (!(c >> 27 & 1)) return mask & 3;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return mask & ((uint64_t)high << 32 | low);
}

// Linux keeps the registers of a process: nothing has to be saved, but who saves must restore, on the same thread.
NTSTATUS NTAPI KeSaveExtendedProcessorState(ULONG64 mask, PXSTATE_SAVE state) {
  IRQL_AT_MOST(DISPATCH_LEVEL);
  state->Thread = (PKTHREAD)emul_self();
  state->XStateContext.Mask = mask;
  emul_self()->saved_state_count++;
  return STATUS_SUCCESS;
}

VOID NTAPI KeRestoreExtendedProcessorState(PXSTATE_SAVE state) {
  if (state->Thread != (PKTHREAD)emul_self()) emul_fail("vector-state: vector state restored on another thread");
  state->Thread = NULL;
  emul_self()->saved_state_count--;
}
